import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EcgError } from '../../errors.ts';
import { type Attachment, binary } from './container-schema.ts';
import { looksLikeFhirJson, parseJson } from './parse-json.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const BASE64_LENGTH_LIMIT = Math.ceil(MAX_BYTES / 3) * 4 + MAX_BYTES / 16; // line breaks
const PADDING = 0x3d;
const SPACES: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20]);
const DIGITS: ReadonlySet<number> = new Set(
  new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
);

/**
 * Bytes of base64Binary; white space between its digits is allowed.
 * @throws EcgError SOURCE_TOO_LARGE beyond 64 MiB, SOURCE_INVALID for anything but base64.
 */
export function decodeBase64(text: string): Uint8Array {
  if (text.length > BASE64_LENGTH_LIMIT) throw tooLarge();
  if (!isBase64(text)) throw new EcgError('SOURCE_INVALID', 'attachment data is not base64; it may be truncated');
  return Buffer.from(text, 'base64');
}

/** Node's own decoder ignores what it does not know, and stops at padding. */
function isBase64(text: string): boolean {
  let digitCount = 0;
  let paddingCount = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === PADDING) paddingCount += 1;
    else if (DIGITS.has(code) && paddingCount === 0) digitCount += 1;
    else if (!SPACES.has(code)) return false;
  }
  return paddingCount <= 2 && digitCount % 4 !== 1;
}

/**
 * The content of a fetched body: the body itself, or what a Binary resource in JSON wraps.
 * @throws EcgError SOURCE_TOO_LARGE, SOURCE_INVALID, NO_WAVEFORM for a Binary without data.
 */
export function unwrapBinary(body: Uint8Array): Uint8Array {
  if (!looksLikeFhirJson(body)) return body;
  const wrapped = binary.extend({ resourceType: z.literal('Binary') }).safeParse(parseJson(body));
  if (!wrapped.success) return body;
  if (wrapped.data.data === undefined) throw new EcgError('NO_WAVEFORM', 'the Binary has no data');
  return decodeBase64(wrapped.data.data);
}

/** @throws EcgError SOURCE_INVALID when the bytes are not those the attachment speaks of, SOURCE_TOO_LARGE. */
export function checkContent(bytes: Uint8Array, { size, hash }: Attachment): void {
  if (bytes.length > MAX_BYTES) throw tooLarge();
  if (size !== undefined && size !== bytes.length) {
    throw new EcgError(
      'SOURCE_INVALID',
      `attachment has ${bytes.length} bytes where ${size} are stated; it may be truncated`,
    );
  }
  if (hash === undefined) return;
  // Base64 as FHIR has it, or hexadecimal as XDS registries have it.
  const digest = createHash('sha1').update(bytes).digest();
  if (hash.trim() !== digest.toString('base64') && hash.trim().toLowerCase() !== digest.toString('hex')) {
    throw new EcgError('SOURCE_INVALID', 'attachment bytes do not have the stated SHA-1 hash');
  }
}

function tooLarge(): EcgError {
  return new EcgError('SOURCE_TOO_LARGE', 'attachment is larger than 64 MiB');
}
