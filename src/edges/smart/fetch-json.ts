import { EcgError } from '../../errors.ts';
import { boundedBody } from '../bounded-body.ts';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 262_144;

/** An authorization server's answer. */
export interface JsonAnswer {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

/**
 * One exchange with an authorization server, bounded in time and size; redirects are not followed.
 * @throws EcgError FHIR_UNAVAILABLE where no answer comes.
 */
export async function fetchJson(url: string, init: RequestInit = {}): Promise<JsonAnswer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { accept: 'application/json', ...init.headers };
    const response = await fetch(url, { ...init, headers, redirect: 'manual', signal });
    return { status: response.status, body: jsonOf(await boundedBody(response, MAX_BYTES)) };
  } catch {
    throw new EcgError('FHIR_UNAVAILABLE', 'the authorization server of the FHIR server does not answer');
  }
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
