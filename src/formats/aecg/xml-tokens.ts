import { EcgError } from '../../errors.ts';

/** Bounds of what is left for the XML parser; an annotated 12-lead recording has 6000 elements. */
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 25_000;
const MAX_TOKENS = 100_000;
const MAX_TAG_BYTES = 64 * 1024;

const EXCLAMATION_MARK = 0x21;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const QUESTION_MARK = 0x3f;

/** A tag, or text between tags. */
export interface XmlToken {
  readonly kind: 'text' | 'cdata' | 'open' | 'empty' | 'close' | 'ignored';
  /** The whole tag, the text with its references, or the content of a CDATA section. */
  readonly source: Buffer;
  /** How many elements are open after it. */
  readonly depth: number;
}

type TokenAt = Omit<XmlToken, 'depth'> & { readonly end: number };

const NOTHING = Buffer.alloc(0);

/**
 * The tokens of XML in UTF-8, without prolog, comments, processing instructions and a DOCTYPE that has no internal
 * subset; nothing external is ever fetched. That tags match is left for a parser to check.
 * @throws EcgError SOURCE_INVALID for an internal DTD subset, an entity declaration or an unterminated construct;
 *   SOURCE_TOO_LARGE beyond the bounds.
 */
export function* xmlTokens(xml: Buffer): Generator<XmlToken> {
  let depth = 0;
  let elementCount = 0;
  let tokenCount = 0;
  for (let at = 0; at < xml.length; ) {
    const { kind, source, end } = tokenAt(xml, at);
    at = end;
    tokenCount += 1;
    if (kind === 'open' || kind === 'empty') elementCount += 1;
    if (kind === 'open') depth += 1;
    if (kind === 'close') depth -= 1;
    if (depth > MAX_DEPTH || elementCount > MAX_ELEMENTS || tokenCount > MAX_TOKENS) throw tooMuchMarkup();
    if (kind !== 'ignored') yield { kind, source, depth };
  }
}

/** The refusal of a document that asks more of a parser than an aECG does. */
export function tooMuchMarkup(): EcgError {
  return new EcgError('SOURCE_TOO_LARGE', 'the XML is nested too deeply or has too much markup for an aECG');
}

function tokenAt(xml: Buffer, at: number): TokenAt {
  if (xml[at] !== LESS_THAN) {
    const next = xml.indexOf(LESS_THAN, at);
    const end = next === -1 ? xml.length : next;
    return { kind: 'text', source: xml.subarray(at, end), end };
  }
  const second = xml[at + 1];
  if (second === EXCLAMATION_MARK) return declarationAt(xml, at);
  if (second === QUESTION_MARK) return { kind: 'ignored', source: NOTHING, end: endOf(xml, '?>', at + 2) };
  const end = tagEnd(xml, at);
  const source = xml.subarray(at, end);
  if (second === SLASH) return { kind: 'close', source, end };
  return { kind: xml[end - 2] === SLASH ? 'empty' : 'open', source, end };
}

/** A comment, a CDATA section or a DOCTYPE. */
function declarationAt(xml: Buffer, at: number): TokenAt {
  const start = xml.toString('latin1', at, at + '<![CDATA['.length);
  if (start.startsWith('<!--')) return { kind: 'ignored', source: NOTHING, end: endOf(xml, '-->', at + 4) };
  if (start === '<![CDATA[') {
    const end = endOf(xml, ']]>', at + start.length);
    return { kind: 'cdata', source: xml.subarray(at + start.length, end - 3), end };
  }
  const end = tagEnd(xml, at);
  if (start !== '<!DOCTYPE' || xml.subarray(at, end).includes('[')) {
    throw new EcgError('SOURCE_INVALID', 'DTD declarations are not allowed in an aECG');
  }
  return { kind: 'ignored', source: NOTHING, end };
}

function endOf(xml: Buffer, terminator: string, from: number): number {
  const at = xml.indexOf(terminator, from);
  if (at === -1) throw unterminated();
  return at + terminator.length;
}

/** Past the `>` of a tag or DOCTYPE; a `>` inside quotes does not end it. */
function tagEnd(xml: Buffer, from: number): number {
  const limit = Math.min(xml.length, from + MAX_TAG_BYTES);
  for (let at = from; at < limit; at += 1) {
    const byte = xml[at];
    if (byte === GREATER_THAN) return at + 1;
    if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) {
      at = xml.indexOf(byte, at + 1);
      if (at === -1) throw unterminated();
    }
  }
  throw limit < xml.length ? tooMuchMarkup() : unterminated();
}

function unterminated(): EcgError {
  return new EcgError('SOURCE_INVALID', 'the XML ends in the middle of a tag, comment or section: is it truncated?');
}
