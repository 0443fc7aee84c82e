import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { EcgError } from '../../errors.ts';
import { fetchJson } from '../smart/fetch-json.ts';
import type { AuthorizationServer } from './authorization-server.ts';

const ALGORITHMS = ['RS256', 'RS384', 'ES256', 'ES384', 'PS256'];
const CLOCK_TOLERANCE_S = 60;

const jwksSchema = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string() })).max(100),
});
const USER = /(?:^|\/)((?:Practitioner|PractitionerRole|Person|Patient|RelatedPerson)\/[A-Za-z0-9.-]{1,64})$/;
const claimsSchema = z.looseObject({
  nonce: z.string(),
  fhirUser: z.string().optional().catch(undefined),
  profile: z.string().optional().catch(undefined),
});

/** What an ID token has to be for. */
export interface ExpectedLogin {
  readonly clientId: string;
  readonly nonce: string;
  readonly fhirServer: string;
}

/**
 * Who has logged in to the EHR: "Practitioner/1", of the FHIR server (SMART App Launch 2, "Scopes for requesting
 * identity data"). Undefined where the EHR does not say, or names a user of another server.
 * @throws EcgError FHIR_FORBIDDEN for an ID token that is not what was asked for.
 */
export async function readFhirUser(
  idToken: string | undefined,
  server: AuthorizationServer,
  expected: ExpectedLogin,
): Promise<string | undefined> {
  if (idToken === undefined || server.identity === undefined) return undefined;
  const { issuer, jwksUrl } = server.identity;
  const jwks = jwksSchema.safeParse((await fetchJson(jwksUrl)).body);
  if (!jwks.success) throw new EcgError('FHIR_UNAVAILABLE', 'the keys of the EHR cannot be read');
  const claims = await verified(idToken, jwks.data.keys, { issuer, audience: expected.clientId });
  const { nonce, fhirUser, profile } = claimsSchema.safeParse(claims).data ?? {};
  if (nonce !== expected.nonce) throw notForThisLaunch();
  return userOn(expected.fhirServer, fhirUser ?? profile);
}

async function verified(
  idToken: string,
  keys: z.infer<typeof jwksSchema>['keys'],
  expected: { readonly issuer: string; readonly audience: string },
): Promise<JWTPayload> {
  try {
    const options = { ...expected, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_S };
    return (await jwtVerify(idToken, createLocalJWKSet({ keys }), { ...options, requiredClaims: ['exp'] })).payload;
  } catch {
    throw notForThisLaunch();
  }
}

/** A relative reference, or an absolute one on this very server. */
function userOn(fhirServer: string, user: string | undefined): string | undefined {
  const [, reference] = USER.exec(user ?? '') ?? [];
  const isHere = user === reference || user === `${fhirServer.replace(/\/+$/, '')}/${reference}`;
  return isHere ? reference : undefined;
}

function notForThisLaunch(): EcgError {
  return new EcgError('FHIR_FORBIDDEN', 'the ID token of the EHR is not one for this launch');
}
