import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';

/** One plain line for an error the user can act on, with exit code 2 for a wrong call and 1 for the rest. */
export function reportError(error: unknown, io: Io): number {
  if (error instanceof EcgError) {
    io.stderr(`cardhook: ${error.message} (${error.code})`);
    return 1;
  }
  if (!isNodeError(error)) throw error;
  const isWrongCall = error.code.startsWith('ERR_PARSE_ARGS');
  if (!isWrongCall && !('syscall' in error)) throw error;
  io.stderr(`cardhook: ${error.message}`);
  return isWrongCall ? 2 : 1;
}

function isNodeError(error: unknown): error is { readonly code: string; readonly message: string } {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false;
  return typeof error.code === 'string' && typeof error.message === 'string';
}
