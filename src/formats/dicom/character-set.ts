/** Encodings (WHATWG labels) of the defined terms of Specific Character Set, PS3.3 C.12.1.1.2. */
const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['100', 'iso-8859-1'],
  ['101', 'iso-8859-2'],
  ['109', 'iso-8859-3'],
  ['110', 'iso-8859-4'],
  ['144', 'iso-8859-5'],
  ['127', 'iso-8859-6'],
  ['126', 'iso-8859-7'],
  ['138', 'iso-8859-8'],
  ['148', 'iso-8859-9'],
  ['203', 'iso-8859-15'],
  ['13', 'shift_jis'],
  ['166', 'windows-874'],
  ['87', 'iso-2022-jp'],
  ['149', 'euc-kr'],
  ['58', 'gbk'],
  ['192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);

/** ASCII as the standard has it; Latin-1 for what devices write without declaring it. */
const UNDECLARED = 'iso-8859-1';
/** Escape sequences for an 8-bit set (Chinese, Korean), which its own decoder takes for text (PS3.5 6.1.2.5.3). */
const EIGHT_BIT_DESIGNATIONS = ['\u001b$)A', '\u001b$)C'] as const;

/**
 * A decoder for the value of Specific Character Set ("ISO_IR 100", "\ISO 2022 IR 149", "GB18030" …). Where several
 * are declared, the last one, which extends the others, decodes the whole text. Never throws: what cannot be decoded
 * becomes U+FFFD.
 */
export function textDecoder(specificCharacterSet: string | undefined): (bytes: Uint8Array) => string {
  const term = specificCharacterSet?.split('\\').at(-1)?.trim() ?? '';
  const decoder = new TextDecoder(ENCODINGS.get(term.replace(/^ISO(_IR| 2022 IR) /, '')) ?? UNDECLARED);
  return (bytes) =>
    EIGHT_BIT_DESIGNATIONS.reduce((text, designation) => text.replaceAll(designation, ''), decoder.decode(bytes));
}
