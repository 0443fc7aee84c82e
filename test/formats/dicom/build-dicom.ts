import { deflateRawSync } from 'node:zlib';

/** Tag (xGGGGEEEE), VR, value: text, bytes, integers of the VR's size, or the items of a sequence. */
export type TestElement = readonly [
  tag: string,
  vr: string,
  value: string | Uint8Array | readonly number[] | readonly TestDataSet[],
];
export type TestDataSet = readonly TestElement[];

export interface TestEncoding {
  readonly syntax: 'implicit' | 'explicit' | 'deflated' | 'bigEndian';
  /** Sequences and items of undefined length. */
  readonly undefinedLength?: boolean;
}

export interface TestChannel {
  readonly code?: readonly [scheme: string, code: string, meaning: string];
  readonly label?: string;
  /** DS; null leaves the element out. */
  readonly sensitivity?: string | null;
  readonly unit?: string;
  readonly more?: TestDataSet;
}

export interface TestGroup {
  readonly channels?: readonly TestChannel[];
  /** Per channel, then per sample. */
  readonly counts: readonly (readonly number[])[];
  readonly samplingRate?: number;
  readonly interpretation?: string;
  readonly waveformVr?: string;
  readonly more?: TestDataSet;
}

const SYNTAX_UIDS = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  bigEndian: '1.2.840.10008.1.2.2',
} as const;
const INTEGER_BYTES: Readonly<Record<string, number>> = { SB: 1, UB: 1, US: 2, SS: 2, UL: 4, SL: 4, SV: 8, UV: 8 };
const LONG_VRS = ['OB', 'OW', 'SQ', 'UN', 'UT'];
const UNDEFINED_LENGTH = 0xffffffff;
const TWELVE_LEAD = '1.2.840.10008.5.1.4.1.1.9.1.1';

/** The groups of a 12-lead ECG object: identification first, further root elements where their tags belong. */
export function ecgDataSet(groups: readonly TestGroup[], root: TestDataSet = []): TestDataSet {
  const given = new Set(root.map(([tag]) => tag));
  const defaults: TestDataSet = [
    ['x00080005', 'CS', 'ISO_IR 192'],
    ['x00080016', 'UI', TWELVE_LEAD],
    ['x0008002a', 'DT', '20240301101500.000+0100'],
    ['x00100020', 'LO', 'T-1'],
  ];
  return [...defaults.filter(([tag]) => !given.has(tag)), ...root, ['x54000100', 'SQ', groups.map(groupItem)]];
}

/** A file with preamble and file meta information. */
export function dicomFile(dataSet: TestDataSet, encoding: TestEncoding): Uint8Array {
  return Buffer.concat([new Uint8Array(128), Buffer.from('DICM'), metaInformation(encoding), body(dataSet, encoding)]);
}

/** The file meta information alone. */
export function metaInformation({ syntax }: TestEncoding): Uint8Array {
  const elements = encode([['x00020010', 'UI', SYNTAX_UIDS[syntax]]], { syntax: 'explicit' });
  return Buffer.concat([encode([['x00020000', 'UL', [elements.length]]], { syntax: 'explicit' }), elements]);
}

/** The data set alone. */
export function body(dataSet: TestDataSet, encoding: TestEncoding): Uint8Array {
  const bytes = encode(dataSet, encoding);
  return encoding.syntax === 'deflated' ? deflateRawSync(bytes) : bytes;
}

/** Integers of a sample interpretation, in the byte order of the syntax. */
export function integers(values: readonly number[], interpretation: string, syntax: TestEncoding['syntax']): Buffer {
  const size = INTEGER_BYTES[interpretation] ?? 2;
  const bytes = Buffer.alloc(values.length * size);
  for (const [index, value] of values.entries()) {
    const wrapped = BigInt.asUintN(size * 8, BigInt(value));
    for (let byte = 0; byte < size; byte += 1) {
      const place = syntax === 'bigEndian' ? size - 1 - byte : byte;
      bytes[index * size + place] = Number((wrapped >> BigInt(8 * byte)) & 0xffn);
    }
  }
  return bytes;
}

