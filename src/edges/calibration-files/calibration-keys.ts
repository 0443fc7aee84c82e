import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';
import { EcgError } from '../../errors.ts';
import { CALIBRATION_ALGORITHMS, type CalibrationAlgorithm } from '../smart/signing-keys.ts';

/** A key of whoever answers for a site's calibration. */
export interface CalibrationKey {
  readonly kid: string;
  readonly algorithm: CalibrationAlgorithm;
  readonly key: CryptoKey;
}

const jwkSchema = z.looseObject({
  kid: z.string().min(1),
  alg: z.enum(CALIBRATION_ALGORITHMS),
  kty: z.enum(['EC', 'OKP']),
  d: z.string().optional(),
});

/** What signs. @throws EcgError CONFIG_INVALID, without anything of the key. */
export async function parsePrivateKey(json: unknown): Promise<CalibrationKey> {
  const { data } = jwkSchema.safeParse(json);
  if (data?.d === undefined) {
    throw new EcgError(
      'CONFIG_INVALID',
      'the key is no private JWK with kid and alg ES256 or Ed25519; make one with: cardhook keys new --algorithm Ed25519 --out FILE',
    );
  }
  return await imported(data, 'the key');
}

/**
 * What verifies.
 * @throws EcgError CONFIG_INVALID, without anything of the key; a private one, too, which would let the service sign.
 */
export async function parsePublicKey(json: unknown): Promise<CalibrationKey> {
  const { data } = jwkSchema.safeParse(json);
  if (data === undefined || data.d !== undefined) {
    throw new EcgError(
      'CONFIG_INVALID',
      'a key of calibrationKeys is no public JWK with kid and alg ES256 or Ed25519; get it with: cardhook keys public FILE',
    );
  }
  return await imported(data, 'a key of calibrationKeys');
}

async function imported({ d, ...jwk }: z.infer<typeof jwkSchema>, what: string): Promise<CalibrationKey> {
  const key = await importJWK({ ...jwk, ...(d === undefined ? {} : { d }) }, jwk.alg).catch(() => undefined);
  if (key === undefined || key instanceof Uint8Array) {
    throw new EcgError('CONFIG_INVALID', `${what} is damaged: it cannot be used with ${jwk.alg}`);
  }
  return { kid: jwk.kid, algorithm: jwk.alg, key };
}
