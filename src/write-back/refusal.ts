import { EcgError } from '../errors.ts';

/** The server understood and will not: for want of a right, or because it does not know or take such a thing. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 410, 422, 501]);
/** Somebody else wrote in between (HAPI says 409, the standard 412). */
const CONFLICT: ReadonlySet<number> = new Set([409, 412]);

/** Whether asking again in the same way would be refused again. */
export function isRefusal(error: unknown): error is EcgError & { readonly httpStatus: number } {
  return error instanceof EcgError && error.httpStatus !== undefined && REFUSED.has(error.httpStatus);
}

/** Whether what was read is no longer so. */
export function isConflict(error: unknown): error is EcgError {
  return error instanceof EcgError && error.httpStatus !== undefined && CONFLICT.has(error.httpStatus);
}

/** The result of a request, or undefined where the server refuses it. */
export async function unlessRefused<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
