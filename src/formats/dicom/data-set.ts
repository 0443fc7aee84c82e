import { EcgError } from '../../errors.ts';
import { parseDecimal } from '../parse-decimal.ts';
import { type Elements, parseUnknownItems } from './parse-elements.ts';

/** A data set, or an item of a sequence in it. */
export interface DataSet {
  readonly elements: Elements;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Text in the character set that the data set declares. */
  readonly decodeText: (bytes: Uint8Array) => string;
}

const ITEM_HEADER_BYTES = 8;
/** LT, the longest text that is read here, has at most 10240 characters (PS3.5 6.2). */
const MAX_TEXT_BYTES = 4 * 10_240;

/**
 * The bytes of a value, without a copy; undefined where the element is absent or empty.
 * @throws EcgError SOURCE_INVALID when the value reaches beyond the data set.
 */
export function readBytes({ elements, bytes }: DataSet, tag: string): Uint8Array | undefined {
  const element = elements[tag];
  if (element === undefined || element.length === 0) return undefined;
  const end = element.dataOffset + element.length;
  if (end > bytes.length) throw new EcgError('SOURCE_INVALID', `DICOM value ${tag} reaches beyond the data set`);
  return bytes.subarray(element.dataOffset, end);
}

/**
 * The items of a sequence; none where it is absent or empty.
 * @throws EcgError SOURCE_INVALID when a sequence stored as UN is malformed.
 */
export function readItems(dataSet: DataSet, tag: string): readonly DataSet[] {
  const element = dataSet.elements[tag];
  if (element === undefined || element.length < ITEM_HEADER_BYTES) return [];
  const isUnknown = element.items === undefined && element.vr === 'UN';
  const items = isUnknown ? parseUnknownItems(dataSet.bytes, element) : (element.items ?? []);
  const littleEndian = isUnknown || dataSet.littleEndian;
  return items.map((item) => ({ ...dataSet, littleEndian, elements: item.dataSet?.elements ?? {} }));
}

/**
 * The text of a value, NULs and spaces around it trimmed; undefined where there is none (a blank is as good as
 * absent, PS3.5 7.4.1).
 * @throws EcgError SOURCE_INVALID as {@link readBytes}, SOURCE_TOO_LARGE for a text of more than 40 kB.
 */
export function readText(dataSet: DataSet, tag: string): string | undefined {
  const bytes = readBytes(dataSet, tag);
  if (bytes === undefined) return undefined;
  if (bytes.length > MAX_TEXT_BYTES) throw new EcgError('SOURCE_TOO_LARGE', `DICOM text ${tag} is too long`);
  const text = dataSet.decodeText(bytes).replaceAll('\0', ' ').trim();
  return text === '' ? undefined : text;
}

/**
 * The one decimal of a DS or IS value; undefined where it is blank.
 * @throws EcgError SOURCE_INVALID when it is no finite decimal.
 */
export function readDecimal(dataSet: DataSet, tag: string): number | undefined {
  const text = readText(dataSet, tag);
  if (text === undefined) return undefined;
  const value = parseDecimal(text);
  if (value === undefined) throw new EcgError('SOURCE_INVALID', `DICOM value ${tag} is not a decimal number`);
  return value;
}

/**
 * The one unsigned integer of a US (2 bytes) or UL (4 bytes) value; undefined where it is empty.
 * @throws EcgError SOURCE_INVALID when it has another size.
 */
export function readInteger(dataSet: DataSet, tag: string): number | undefined {
  const bytes = readBytes(dataSet, tag);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 2) return view.getUint16(0, dataSet.littleEndian);
  if (bytes.length === 4) return view.getUint32(0, dataSet.littleEndian);
  throw new EcgError('SOURCE_INVALID', `DICOM value ${tag} is not one integer`);
}
