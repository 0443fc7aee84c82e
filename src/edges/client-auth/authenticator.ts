import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { CdsClient } from '../../cds-client-config.ts';
import type { Config, Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { identityKey } from '../../fhir/identity.ts';
import type { ClientKeys } from './client-keys.ts';
import type { UsedTokens } from './used-tokens.ts';

/** Who calls: the client of a tenant, or somebody unknown, who may speak for tenants without authentication only. */
export interface Caller {
  readonly tenant: Tenant | undefined;
}

export interface Authenticator {
  /**
   * @param authorization the header as it came.
   * @param path of the endpoint that is called ("/cds-services/ecg-patient-view").
   * @throws EcgError UNAUTHENTICATED, STORE_UNAVAILABLE.
   */
  authenticate(authorization: string | undefined, path: string): Promise<Caller>;
}

export interface AuthenticatorDeps {
  readonly keys: ClientKeys;
  readonly usedTokens: UsedTokens;
}

interface Listed {
  readonly tenant: Tenant;
  readonly client: CdsClient;
}

const MAX_JTI_LENGTH = 1_000;

/**
 * Checks the JWTs of CDS clients (CDS Hooks 2.0.1, "Trusting CDS Clients"). Which key may have signed one follows from
 * its `iss` alone, as configured: a `jku` is compared, never followed.
 */
export function createAuthenticator({ tenants, publicUrl }: Config, deps: AuthenticatorDeps): Authenticator {
  const listed = tenants.flatMap((tenant) => tenant.clients.map((client) => ({ tenant, client })));
  const isOpen = isOpenTo(tenants);
  return {
    authenticate: async (authorization, path) => {
      if (listed.length === 0 && isOpen) return { tenant: undefined };
      const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
      const caller = token === undefined ? undefined : callerOf(token, listed);
      if (token === undefined || caller === undefined) {
        if (isOpen) return { tenant: undefined };
        throw refused(token === undefined ? 'no JWT' : 'no client of this iss, tenant and sub');
      }
      const payload = await verified(token, caller.client, { keys: deps.keys, endpoint: `${publicUrl}${path}` });
      await claimOnce(payload, caller.client, deps.usedTokens);
      return { tenant: caller.tenant };
    },
  };
}

/**
 * The tenant a caller speaks for.
 * @param named the tenant whose FHIR server the request names, if it names one.
 * @throws EcgError UNAUTHENTICATED where that is not for this caller.
 */
export function tenantFor(caller: Caller, named: Tenant | undefined): Tenant | undefined {
  if (named === undefined || named === caller.tenant) return caller.tenant;
  if (caller.tenant === undefined && named.authentication === 'none') return named;
  throw refused('fhirServer is of another tenant');
}

/** Whether a caller who shows nothing may call at all: nobody is asked where some tenant, or no tenant, says so. */
function isOpenTo(tenants: readonly Tenant[]): boolean {
  return tenants.some(({ authentication }) => authentication === 'none');
}

/** By what the token says of itself; nothing of it is believed before its signature is checked. */
function callerOf(token: string, listed: readonly Listed[]): Listed | undefined {
  const { iss, sub, tenant } = decoded(token);
  return listed.find(
    ({ client }) =>
      client.issuer === iss &&
      (client.subject === undefined || client.subject === sub) &&
      (client.tenant === undefined || client.tenant === tenant),
  );
}

function decoded(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw refused('not a JWT');
  }
}

async function verified(
  token: string,
  client: CdsClient,
  { keys, endpoint }: { readonly keys: ClientKeys; readonly endpoint: string },
): Promise<JWTPayload> {
  try {
    const { kid, jku } = decodeProtectedHeader(token);
    if (typeof kid !== 'string') throw refused('no kid');
    if (jku !== undefined && jku !== client.jku && jku !== client.jwksUrl) throw refused('jku is not listed');
    const { payload } = await jwtVerify(token, keys.of(client), {
      algorithms: client.algorithms,
      typ: 'JWT',
      issuer: client.issuer,
      audience: [endpoint, `${endpoint}/`],
      clockTolerance: client.clockSkewSeconds,
      requiredClaims: ['aud', 'exp', 'iat', 'jti'],
      // Also refuses an `iat` in the future.
      maxTokenAge: client.maxTokenSeconds,
    });
    if (Number(payload.exp) - Number(payload.iat) > client.maxTokenSeconds) throw refused('exp is too far from iat');
    return payload;
  } catch (error) {
    throw error instanceof EcgError ? error : refused(reasonOf(error));
  }
}

async function claimOnce({ iss, jti, exp }: JWTPayload, client: CdsClient, usedTokens: UsedTokens): Promise<void> {
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) throw refused('no usable jti');
  const until = new Date((Number(exp) + client.clockSkewSeconds) * 1_000);
  if (!(await usedTokens.claim(identityKey(iss ?? '', jti), until))) throw refused('jti was used before');
}

/** In the words of jose, which quote no value: "ERR_JWT_CLAIM_VALIDATION_FAILED aud". */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) return `${error.code} ${error.claim}`;
  return error instanceof errors.JOSEError ? error.code : 'keys cannot be fetched';
}

function refused(reason: string): EcgError {
  return new EcgError('UNAUTHENTICATED', reason);
}
