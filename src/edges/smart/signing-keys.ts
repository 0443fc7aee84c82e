import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { EcgError } from '../../errors.ts';

export const SIGNING_ALGORITHMS = ['ES384', 'RS384'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];
/** Of keys that sign calibrations. No EHR is shown those, and none of the others signs one. */
export const CALIBRATION_ALGORITHMS = ['ES256', 'Ed25519'] as const;
export type CalibrationAlgorithm = (typeof CALIBRATION_ALGORITHMS)[number];

/** A key Cardhook shows who it is with. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: CryptoKey;
  /** Public members only, to be published. */
  readonly publicJwk: JWK;
}

const privateJwk = z.looseObject({
  kid: z.string().min(1),
  alg: z.enum(SIGNING_ALGORITHMS),
  kty: z.enum(['EC', 'RSA']),
  d: z.string(),
});
const privateKeysSchema = z.union([
  z.looseObject({ keys: z.array(privateJwk).min(1) }).transform(({ keys }) => keys),
  privateJwk.transform((key) => [key]),
]);

/**
 * The keys in a JWK or a JWKS.
 * @throws EcgError CONFIG_INVALID, without anything of the key.
 */
export async function parseSigningKeys(json: unknown): Promise<readonly SigningKey[]> {
  const parsed = privateKeysSchema.safeParse(json);
  if (!parsed.success) throw invalid();
  return await Promise.all(parsed.data.map(toSigningKey));
}

async function toSigningKey(jwk: z.infer<typeof privateJwk>): Promise<SigningKey> {
  try {
    const privateKey = await importJWK(jwk, jwk.alg);
    if (privateKey instanceof Uint8Array) throw invalid();
    return { kid: jwk.kid, algorithm: jwk.alg, privateKey, publicJwk: publicPartOf(jwk) };
  } catch {
    throw invalid();
  }
}

/** Derived from the key, so that no private member can slip through. */
export function publicPartOf(jwk: JWK & { readonly kid: string; readonly alg: string }): JWK {
  const key: JsonWebKey = jwk;
  const { kty, crv, x, y, n, e } = createPublicKey(createPrivateKey({ key, format: 'jwk' })).export({ format: 'jwk' });
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(members), kid: jwk.kid, alg: jwk.alg, use: 'sig' };
}

/** A fresh private key as a JWK; its `kid` is its thumbprint (RFC 7638). */
export async function newSigningKey(algorithm: SigningAlgorithm | CalibrationAlgorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3_072 });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' };
}

function invalid(): EcgError {
  return new EcgError(
    'CONFIG_INVALID',
    'a signing key is not a private JWK with kid and alg (ES384 or RS384), or a JWKS of such; make one with: cardhook keys new',
  );
}
