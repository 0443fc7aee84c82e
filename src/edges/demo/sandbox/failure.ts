import type { Answer } from './http-client.ts';
import { textAt } from './json.ts';

export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** Why a call failed, as the OperationOutcome in its answer says it. */
export function failureOf({ status, body }: Answer): string {
  if (status === 0) return 'the server did not answer';
  const reason = textAt(body, 'issue', 0, 'details', 'text') ?? textAt(body, 'issue', 0, 'diagnostics');
  return reason === undefined ? `HTTP ${status}` : `HTTP ${status}: ${reason}`;
}

/** What an exception says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown failure';
}
