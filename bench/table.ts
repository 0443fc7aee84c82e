/** The middle one of an odd number of values, the upper middle of an even one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** One aligned line of a benchmark's table. */
export function printRow(name: string, value: string, ratio = ''): void {
  print(`  ${name.padEnd(34)}${value.padStart(12)}  ${ratio}\n`);
}

export function print(text: string): void {
  process.stdout.write(text);
}
