import { EcgError } from '../../errors.ts';

/** Enough for a byte order mark, an XML declaration, comments and a DOCTYPE before the root. */
const PROLOG_BYTES = 8192;

const COMMENTS_AND_INSTRUCTIONS = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g;
const ROOT = /^\s*(?:<!DOCTYPE[^>[]*(?:\[[^\]]*\])?\s*>\s*)?<(?:[\w.-]+:)?([\w.-]+)[\s/>]/;

/**
 * XML bytes as text. The encoding is that of the byte order mark, else of the width of the first character,
 * else of the XML declaration, else UTF-8 (XML 1.0 appendix F).
 * @throws EcgError SOURCE_INVALID for an unknown encoding or bytes that are not of it.
 */
export function decodeXml(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const reason =
      cause instanceof RangeError ? 'is in an encoding that is not known' : 'is not in its stated encoding';
    throw new EcgError('SOURCE_INVALID', `the XML document ${reason}`, { cause });
  }
}

/** Local name of the root element, looking only at the first {@link PROLOG_BYTES}; undefined where that is no XML. */
export function rootLocalName(bytes: Uint8Array): string | undefined {
  const encoding = encodingOf(bytes);
  // Up to the root every other encoding is read well enough as UTF-8: markup is ASCII.
  const decoder = new TextDecoder(encoding.startsWith('utf-16') ? encoding : 'utf-8');
  const prolog = decoder.decode(bytes.subarray(0, PROLOG_BYTES)).replace(COMMENTS_AND_INSTRUCTIONS, '');
  return ROOT.exec(prolog)?.[1];
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== 0) return 'utf-16be';
  const declaration = new TextDecoder('latin1').decode(bytes.subarray(0, 256));
  const label = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(declaration)?.[1]?.toLowerCase() ?? 'utf-8';
  // A declaration that could be read byte by byte is not in UTF-16, whatever it claims.
  return label.startsWith('utf-16') ? 'utf-8' : label;
}
