import { MAX_SAMPLES_TOTAL } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';

const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
/** Up to this many digits an integer and a power of ten are exact doubles, so one division rounds correctly. */
const MAX_EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: MAX_EXACT_DIGITS + 1 }, (_, power) => 10 ** power);
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const LONGEST_NUMBER = 40;
/** FHIR SampledDataDataType: error, above the detection limit, below it. */
const SPECIAL_VALUES: ReadonlySet<string> = new Set(['E', 'U', 'L']);

/**
 * The numbers of `SampledData.data` in text order; NaN for the tokens E, U and L, which are no numbers.
 * Any run of whitespace separates.
 * @throws EcgError SOURCE_INVALID for any other token, SOURCE_TOO_LARGE for more than {@link MAX_SAMPLES_TOTAL}.
 */
export function scanSamples(text: string): Float64Array {
  const samples = new Float64Array(countTokens(text));
  let at = 0;
  for (let index = 0; index < samples.length; index += 1) {
    while (isWhitespace(text.charCodeAt(at))) at += 1;
    const start = at;
    while (at < text.length && !isWhitespace(text.charCodeAt(at))) at += 1;
    samples[index] = scanDecimal(text, start, at);
  }
  return samples;
}

function countTokens(text: string): number {
  let count = 0;
  let inToken = false;
  for (let at = 0; at < text.length; at += 1) {
    const whitespace = isWhitespace(text.charCodeAt(at));
    if (!whitespace && !inToken) count += 1;
    inToken = !whitespace;
  }
  if (count > MAX_SAMPLES_TOTAL) {
    throw new EcgError('SOURCE_TOO_LARGE', `SampledData.data has more than ${MAX_SAMPLES_TOTAL} samples`);
  }
  return count;
}

/** Space, no-break space (in HL7's own example), tab, line feed, carriage return. */
function isWhitespace(code: number): boolean {
  return code === SPACE || code === NO_BREAK_SPACE || (code >= 0x09 && code <= 0x0d);
}

/** Digits with at most one point by character code; everything else by {@link scanToken}. */
function scanDecimal(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start);
  let at = first === MINUS || first === PLUS ? start + 1 : start;
  let mantissa = 0;
  let digits = 0;
  let pointAfter = -1;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      mantissa = mantissa * 10 + (code - ZERO);
      digits += 1;
    } else if (code === POINT && pointAfter < 0) pointAfter = digits;
    else return scanToken(text.slice(start, end));
  }
  if (digits === 0 || digits > MAX_EXACT_DIGITS) return scanToken(text.slice(start, end));
  const magnitude = pointAfter < 0 ? mantissa : mantissa / POWERS_OF_TEN[digits - pointAfter]!;
  return first === MINUS ? -magnitude : magnitude;
}

function scanToken(token: string): number {
  if (SPECIAL_VALUES.has(token)) return Number.NaN;
  const value = token.length <= LONGEST_NUMBER && DECIMAL.test(token) ? Number(token) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new EcgError('SOURCE_INVALID', 'SampledData.data holds something that is neither a number nor E, U or L');
  }
  return value;
}
