import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { newSigningKey, SIGNING_ALGORITHMS } from '../edges/smart/signing-keys.ts';
import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';

export const USAGE = `usage: cardhook keys new [--algorithm ES384|RS384] --out FILE

Makes a private key (JWK) for signingKeys, with which Cardhook asks EHRs for access tokens. FILE is readable by its owner
alone and must not exist yet. EHRs find the public part at /.well-known/jwks.json of the running service.`;

/** `cardhook keys new`: a key for SMART Backend Services. */
export async function runKeys(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { algorithm: { type: 'string', default: 'ES384' }, out: { type: 'string' } },
  });
  const algorithm = SIGNING_ALGORITHMS.find((name) => name === values.algorithm);
  if (positionals.join(' ') !== 'new' || algorithm === undefined || values.out === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const jwk = await newSigningKey(algorithm);
  await writeNew(values.out, `${JSON.stringify(jwk, null, 2)}\n`);
  io.stdout(`${values.out}: ${algorithm}, kid ${jwk.kid}`);
  return 0;
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'exists and is not overwritten' : `cannot be written (${cause.code})`;
    throw new EcgError('CONFIG_INVALID', `${path} ${reason}`, { cause });
  });
}
