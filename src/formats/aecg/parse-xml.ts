import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { EcgError } from '../../errors.ts';
import { liftDigits } from './lift-digits.ts';
import type { XmlElement } from './xml-element.ts';

const ATTRIBUTES = ':@';
const TEXT = '#text';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
});

const PREDEFINED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Length of "&#x10ffff;". */
const MAX_REFERENCE = 10;

/**
 * Root element of a well-formed XML document, with the five predefined entities and character references resolved.
 * @throws EcgError SOURCE_INVALID where it is not well-formed, SOURCE_TOO_LARGE where it is too deep or too big.
 */
export function parseXml(text: string): XmlElement {
  const { markup, digits } = liftDigits(text);
  const verdict = XMLValidator.validate(markup);
  if (verdict !== true) {
    throw new EcgError('SOURCE_INVALID', `the document is not well-formed XML (${verdict.err.code}): is it truncated?`);
  }
  const [root, second] = toElements(parseMarkup(markup), digits);
  // The validator lets a second root pass after one without content.
  if (root === undefined || second !== undefined) {
    throw new EcgError('SOURCE_INVALID', 'the XML document does not have one root element');
  }
  return root;
}

function parseMarkup(markup: string): unknown {
  try {
    return parser.parse(markup);
  } catch (cause) {
    throw new EcgError('SOURCE_INVALID', 'the XML document cannot be parsed', { cause });
  }
}

/** The parser gives an array of `{ name: children, ':@': attributes }` and `{ '#text': text }`. */
function toElements(nodes: unknown, digits: readonly string[]): XmlElement[] {
  return asArray(nodes).flatMap((node) => {
    const qualifiedName = Object.keys(node).find((key) => key !== ATTRIBUTES);
    if (qualifiedName === undefined || qualifiedName === TEXT) return [];
    const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1);
    const content = node[qualifiedName];
    const ownText = textIn(content);
    return [
      {
        name,
        attributes: toAttributes(node[ATTRIBUTES]),
        children: toElements(content, digits),
        text: resolveReferences(name === 'digits' && ownText !== '' ? (digits[Number(ownText)] ?? '') : ownText),
      },
    ];
  });
}

function toAttributes(attributes: unknown): ReadonlyMap<string, string> {
  const entries = isRecord(attributes) ? Object.entries(attributes) : [];
  return new Map(
    entries.flatMap(([name, value]) => (name.includes(':') ? [] : [[name, resolveReferences(String(value))] as const])),
  );
}

function textIn(nodes: unknown): string {
  return asArray(nodes)
    .map((node) => (TEXT in node ? String(node[TEXT]) : ''))
    .join('');
}

/** In one pass from left to right, so that nothing is resolved twice. */
function resolveReferences(text: string): string {
  const pieces: string[] = [];
  let done = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', done)) {
    const end = text.indexOf(';', at) + 1;
    const character = end === 0 || end - at > MAX_REFERENCE ? undefined : characterOf(text.slice(at + 1, end - 1));
    if (character === undefined)
      throw new EcgError('SOURCE_INVALID', 'the XML refers to an entity that is not defined');
    pieces.push(text.slice(done, at), character);
    done = end;
  }
  return done === 0 ? text : pieces.join('') + text.slice(done);
}

function characterOf(reference: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(reference) ?? [];
  if (hex === undefined && decimal === undefined) return PREDEFINED_ENTITIES.get(reference);
  const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
}

function asArray(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
