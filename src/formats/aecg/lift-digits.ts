import { EcgError } from '../../errors.ts';

/** Bounds of the markup that is left for the XML parser; an annotated 12-lead recording has 0.2 MB and 6000 elements. */
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 100_000;
const MAX_MARKUP = 4 * 1024 * 1024;
const MAX_TAG = 64 * 1024;

export interface LiftedXml {
  /** The document without prolog, comments, CDATA and processing instructions; in each `digits` element an index. */
  readonly markup: string;
  /** The texts of the `digits` elements; character references are not yet resolved. */
  readonly digits: readonly string[];
}

interface Token {
  readonly kind: 'text' | 'open' | 'empty' | 'close' | 'ignored';
  readonly source: string;
  /** Where the next token begins. */
  readonly end: number;
}

/**
 * Takes the sample texts out of an aECG, so that validating and parsing what is left is quick, and bounds what is
 * left before it is parsed. A DOCTYPE without an internal subset is dropped; nothing external is ever fetched.
 * @throws EcgError SOURCE_INVALID for an internal DTD subset, an entity declaration, elements inside `digits`, text
 *   outside the root or an unterminated construct; SOURCE_TOO_LARGE beyond the bounds.
 */
export function liftDigits(text: string): LiftedXml {
  const markup: string[] = [];
  const digits: string[] = [];
  let openDigits: string[] | undefined;
  let markupLength = 0;
  let elementCount = 0;
  let depth = 0;
  for (const { kind, source } of tokensOf(text)) {
    if (openDigits !== undefined && kind === 'text') {
      openDigits.push(source);
      continue;
    }
    if (openDigits !== undefined) {
      if (kind !== 'close') throw new EcgError('SOURCE_INVALID', 'an aECG digits element contains other elements');
      markup.push(String(digits.length));
      digits.push(openDigits.join(''));
      openDigits = undefined;
    }
    if (kind === 'text' && depth === 0 && source.trim() !== '') {
      throw new EcgError('SOURCE_INVALID', 'the XML document has text outside its root element');
    }
    markup.push(source);
    markupLength += source.length;
    if (kind === 'open') depth += 1;
    if (kind === 'close') depth -= 1;
    if (kind === 'open' || kind === 'empty') elementCount += 1;
    if (depth > MAX_DEPTH || elementCount > MAX_ELEMENTS || markupLength > MAX_MARKUP) throw tooLarge();
    if (kind === 'open' && isDigitsTag(source)) openDigits = [];
  }
  return { markup: markup.join(''), digits };
}

function* tokensOf(text: string): Generator<Token> {
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (token.kind !== 'ignored') yield token;
    at = token.end;
  }
}

function tokenAt(text: string, at: number): Token {
  if (text[at] !== '<') {
    const next = text.indexOf('<', at);
    const end = next === -1 ? text.length : next;
    return { kind: 'text', source: text.slice(at, end), end };
  }
  if (text.startsWith('<!--', at)) return { kind: 'ignored', source: '', end: endOf(text, '-->', at + 4) };
  if (text.startsWith('<?', at)) return { kind: 'ignored', source: '', end: endOf(text, '?>', at + 2) };
  if (text.startsWith('<![CDATA[', at)) {
    const end = endOf(text, ']]>', at + 9);
    const content = text.slice(at + 9, end - 3);
    return { kind: 'text', source: content.replaceAll('&', '&amp;').replaceAll('<', '&lt;'), end };
  }
  const end = tagEnd(text, at);
  const source = text.slice(at, end);
  if (source.startsWith('<!DOCTYPE') && !source.includes('[')) return { kind: 'ignored', source: '', end };
  if (source.startsWith('<!')) throw new EcgError('SOURCE_INVALID', 'DTD declarations are not allowed in an aECG');
  if (source.startsWith('</')) return { kind: 'close', source, end };
  return { kind: source.endsWith('/>') ? 'empty' : 'open', source, end };
}

function endOf(text: string, terminator: string, from: number): number {
  const at = text.indexOf(terminator, from);
  if (at === -1) throw unterminated();
  return at + terminator.length;
}

/** Past the `>` of a tag or DOCTYPE; a `>` inside quotes does not end it. */
function tagEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + MAX_TAG);
  for (let at = from; at < limit; at += 1) {
    const character = text[at];
    if (character === '>') return at + 1;
    if (character === '"' || character === "'") {
      at = text.indexOf(character, at + 1);
      if (at === -1) throw unterminated();
    }
  }
  throw limit < text.length ? tooLarge() : unterminated();
}

function isDigitsTag(tag: string): boolean {
  return /^<(?:[^\s:>]+:)?digits[\s>]/.test(tag);
}

function unterminated(): EcgError {
  return new EcgError('SOURCE_INVALID', 'the XML ends in the middle of a tag, comment or section: is it truncated?');
}

function tooLarge(): EcgError {
  return new EcgError('SOURCE_TOO_LARGE', 'the XML is nested too deeply or has too much markup for an aECG');
}
