import { EcgError } from '../../errors.ts';
import type { TokenSource } from '../fhir-server/token-source.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { requestTokens, revokeToken, type SmartClient, type TokenAnswer } from './token-request.ts';

/** A token is renewed when this share of its life is over, so that none runs out on its way. */
const RENEW_AT = 0.8;
/** Of a token that does not say how long it lives: what servers are advised to give. */
const DEFAULT_LIFE_S = 300;

/** The tokens of one launch. They never leave this process but to the EHR they are of. */
export interface SessionTokens extends TokenSource {
  /** As granted, and perhaps narrowed since. */
  scope(): string;
  /** Gives the tokens back. */
  end(): Promise<void>;
}

export interface LaunchedClient {
  readonly client: SmartClient;
  readonly server: AuthorizationServer;
  /** On a clock that only goes forward. */
  readonly nowMs: () => number;
}

/** Keeps an access token fresh by its refresh token; without one the session ends when it runs out. */
export function createSessionTokens(
  { client, server, nowMs }: LaunchedClient,
  first: TokenAnswer,
  requestedScope: string,
): SessionTokens {
  let held = { ...first, scope: first.scope ?? requestedScope, bornMs: nowMs() };
  let pending: Promise<void> | undefined;
  const age = () => (nowMs() - held.bornMs) / 1_000 / (held.expires_in ?? DEFAULT_LIFE_S);
  const refresh = async (refresh_token: string) => {
    const bornMs = nowMs();
    const answer = await requestTokens(client, server, { grant_type: 'refresh_token', refresh_token });
    const { access_token, expires_in, scope = held.scope } = answer;
    // Servers that rotate refresh tokens send the next one; others go on taking the first.
    held = { ...held, access_token, expires_in, scope, bornMs, refresh_token: answer.refresh_token ?? refresh_token };
  };
  return {
    scope: () => held.scope,
    token: async () => {
      const { refresh_token } = held;
      if (refresh_token !== undefined && age() >= RENEW_AT) {
        pending ??= refresh(refresh_token).finally(() => {
          pending = undefined;
        });
        await pending;
      }
      if (refresh_token === undefined && age() >= 1) {
        throw new EcgError('FHIR_UNAVAILABLE', 'access to the record has run out; launch again from the EHR', {
          httpStatus: 401,
        });
      }
      return held.access_token;
    },
    refuse: (token) => {
      if (held.access_token === token) held = { ...held, bornMs: Number.NEGATIVE_INFINITY };
    },
    end: async () => await revokeToken(client, server, held.refresh_token ?? held.access_token),
  };
}
