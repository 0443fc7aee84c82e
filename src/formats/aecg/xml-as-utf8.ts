import { isUtf8 } from 'node:buffer';
import { EcgError } from '../../errors.ts';

/** Enough for a byte order mark, an XML declaration, comments and a DOCTYPE before the root. */
const PROLOG_BYTES = 65_536;

/** One piece of what may stand before the root. Sticky, so that no place is searched twice. */
const BEFORE_ROOT = /\s*(?:<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(?:\[[^\]]*\][^>]*)?>)/y;
const ROOT = /\s*<(?:[\w.-]+:)?([\w.-]+)[\s/>]/y;

/**
 * XML bytes in UTF-8, without a byte order mark; those in UTF-8 are not copied. The encoding is that of the byte order
 * mark, else of the width of the first character, else of the XML declaration, else UTF-8 (XML 1.0 appendix F).
 * @throws EcgError SOURCE_INVALID for an unknown encoding or bytes that are not of it.
 */
export function xmlAsUtf8(bytes: Uint8Array): Buffer {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8') {
    if (!isUtf8(bytes)) throw undecodable();
    return asBuffer(hasUtf8Mark(bytes) ? bytes.subarray(3) : bytes);
  }
  try {
    return Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch (cause) {
    throw undecodable(cause);
  }
}

/** Local name of the root element, looking only at the first {@link PROLOG_BYTES}; undefined where that is no XML. */
export function rootLocalName(bytes: Uint8Array): string | undefined {
  const encoding = encodingOf(bytes);
  // Up to the root every other encoding is read well enough as UTF-8: markup is ASCII.
  const decoder = new TextDecoder(encoding.startsWith('utf-16') ? encoding : 'utf-8');
  const prolog = decoder.decode(bytes.subarray(0, PROLOG_BYTES));
  let start = 0;
  for (BEFORE_ROOT.lastIndex = 0; BEFORE_ROOT.test(prolog); ) start = BEFORE_ROOT.lastIndex;
  ROOT.lastIndex = start;
  return ROOT.exec(prolog)?.[1];
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (hasUtf8Mark(bytes)) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== 0) return 'utf-16be';
  const declaration = new TextDecoder('latin1').decode(bytes.subarray(0, 256));
  const label = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(declaration)?.[1]?.toLowerCase() ?? 'utf-8';
  // A declaration that could be read byte by byte is not in UTF-16, whatever it claims.
  return label.startsWith('utf-16') ? 'utf-8' : label;
}

function hasUtf8Mark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function undecodable(cause?: unknown): EcgError {
  const reason = cause instanceof RangeError ? 'is in an encoding that is not known' : 'is not in its stated encoding';
  return new EcgError('SOURCE_INVALID', `the XML document ${reason}`, { cause });
}
