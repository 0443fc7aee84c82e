import { EcgError } from '../../errors.ts';

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Characters that XML 1.0 cannot hold, not even as references (production 2, Char), lone surrogates among them. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** An element; attributes without a value are left out, `content` is markup and left as it is. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeText(String(value))}"`))
    .join('');
  const inner = content.join('');
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
}

/**
 * Text as it stands in an element or a quoted attribute.
 * @throws EcgError SOURCE_INVALID for characters that XML cannot hold.
 */
export function escapeText(text: string): string {
  if (NOT_XML.test(text))
    throw new EcgError('SOURCE_INVALID', 'a text of the recording has characters XML cannot hold');
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;');
}
