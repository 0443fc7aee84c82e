/** Where an unforeseen error arose: its name and frames, not its message, which may quote input over several lines. */
export function stackFrames(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter((line) => /^ {4}at \S/.test(line));
  return [error.name, ...frames.slice(0, 8)].join('\n');
}
