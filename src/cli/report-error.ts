import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';

/** One plain line for an error the user can act on, with exit code 2 for a wrong call and 1 for the rest. */
export function reportError(error: unknown, io: Io): number {
  if (error instanceof EcgError) {
    io.stderr(`cardhook: ${error.message} (${error.code})`);
    return 1;
  }
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    io.stderr(`cardhook: ${error.message}`);
    return 2;
  }
  if (error instanceof Error && 'syscall' in error) {
    io.stderr(`cardhook: ${error.message}`);
    return 1;
  }
  throw error;
}
