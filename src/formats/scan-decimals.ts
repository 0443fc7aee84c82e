import { EcgError } from '../errors.ts';
import { parseDecimal } from './parse-decimal.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Up to this many digits an integer and a power of ten are exact doubles, so one division rounds correctly. */
const MAX_EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: MAX_EXACT_DIGITS + 1 }, (_, power) => 10 ** power);
/** Two hours of one lead at 500 Hz, more than is ever sent as text. */
const MAX_NUMBERS = 4_000_000;
/** A double has at most 24 characters as other programs write it. */
const LONGEST_NUMBER = 40;

const SPACE = 1;
const PART_OF_NUMBER = 2;
/** What each byte may be; 0 for what stands in no list of numbers. */
const KINDS = new Uint8Array(256);
/** Tab to carriage return, space; C2 and A0, which together are the no-break space of HL7's own example. */
for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xc2, 0xa0]) KINDS[byte] = SPACE;
for (const byte of new TextEncoder().encode('+-.0123456789eEUL')) KINDS[byte] = PART_OF_NUMBER;

/** What a list of numbers is of. */
export interface DecimalsOf {
  /** For the error: "lead V1". */
  readonly place: string;
  /** Letters that stand alone for a missing sample, which is NaN. */
  readonly missing?: 'EUL';
}

/**
 * The numbers in a text (UTF-8), separated by any run of white space. Digits with at most one point are read byte by
 * byte; exponents and longer numbers take the slower path. Nothing is allocated before every byte has been looked at.
 * @throws EcgError SOURCE_INVALID for anything that is not a finite decimal number or a missing sample;
 *   SOURCE_TOO_LARGE for more than {@link MAX_NUMBERS}.
 */
export function scanDecimals(text: Buffer, { place, missing }: DecimalsOf): Float64Array {
  const numbers = new Float64Array(countNumbers(text, place));
  let index = 0;
  for (let start = 0; start < text.length; start += 1) {
    if (KINDS[text[start]!] === SPACE) continue;
    let end = start + 1;
    while (end < text.length && KINDS[text[end]!] !== SPACE) end += 1;
    const number = scanPlain(text, start, end) ?? scanOther(text, start, end, missing);
    if (number === undefined) throw noNumber(place, index);
    numbers[index] = number;
    index += 1;
    start = end;
  }
  return numbers;
}

function countNumbers(text: Buffer, place: string): number {
  let count = 0;
  let previous = SPACE;
  for (let at = 0; at < text.length; at += 1) {
    const kind = KINDS[text[at]!]!;
    if (kind === 0) throw noNumber(place, count - (previous === SPACE ? 0 : 1));
    if (kind > previous) count += 1;
    previous = kind;
  }
  if (count > MAX_NUMBERS) throw new EcgError('SOURCE_TOO_LARGE', `${place} has more than ${MAX_NUMBERS} samples`);
  return count;
}

/** Digits with at most one point; undefined for anything else. */
function scanPlain(text: Buffer, start: number, end: number): number | undefined {
  const sign = text[start];
  let mantissa = 0;
  let digits = 0;
  let pointAfter = -1;
  for (let at = sign === MINUS || sign === PLUS ? start + 1 : start; at < end; at += 1) {
    const digit = text[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
    } else if (digit === POINT - ZERO && pointAfter < 0) pointAfter = digits;
    else return undefined;
  }
  if (digits === 0 || digits > MAX_EXACT_DIGITS) return undefined;
  const magnitude = pointAfter < 0 ? mantissa : mantissa / POWERS_OF_TEN[digits - pointAfter]!;
  return sign === MINUS ? -magnitude : magnitude;
}

function scanOther(text: Buffer, start: number, end: number, missing: string | undefined): number | undefined {
  if (end - start > LONGEST_NUMBER) return undefined;
  const token = text.toString('latin1', start, end);
  return token.length === 1 && missing?.includes(token) ? Number.NaN : parseDecimal(token);
}

function noNumber(place: string, index: number): EcgError {
  return new EcgError('SOURCE_INVALID', `${place}, sample ${index + 1}: not a number`);
}
