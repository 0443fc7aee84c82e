import { EcgError } from '../../errors.ts';

/** The refusal of a checkpoint; the message says what is wrong with it. */
export function checkpointInvalid(message: string, cause?: unknown): EcgError {
  return new EcgError('CHECKPOINT_INVALID', `checkpoint: ${message}`, cause === undefined ? undefined : { cause });
}

/** A name from the file, fit for a message: cut, and without control characters. */
export function printable(text: string): string {
  return text.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
}
