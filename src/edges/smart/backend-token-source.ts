import { z } from 'zod';
import type { BackendServices } from '../../backend-services-config.ts';
import { EcgError } from '../../errors.ts';
import type { TokenSource } from '../fhir-server/token-source.ts';
import { clientAssertion } from './client-assertion.ts';
import { fetchJson } from './fetch-json.ts';
import type { SigningKey } from './signing-keys.ts';
import { discoverTokenEndpoint } from './token-endpoint.ts';

export interface BackendClient {
  readonly fhirServer: string;
  readonly allowHttp: boolean;
  readonly settings: BackendServices;
  /** In the order of preference. */
  readonly keys: readonly SigningKey[];
}

/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;
/** After a failure the authorization server is left alone for so long. */
const REST_MS = 5_000;

const tokenSchema = z.looseObject({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
});
const refusalSchema = z.looseObject({ error: z.string().regex(/^[a-z_]{1,64}$/) });

interface Held {
  readonly token: string;
  /** On the clock of `performance.now()`. */
  readonly renewAtMs: number;
}

/**
 * Access tokens by client credentials and a signed assertion (SMART App Launch 2, "Backend Services"), kept while they
 * last; callers that come while one is asked for share it.
 */
export function createBackendTokenSource(client: BackendClient): TokenSource {
  let held: Held | undefined;
  let pending: Promise<Held> | undefined;
  let failure: { readonly error: unknown; readonly untilMs: number } | undefined;
  const renew = async () => {
    try {
      held = await requestToken(client);
      return held;
    } catch (error) {
      failure = { error, untilMs: performance.now() + REST_MS };
      throw error;
    } finally {
      pending = undefined;
    }
  };
  return {
    token: async () => {
      if (held && performance.now() < held.renewAtMs) return held.token;
      if (failure && performance.now() < failure.untilMs) throw failure.error;
      pending ??= renew();
      return (await pending).token;
    },
    refuse: (token) => {
      if (held?.token === token) held = undefined;
    },
  };
}

async function requestToken(client: BackendClient): Promise<Held> {
  const { settings } = client;
  const endpoint = settings.tokenUrl
    ? { url: settings.tokenUrl, algorithms: undefined }
    : await discoverTokenEndpoint(client.fhirServer, client.allowHttp);
  const asked = performance.now();
  const { status, body } = await fetchJson(endpoint.url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: settings.scope,
      ...(await clientAssertion({ ...settings, keys: client.keys }, endpoint)),
    }),
  });
  const granted = status === 200 ? tokenSchema.safeParse(body) : undefined;
  if (granted?.success) {
    const { access_token: token, expires_in: seconds } = granted.data;
    return { token, renewAtMs: asked + seconds * 1_000 * RENEW_AT };
  }
  const refusal = refusalSchema.safeParse(body);
  const reason = refusal.success ? `HTTP ${status}, ${refusal.data.error}` : `HTTP ${status}`;
  throw new EcgError('FHIR_UNAVAILABLE', `the authorization server gives no access token (${reason})`);
}
