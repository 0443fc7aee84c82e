/** A WFDB record in memory, to be varied by tests. */
export interface RecordParts {
  /** One array of counts per signal, of one length. */
  readonly counts: readonly (readonly number[])[];
  readonly names?: readonly string[];
  readonly format?: string;
  /** The gain field of every signal. */
  readonly gain?: string;
  readonly recordLine?: string;
  readonly preamble?: number;
  readonly comments?: readonly string[];
}

export const NAMES = ['I', 'II', 'V1'];

/** Header text and signal file of one group, with true initial values and checksums. */
export function buildWfdb(parts: RecordParts): { readonly header: string; readonly signal: Uint8Array } {
  const { counts, names = NAMES, format = '16', gain = '1000(0)/mV', preamble = 0, comments = [] } = parts;
  const frames = counts[0]?.length ?? 0;
  const recordLine = parts.recordLine ?? `r1 ${counts.length} 500 ${frames}`;
  const modifier = preamble > 0 ? `x1+${preamble}` : '';
  const signalLines = counts.map(
    (row, i) => `r1.dat ${format}${modifier} ${gain} 16 0 ${row[0]} ${checksumOf(row)} 0 ${names[i]}`,
  );
  const interleaved = Array.from({ length: frames }, (_, frame) => counts.map((row) => row[frame] ?? 0)).flat();
  return {
    header: `${[recordLine, ...signalLines, ...comments].join('\n')}\n`,
    signal: Uint8Array.from([...Array.from({ length: preamble }, () => 255), ...pack(interleaved, format)]),
  };
}

export function checksumOf(counts: readonly number[]): number {
  return Int16Array.of(counts.reduce((sum, count) => sum + count, 0))[0] ?? 0;
}

/** Written out by the format's description, apart from the reader. */
function pack(counts: readonly number[], format: string): readonly number[] {
  const littleEndian = (count: number, bytes: number) =>
    Array.from({ length: bytes }, (_, i) => Math.floor(count / 256 ** i) & 0xff);
  switch (format) {
    case '24':
      return counts.flatMap((count) => littleEndian(count, 3));
    case '32':
      return counts.flatMap((count) => littleEndian(count, 4));
    case '61':
      return counts.flatMap((count) => [...littleEndian(count, 2)].reverse());
    case '80':
      return counts.map((count) => count + 128);
    case '160':
      return counts.flatMap((count) => littleEndian(count + 32768, 2));
    case '212':
      return pack12(counts);
    default:
      return counts.flatMap((count) => littleEndian(count, 2));
  }
}

function pack12(counts: readonly number[]): readonly number[] {
  const bytes: number[] = [];
  for (let i = 0; i < counts.length; i += 2) {
    const first = (counts[i] ?? 0) & 0xfff;
    const second = counts[i + 1];
    bytes.push(first & 0xff, (first >> 8) | (second === undefined ? 0 : ((second & 0xfff) >> 8) << 4));
    if (second !== undefined) bytes.push(second & 0xff);
  }
  return bytes;
}
