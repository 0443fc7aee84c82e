import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { EcgError } from '../../errors.ts';
import { liftDigits } from './lift-digits.ts';
import { resolveReferences } from './resolve-references.ts';
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

/**
 * Root element of a well-formed XML document in UTF-8, with the five predefined entities and character references
 * resolved.
 * @throws EcgError SOURCE_INVALID where it is not well-formed, SOURCE_TOO_LARGE where it is too deep or too big.
 */
export function parseXml(xml: Buffer): XmlElement {
  const { markup, digits } = liftDigits(xml);
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
function toElements(nodes: unknown, digits: readonly Buffer[]): XmlElement[] {
  return asArray(nodes).flatMap((node) => {
    const qualifiedName = Object.keys(node).find((key) => key !== ATTRIBUTES);
    if (qualifiedName === undefined || qualifiedName === TEXT) return [];
    const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1);
    const content = node[qualifiedName];
    const ownText = textIn(content);
    const attributes = toAttributes(node[ATTRIBUTES]);
    if (name === 'digits') return [{ name, attributes, children: [], text: '', digits: digits[Number(ownText || -1)] }];
    return [{ name, attributes, children: toElements(content, digits), text: resolveReferences(ownText) }];
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

function asArray(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
