import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  CALIBRATION_ALGORITHMS,
  newSigningKey,
  publicPartOf,
  SIGNING_ALGORITHMS,
} from '../edges/smart/signing-keys.ts';
import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';

export const USAGE = `usage: cardhook keys new [--algorithm ES384|RS384|ES256|Ed25519] --out FILE
       cardhook keys public FILE

new     makes a private key (JWK). FILE is readable by its owner alone and must not exist yet.
        ES384 (default) or RS384: for signingKeys, with which Cardhook asks EHRs for access tokens; they find the public
        part at /.well-known/jwks.json of the running service.
        ES256 or Ed25519: to sign calibrations with (cardhook calibrate --key FILE). Keep it away from the service.
public  prints the public part of such a key, for calibrationKeys`;

const ALGORITHMS = [...SIGNING_ALGORITHMS, ...CALIBRATION_ALGORITHMS];

/** `cardhook keys`: keys for SMART Backend Services and for calibrations. */
export async function runKeys(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { algorithm: { type: 'string', default: 'ES384' }, out: { type: 'string' } },
  });
  const [command, file, ...more] = positionals;
  if (command === 'public' && file !== undefined && more.length === 0) {
    io.stdout(JSON.stringify(await publicPart(file), null, 2));
    return 0;
  }
  const algorithm = ALGORITHMS.find((name) => name === values.algorithm);
  if (positionals.join(' ') !== 'new' || algorithm === undefined || values.out === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const jwk = await newSigningKey(algorithm);
  await writeNew(values.out, `${JSON.stringify(jwk, null, 2)}\n`);
  io.stdout(`${values.out}: ${algorithm}, kid ${jwk.kid}`);
  return 0;
}

const keySchema = z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), d: z.string() });

async function publicPart(path: string): Promise<object> {
  try {
    return publicPartOf(keySchema.parse(JSON.parse(await readFile(path, 'utf8'))));
  } catch {
    throw new EcgError('CONFIG_INVALID', `${path} is no private JWK; make one with: cardhook keys new`);
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'exists and is not overwritten' : `cannot be written (${cause.code})`;
    throw new EcgError('CONFIG_INVALID', `${path} ${reason}`, { cause });
  });
}
