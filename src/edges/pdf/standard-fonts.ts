import { printableLine } from '../../tracing/text-lines.ts';

/** Fonts that every reader of PDF brings along (ISO 32000-1, 9.6.2.2), so that none has to be embedded. */
export const REGULAR = 'Helvetica';
export const BOLD = 'Helvetica-Bold';

/** Stands for a character the fonts do not have: better seen to be missing than taken for another. */
const MISSING = '?';
export const MISSING_REMARK = `Characters this document has no font for are printed as ${MISSING}.`;

/** The characters of Windows-1252, which is what standard fonts are encoded in: the letters of Western Europe. */
const KNOWN: ReadonlySet<string> = new Set(new TextDecoder('windows-1252').decode(knownBytes()));

/** What a document can say of a text, and whether that is all of it. */
export function encodable(text: string): { readonly text: string; readonly isWhole: boolean } {
  const line = printableLine(text).normalize('NFC');
  const encoded = Array.from(line, (character) => (KNOWN.has(character) ? character : MISSING)).join('');
  return { text: encoded, isWhole: encoded === line };
}

/** All but the control characters. */
function knownBytes(): Uint8Array {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const unused = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
  return Uint8Array.from(bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f && !unused.includes(byte)));
}
