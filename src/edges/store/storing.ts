import { EcgError } from '../../errors.ts';

/**
 * Runs queries, and says of a failure only that there was one: messages of a database quote values.
 * @throws EcgError STORE_UNAVAILABLE, with the error of the driver as its cause.
 */
export async function storing<T>(queries: () => Promise<T>): Promise<T> {
  try {
    return await queries();
  } catch (cause) {
    if (cause instanceof EcgError) throw cause;
    throw new EcgError('STORE_UNAVAILABLE', `the database did not answer as expected (${codeOf(cause)})`, { cause });
  }
}

/** The code of PostgreSQL ("57P01") or of the system ("ECONNREFUSED"). */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
}