function groupItem(group: TestGroup): TestDataSet {
  const { counts, channels = [], samplingRate = 500, interpretation = 'SS', more = [] } = group;
  const given = new Set(more.map(([tag]) => tag));
  const interleaved = (counts[0] ?? []).flatMap((_, sample) => counts.map((channel) => channel[sample] ?? 0));
  const defaults: TestDataSet = [
    ['x003a0004', 'CS', 'ORIGINAL'],
    ['x003a0005', 'US', [counts.length]],
    ['x003a0010', 'UL', [counts[0]?.length ?? 0]],
    ['x003a001a', 'DS', String(samplingRate)],
    ['x003a0200', 'SQ', counts.map((_, index) => channelItem(channels[index] ?? standardChannel(index)))],
    ['x54001004', 'US', [(INTEGER_BYTES[interpretation] ?? 2) * 8]],
    ['x54001006', 'CS', interpretation],
    ['x54001010', `${group.waveformVr ?? 'OW'}:${interpretation}`, interleaved],
  ];
  return [...defaults.filter(([tag]) => !given.has(tag)), ...more].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** I, II, V1 … V6, III, aVR, aVL, aVF by their MDC codes. */
function standardChannel(index: number): TestChannel {
  return { code: ['MDC', `2:${index < 8 ? index + 1 : index + 53}`, ''] };
}

function channelItem({ code, label, sensitivity = '1', unit = 'uV', more = [] }: TestChannel): TestDataSet {
  return [
    ...(label === undefined ? [] : [['x003a0203', 'SH', label] as const]),
    ...(code === undefined ? [] : [['x003a0208', 'SQ', [codeItem(...code)]] as const]),
    ...(sensitivity === null
      ? []
      : [['x003a0210', 'DS', sensitivity] as const, ['x003a0211', 'SQ', [codeItem('UCUM', unit, unit)]] as const]),
    ...more,
  ];
}

/** An item of the Code Sequence macro. */
export function codeItem(scheme: string, code: string, meaning: string): TestDataSet {
  return [
    ['x00080100', 'SH', code],
    ['x00080102', 'SH', scheme],
    ['x00080104', 'LO', meaning],
  ];
}

function encode(dataSet: TestDataSet, encoding: TestEncoding): Uint8Array {
  return Buffer.concat(dataSet.map((element) => encodeElement(element, encoding)));
}

function encodeElement([tag, vrAndFormat, value]: TestElement, encoding: TestEncoding): Uint8Array {
  const [vr = '', format = vr] = vrAndFormat.split(':');
  const isUndefined = vr === 'SQ' && encoding.undefinedLength === true;
  const bytes = valueBytes(value, format, encoding);
  const end = isUndefined ? delimiter('xfffee0dd', encoding) : new Uint8Array();
  return Buffer.concat([header(tag, vr, isUndefined ? UNDEFINED_LENGTH : bytes.length, encoding), bytes, end]);
}

function valueBytes(value: TestElement[2], format: string, encoding: TestEncoding): Uint8Array {
  if (typeof value === 'string') return evenly(Buffer.from(value), format === 'UI' ? 0 : 0x20);
  if (value instanceof Uint8Array) return evenly(value, 0);
  if (isIntegers(value)) return evenly(integers(value, format, encoding.syntax), 0);
  return Buffer.concat(value.map((item) => encodeItem(item, encoding)));
}

function isIntegers(value: readonly number[] | readonly TestDataSet[]): value is readonly number[] {
  return typeof value[0] === 'number';
}

function encodeItem(item: TestDataSet, encoding: TestEncoding): Uint8Array {
  const bytes = encode(item, encoding);
  const isUndefined = encoding.undefinedLength === true;
  const end = isUndefined ? delimiter('xfffee00d', encoding) : new Uint8Array();
  return Buffer.concat([itemHeader('xfffee000', isUndefined ? UNDEFINED_LENGTH : bytes.length, encoding), bytes, end]);
}

function delimiter(tag: string, encoding: TestEncoding): Uint8Array {
  return itemHeader(tag, 0, encoding);
}

function itemHeader(tag: string, length: number, { syntax }: TestEncoding): Uint8Array {
  return Buffer.concat([tagBytes(tag, syntax), integers([length], 'UL', syntax)]);
}

function header(tag: string, vr: string, length: number, encoding: TestEncoding): Uint8Array {
  const { syntax } = encoding;
  if (syntax === 'implicit') return itemHeader(tag, length, encoding);
  const long = LONG_VRS.includes(vr);
  const lengthBytes = long
    ? Buffer.concat([new Uint8Array(2), integers([length], 'UL', syntax)])
    : integers([length], 'US', syntax);
  return Buffer.concat([tagBytes(tag, syntax), Buffer.from(vr), lengthBytes]);
}

function tagBytes(tag: string, syntax: TestEncoding['syntax']): Uint8Array {
  return integers([Number.parseInt(tag.slice(1, 5), 16), Number.parseInt(tag.slice(5), 16)], 'US', syntax);
}

function evenly(bytes: Uint8Array, padding: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Uint8Array.of(padding)]);
}
