import { EcgError } from '../../errors.ts';
import { parseDecimal } from './parse-decimal.ts';

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
/** Every integer of so many digits is exact in the running sum. */
const EXACT_DIGITS = 15;

/**
 * The numbers of an SLIST `digits` text, separated by XML white space. Integers, as the schema has them, are read
 * digit by digit; decimals and exponents, which some exporters write, take the slower path.
 * @param lead names the lead in the error.
 * @throws EcgError SOURCE_INVALID for anything that is not a finite decimal number.
 */
export function scanDigits(text: string, lead: string): Float64Array {
  const numbers = new Float64Array((text.length + 1) >>> 1);
  let count = 0;
  for (let at = skipSpaces(text, 0); at < text.length; at = skipSpaces(text, at)) {
    const start = at;
    const negative = text.charCodeAt(at) === MINUS;
    if (negative) at += 1;
    const firstDigit = at;
    let value = 0;
    for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) {
      value = value * 10 + (code - ZERO);
      at += 1;
    }
    const ended = at === text.length || isSpace(text.charCodeAt(at));
    if (ended && at > firstDigit && at - firstDigit <= EXACT_DIGITS) {
      numbers[count] = negative ? -value : value;
    } else {
      while (at < text.length && !isSpace(text.charCodeAt(at))) at += 1;
      numbers[count] = scanDecimal(text.slice(start, at), `lead ${lead}, sample ${count + 1}`);
    }
    count += 1;
  }
  return numbers.slice(0, count);
}

function scanDecimal(token: string, place: string): number {
  const value = parseDecimal(token);
  if (value === undefined) throw new EcgError('SOURCE_INVALID', `${place}: the aECG digits are not a number`);
  return value;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
