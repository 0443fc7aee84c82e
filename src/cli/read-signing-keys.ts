import type { Config, Tenant } from '../config.ts';
import { parseSigningKeys, type SigningKey } from '../edges/smart/signing-keys.ts';
import { EcgError } from '../errors.ts';
import { jsonOf, readKeyFile } from './read-key-file.ts';

/** A JWKS of private keys, for those who keep secrets out of files. */
const VARIABLE = 'CARDHOOK_SIGNING_KEYS';

/**
 * The keys Cardhook signs with, in the order of preference: the files of `signingKeys`, then the environment.
 * @throws EcgError CONFIG_INVALID for a key that cannot be read, or where a tenant needs one and there is none.
 */
export async function readSigningKeys({ signingKeys, tenants }: Config): Promise<readonly SigningKey[]> {
  const texts = await Promise.all(signingKeys.map((path) => readKeyFile(path, 'signing key')));
  const inEnvironment = process.env[VARIABLE];
  const keys = await Promise.all(
    [...texts, ...(inEnvironment === undefined ? [] : [inEnvironment])].map((text) => parseSigningKeys(jsonOf(text))),
  );
  if (keys.length === 0 && tenants.some(needsKey)) {
    throw new EcgError(
      'CONFIG_INVALID',
      'backendServices and smartApp need a key: make one with "cardhook keys new --out FILE" and name it in signingKeys',
    );
  }
  return keys.flat();
}

function needsKey({ backendServices, smartApp }: Tenant): boolean {
  return backendServices !== undefined || smartApp?.clientAuthentication === 'private_key_jwt';
}
