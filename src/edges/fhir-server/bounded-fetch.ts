import { z } from 'zod';
import { EcgError, type EcgErrorCode } from '../../errors.ts';
import { boundedBody } from '../bounded-body.ts';

export interface FetchBounds {
  /** For one request, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** Of one answer, after decompression. */
  readonly maxBytes: number;
  /** Ends the request: nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Enough for the OperationOutcome of a refusal. */
const MAX_REFUSAL_BYTES = 65_536;

const MAX_RETRY_AFTER_MS = 86_400_000;

/** FHIR issue types are codes: they say what was wrong without saying with what. */
const outcomeSchema = z.looseObject({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(z.looseObject({ code: z.string().regex(/^[a-z-]{1,32}$/) })),
});

/** How `fetch` wraps an error of the network. */
const networkErrorSchema = z.object({ cause: z.object({ code: z.string().regex(/^[A-Z_]+$/) }) });

/** An HTTP answer of status 2xx. */
export interface FetchAnswer {
  readonly status: number;
  /** The `Location` header. */
  readonly location?: string | undefined;
  readonly body: Uint8Array;
}

/**
 * One HTTP answer, bounded in time and size; redirects are never followed, so that a token goes nowhere else.
 * @throws EcgError FHIR_UNAVAILABLE (unreachable, late, redirected, refused), NOT_FOUND (404, 410), both with the
 *   server's status and `Retry-After`; SOURCE_TOO_LARGE. Messages hold status and issue types only, and no cause: both body and request stay out of logs.
 */
export async function boundedFetch(url: string, init: RequestInit, bounds: FetchBounds): Promise<FetchAnswer> {
  const timeout = AbortSignal.timeout(bounds.timeoutMs);
  const signal = bounds.signal ? AbortSignal.any([timeout, bounds.signal]) : timeout;
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    if (!response.ok) throw await refusal(response);
    const body = await boundedBody(response, bounds.maxBytes);
    if (body === undefined) {
      throw new EcgError('SOURCE_TOO_LARGE', `the FHIR server's answer exceeds ${bounds.maxBytes} bytes`);
    }
    return { status: response.status, location: response.headers.get('location') ?? undefined, body };
  } catch (error) {
    if (error instanceof EcgError) throw error;
    if (bounds.signal?.aborted) throw new EcgError('FHIR_UNAVAILABLE', 'the request to the FHIR server was given up');
    if (timeout.aborted) {
      throw new EcgError('FHIR_UNAVAILABLE', `the FHIR server did not answer within ${bounds.timeoutMs} ms`);
    }
    throw new EcgError('FHIR_UNAVAILABLE', `the FHIR server cannot be reached (${systemCode(error)})`);
  }
}

const REFUSALS: ReadonlyMap<number, readonly [EcgErrorCode, string]> = new Map([
  [401, ['FHIR_UNAVAILABLE', 'the FHIR server does not accept the access token']],
  [403, ['FHIR_UNAVAILABLE', 'the access token does not permit this on the FHIR server']],
  [404, ['NOT_FOUND', 'the FHIR server has nothing at this address']],
  [410, ['NOT_FOUND', 'the FHIR server has deleted what was at this address']],
  [429, ['FHIR_UNAVAILABLE', 'the FHIR server is asked too often']],
]);

async function refusal(response: Response): Promise<EcgError> {
  const { status } = response;
  const [code, text] = REFUSALS.get(status) ?? ['FHIR_UNAVAILABLE', otherRefusal(status)];
  const issues = await issueTypes(response);
  const retryAfterMs = retryAfter(response.headers.get('retry-after'));
  return new EcgError(code, `${text} (HTTP ${[status, ...issues].join(', ')})`, { httpStatus: status, retryAfterMs });
}

/** Seconds, or a date (RFC 9110, 10.2.3); nothing for anything else, and never more than a day. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

function otherRefusal(status: number): string {
  if (status < 400) return 'the FHIR server redirects, which is not followed: use its final address';
  return status < 500 ? 'the FHIR server refused the request' : 'the FHIR server failed';
}

async function issueTypes(response: Response): Promise<readonly string[]> {
  try {
    const bytes = await boundedBody(response, MAX_REFUSAL_BYTES);
    const outcome = outcomeSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return outcome.success ? [...new Set(outcome.data.issue.map(({ code }) => code))].slice(0, 3) : [];
  } catch {
    return [];
  }
}

/** ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED … */
function systemCode(error: unknown): string {
  const failure = networkErrorSchema.safeParse(error);
  return failure.success ? failure.data.cause.code : 'no connection';
}
