import { readFile, writeFile } from 'node:fs/promises';
import { CompactSign, compactVerify } from 'jose';
import { z } from 'zod';
import { EcgError } from '../../errors.ts';
import { type SiteCalibration, siteCalibrationSchema } from '../../model/site-calibration.ts';
import type { CalibrationKey } from './calibration-keys.ts';

/** Of the protected header, so that a signature under anything else cannot stand here. */
const TYPE = 'cardhook-calibration+jws';
const MAX_BYTES = 10_000_000;

/**
 * Writes a calibration as JSON that can be read and compared, and beside it, as `PATH.jws`, the signature over its very
 * bytes: a JWS with detached content (RFC 7515, appendix F).
 * @throws EcgError CONFIG_INVALID where one of the two is there already or cannot be written.
 */
export async function writeCalibration(
  path: string,
  calibration: SiteCalibration,
  signer: CalibrationKey,
): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(siteCalibrationSchema.parse(calibration), null, 2)}\n`);
  const jws = await new CompactSign(bytes)
    .setProtectedHeader({ alg: signer.algorithm, kid: signer.kid, typ: TYPE })
    .sign(signer.key);
  const [header, , signature] = jws.split('.');
  await writeNew(path, bytes);
  await writeNew(signaturePath(path), `${header}..${signature}\n`);
}

/**
 * Reads a calibration that one of the keys has signed.
 * @throws EcgError CONFIG_INVALID for a file without a signature, with one by another key or of other content, or that
 *   is no calibration; the message says which file and what to do.
 */
export async function readCalibration(path: string, keys: readonly CalibrationKey[]): Promise<SiteCalibration> {
  const [bytes, detached] = await Promise.all([readBounded(path), readBounded(signaturePath(path))]);
  await verify(bytes, new TextDecoder().decode(detached).trim(), keys).catch((cause: unknown) => {
    throw new EcgError(
      'CONFIG_INVALID',
      `calibration ${path} is not as one of calibrationKeys signed it, and is not used; sign it anew or restore it`,
      { cause },
    );
  });
  const parsed = siteCalibrationSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (parsed.success) return parsed.data;
  throw new EcgError('CONFIG_INVALID', `calibration ${path}: ${z.prettifyError(parsed.error)}`);
}

async function verify(bytes: Uint8Array, detached: string, keys: readonly CalibrationKey[]): Promise<void> {
  const [header, content, signature, ...more] = detached.split('.');
  if (content !== '' || more.length > 0) throw new Error('the signature is no JWS with detached content');
  const jws = `${header}.${Buffer.from(bytes).toString('base64url')}.${signature}`;
  await compactVerify(jws, ({ kid, alg, typ }) => {
    const known = keys.find((key) => key.kid === kid && key.algorithm === alg);
    if (known === undefined || typ !== TYPE) throw new Error('the signature is by none of the keys');
    return known.key;
  });
}

function signaturePath(path: string): string {
  return `${path}.jws`;
}

async function readBounded(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new EcgError('CONFIG_INVALID', `calibration: ${path} cannot be read (${cause.code})`, { cause });
  });
  if (bytes.length > MAX_BYTES) throw new EcgError('CONFIG_INVALID', `calibration: ${path} is larger than 10 MB`);
  return bytes;
}

async function writeNew(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path, content, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'exists and is not overwritten' : `cannot be written (${cause.code})`;
    throw new EcgError('CONFIG_INVALID', `${path} ${reason}`, { cause });
  });
}
