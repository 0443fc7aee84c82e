/**
 * What no page prints: control characters, halves of surrogate pairs, and marks that turn the direction of the text
 * around them, with which a name could pose as another.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufffe\uffff]+/gu;

/** One line of text that stands as it is in any output. */
export function printableLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim();
}

/**
 * Width of a text in Helvetica or a font like it, rather too wide than too narrow, so that lines can be broken without
 * a font at hand.
 */
export function textWidthMm(text: string, sizeMm: number): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * sizeMm;
}

function emsOf(character: string): number {
  if (/[ijlI.,:;'|!]/.test(character)) return 0.3;
  if (/[ frt()/-]/.test(character)) return 0.36;
  if (/[mwMW@%—]/.test(character)) return 0.95;
  if (/\p{Lu}/u.test(character)) return 0.74;
  return (character.codePointAt(0) ?? 0) < 0x1100 ? 0.57 : 1;
}

/** Breaks a text at spaces, and words that are too long anywhere, into lines of at most `widthMm`. */
export function wrapText(text: string, sizeMm: number, widthMm: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printableLine(text).split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidthMm(longer, sizeMm) <= widthMm) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (textWidthMm(line, sizeMm) > widthMm) {
      const head = fittingHead(line, sizeMm, widthMm);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** One line of at most `widthMm`; what is cut off is marked. */
export function fitText(text: string, sizeMm: number, widthMm: number): string {
  const line = printableLine(text);
  if (textWidthMm(line, sizeMm) <= widthMm) return line;
  return `${fittingHead(line, sizeMm, widthMm - sizeMm).trimEnd()}…`;
}

/** As many characters as fit, and at least one. */
function fittingHead(text: string, sizeMm: number, widthMm: number): string {
  let head = '';
  let left = widthMm;
  for (const character of text) {
    left -= textWidthMm(character, sizeMm);
    if (left < 0 && head !== '') break;
    head += character;
  }
  return head;
}
