import { createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { EcgError } from '../../errors.ts';
import { patientHash } from '../http/tracing-link.ts';

const claimsSchema = z.looseObject({
  ecg: z.string().regex(/^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9.-]{1,64}$/),
  patient: z.string(),
});

/** What the context of a card's link must be for. */
export interface ExpectedContext {
  /** The launch URL that the card named. */
  readonly launchUrl: string;
  readonly fhirServer: string;
  readonly patientId: string;
}

export type ReadAppContext = (appContext: string, expected: ExpectedContext) => Promise<string>;

/**
 * Reads the signed context of a card's link: the ECG that the card speaks of, "Observation/1".
 * @param key what the cards' links are signed with, a secret or a private key of P-256 in PEM; without it no context is taken.
 */
export function createAppContextReader(key: string | undefined): ReadAppContext {
  const check = key === undefined ? undefined : verificationOf(key);
  return async (appContext, { launchUrl, fhirServer, patientId }) => {
    if (check === undefined) throw refused();
    const { material, algorithms } = check;
    const options = { algorithms, issuer: 'cardhook', audience: launchUrl, requiredClaims: ['exp'] };
    const verified = await jwtVerify(appContext, material, options).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED') {
        throw new EcgError('SOURCE_INVALID', 'the link of the card is too old; open the chart again for a new one');
      }
      throw refused();
    });
    const claims = claimsSchema.safeParse(verified.payload);
    if (!claims.success) throw refused();
    if (claims.data.patient !== patientHash(fhirServer, patientId)) {
      throw new EcgError('PATIENT_MISMATCH', 'the card is about another patient than the one whose chart is open');
    }
    return claims.data.ecg;
  };
}

function verificationOf(key: string): { readonly material: KeyObject | Uint8Array; readonly algorithms: string[] } {
  if (!key.startsWith('-----BEGIN')) return { material: new TextEncoder().encode(key), algorithms: ['HS256'] };
  return { material: createPublicKey(key), algorithms: ['ES256'] };
}

function refused(): EcgError {
  return new EcgError('FHIR_FORBIDDEN', 'the context of the link is none that Cardhook has made for this launch');
}
