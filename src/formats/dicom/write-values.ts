import { element, sequence, type WrittenElement } from './element-writer.ts';
import { TAG } from './tags.ts';

/** Longest value of LO and of one component group of PN in characters, and of DS in bytes (PS3.5 6.2). */
const MAX_TEXT_LENGTH = 64;
const MAX_DECIMAL_LENGTH = 16;
/** The backslash separates values; control characters are not text (PS3.5 6.1.3). */
const NOT_TEXT = /[\\\p{Cc}]/gu;

/** Text without what cannot stand in a value, cut to `length` characters. */
export function plainText(text: string, length = MAX_TEXT_LENGTH): string {
  return text.replaceAll(NOT_TEXT, ' ').slice(0, length).trim();
}

/** A sequence of one item of the Code Sequence macro (PS3.3 8.8). */
export function codeSequence(tag: string, [scheme, code, meaning]: readonly [string, string, string]): WrittenElement {
  return sequence(tag, [
    [
      element(TAG.CodeValue, 'SH', code),
      element(TAG.CodingSchemeDesignator, 'SH', scheme),
      element(TAG.CodeMeaning, 'LO', meaning),
    ],
  ]);
}

/** A DS value: the number with as many of its `digits` significant digits as 16 characters hold. */
export function decimalString(value: number, digits = 17): string {
  const text = String(Number(value.toPrecision(digits)));
  return text.length <= MAX_DECIMAL_LENGTH ? text : decimalString(value, digits - 1);
}
