import { EcgError } from '../../errors.ts';
import { resolveReferences } from './resolve-references.ts';
import { tooMuchMarkup, type XmlToken, xmlTokens } from './xml-tokens.ts';

/** An annotated 12-lead recording has 0.2 MB. */
const MAX_MARKUP_BYTES = 1024 * 1024;
const AMPERSAND = 0x26;

export interface LiftedXml {
  /** The document without comments, CDATA and processing instructions; in each `digits` element an index. */
  readonly markup: string;
  /** The texts of the `digits` elements, in UTF-8. */
  readonly digits: readonly Buffer[];
}

/**
 * Takes the sample texts out of an aECG in UTF-8, so that validating and parsing what is left is quick, and bounds what
 * is left before it is parsed.
 * @throws EcgError SOURCE_INVALID for elements inside `digits` or text outside the root, SOURCE_TOO_LARGE for too much
 *   markup, and what {@link xmlTokens} throws.
 */
export function liftDigits(xml: Buffer): LiftedXml {
  const markup: Buffer[] = [];
  const digits: Buffer[] = [];
  let inDigits: Buffer[] | undefined;
  let markupBytes = 0;
  for (const token of xmlTokens(xml)) {
    if (inDigits !== undefined && isText(token)) {
      inDigits.push(verbatim(token));
      continue;
    }
    if (inDigits !== undefined) {
      if (token.kind !== 'close')
        throw new EcgError('SOURCE_INVALID', 'an aECG digits element contains other elements');
      markup.push(Buffer.from(String(digits.length)));
      digits.push(inDigits.length === 1 ? inDigits[0]! : Buffer.concat(inDigits));
      inDigits = undefined;
    }
    markupBytes += token.source.length;
    if (markupBytes > MAX_MARKUP_BYTES) throw tooMuchMarkup();
    if (isText(token) && token.depth === 0 && token.source.toString().trim() !== '') {
      throw new EcgError('SOURCE_INVALID', 'the XML document has text outside its root element');
    }
    markup.push(token.kind === 'cdata' ? escaped(token.source) : token.source);
    if (isDigitsTag(token)) inDigits = [];
  }
  return { markup: Buffer.concat(markup).toString(), digits };
}

function isText({ kind }: XmlToken): boolean {
  return kind === 'text' || kind === 'cdata';
}

function isDigitsTag({ kind, source }: XmlToken): boolean {
  return kind === 'open' && /^<(?:[^\s:>]+:)?digits[\s>]/.test(source.toString('latin1'));
}

/** Digits as they are meant. No exporter writes them as character references, which take long to resolve. */
function verbatim({ kind, source }: XmlToken): Buffer {
  if (kind === 'cdata' || !source.includes(AMPERSAND)) return source;
  if (source.length > MAX_MARKUP_BYTES) throw tooMuchMarkup();
  return Buffer.from(resolveReferences(source.toString()));
}

function escaped(source: Buffer): Buffer {
  return Buffer.from(source.toString().replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
}
