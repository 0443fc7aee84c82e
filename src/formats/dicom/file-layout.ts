import { TRANSFER_SYNTAX } from './tags.ts';

/** How a data set is encoded (PS3.5 annex A). */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
  readonly deflated: boolean;
}

const EXPLICIT: Encoding = { explicitVr: true, littleEndian: true, deflated: false };
const IMPLICIT: Encoding = { ...EXPLICIT, explicitVr: false };

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  [TRANSFER_SYNTAX.implicitLittleEndian, IMPLICIT],
  [TRANSFER_SYNTAX.explicitLittleEndian, EXPLICIT],
  [TRANSFER_SYNTAX.deflatedLittleEndian, { ...EXPLICIT, deflated: true }],
  [TRANSFER_SYNTAX.explicitBigEndian, { ...EXPLICIT, littleEndian: false }],
]);
const STANDARD_ROOT = '1.2.840.10008.1.2.';

const PREAMBLE_BYTES = 128;
const META_GROUP = 0x0002;
const IDENTIFYING_GROUP = 0x0008;
/** The first attributes of a data set are short: character set, dates, UIDs. */
const MAX_LEADING_VALUE = 256;
const LEADING_VRS: ReadonlySet<string> = new Set(['CS', 'DA', 'DT', 'LO', 'SH', 'TM', 'UI', 'UL']);
const META_VRS: ReadonlySet<string> = new Set(['OB', 'UI', 'UL']);

/**
 * Where the file meta information, or without it the data set, starts; undefined for what is no DICOM.
 * A file has "DICM" after a preamble of 128 bytes (PS3.10 7.1). Without that, two consecutive elements at the very
 * start must be those of a data set, so that no other format is mistaken for one.
 */
export function startOfDicom(bytes: Uint8Array): number | undefined {
  if (asciiAt(bytes, PREAMBLE_BYTES, 4) === 'DICM') return PREAMBLE_BYTES + 4;
  return startsWithMeta(bytes) || guessEncoding(bytes, 0) !== undefined ? 0 : undefined;
}

/** Whether an element of the file meta information (group 0002, always little endian) stands at `offset`. */
export function isMetaElement(bytes: Uint8Array, offset: number): boolean {
  return uint16At(bytes, offset) === META_GROUP;
}

/** The encoding that a transfer syntax stands for; undefined for a private one, which may be anything. */
export function encodingOf(transferSyntax: string): Encoding | undefined {
  return ENCODINGS.get(transferSyntax) ?? (transferSyntax.startsWith(STANDARD_ROOT) ? EXPLICIT : undefined);
}

/** The little endian encoding in which two elements of a data set stand at `offset`; undefined for none. */
export function guessEncoding(bytes: Uint8Array, offset: number): Encoding | undefined {
  if (uint16At(bytes, offset) !== IDENTIFYING_GROUP) return undefined;
  const explicitLength = uint16At(bytes, offset + 6);
  if (LEADING_VRS.has(asciiAt(bytes, offset + 4, 2)) && explicitLength !== undefined) {
    const next = offset + 8 + explicitLength;
    const isNext = explicitLength <= MAX_LEADING_VALUE && follows(bytes, offset, next);
    return isNext && /^[A-Z]{2}$/.test(asciiAt(bytes, next + 4, 2)) ? EXPLICIT : undefined;
  }
  const low = uint16At(bytes, offset + 4);
  if (low === undefined || uint16At(bytes, offset + 6) !== 0 || low > MAX_LEADING_VALUE) return undefined;
  const next = offset + 8 + low;
  return follows(bytes, offset, next) && uint16At(bytes, next + 6) === 0 ? IMPLICIT : undefined;
}

function startsWithMeta(bytes: Uint8Array): boolean {
  const element = uint16At(bytes, 2);
  return isMetaElement(bytes, 0) && element !== undefined && element <= 0x10 && META_VRS.has(asciiAt(bytes, 4, 2));
}

/** Elements stand in ascending order of their tags, and the second is still in the identifying group. */
function follows(bytes: Uint8Array, first: number, second: number): boolean {
  const firstElement = uint16At(bytes, first + 2) ?? 0;
  const secondElement = uint16At(bytes, second + 2);
  return uint16At(bytes, second) === IDENTIFYING_GROUP && secondElement !== undefined && secondElement > firstElement;
}

function uint16At(bytes: Uint8Array, offset: number): number | undefined {
  const high = bytes[offset + 1];
  return high === undefined ? undefined : (bytes[offset] ?? 0) + high * 0x100;
}

function asciiAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
