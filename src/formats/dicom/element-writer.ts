/** One element in explicit VR little endian, or what a sequence holds. */
export interface WrittenElement {
  readonly tag: string;
  readonly bytes: Uint8Array;
}

/** VRs whose length field is 4 bytes after 2 reserved ones (PS3.5 7.1.2). */
const LONG_VRS: ReadonlySet<string> = new Set(['OB', 'OW', 'SQ', 'UT']);
/** VRs that are padded to an even length with NUL; the others with a space. */
const NUL_PADDED_VRS: ReadonlySet<string> = new Set(['OB', 'OW', 'UI']);
const ITEM_TAG = 'xfffee000';

/** A text (UTF-8) or binary element; `vr` of two letters as in PS3.5 6.2. */
export function element(tag: string, vr: string, value: string | Uint8Array): WrittenElement {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const padded = new Uint8Array(bytes.length + (bytes.length % 2)).fill(NUL_PADDED_VRS.has(vr) ? 0 : 0x20);
  padded.set(bytes);
  const isLong = LONG_VRS.has(vr);
  const header = new DataView(new ArrayBuffer(isLong ? 12 : 8));
  writeTag(header, tag);
  header.setUint8(4, vr.charCodeAt(0));
  header.setUint8(5, vr.charCodeAt(1));
  if (isLong) header.setUint32(8, padded.length, true);
  else header.setUint16(6, padded.length, true);
  return { tag, bytes: concatenate([new Uint8Array(header.buffer), padded]) };
}

/** A US or UL element. */
export function integerElement(tag: string, vr: 'US' | 'UL', values: readonly number[]): WrittenElement {
  const array = vr === 'US' ? Uint16Array.from(values) : Uint32Array.from(values);
  return element(tag, vr, littleEndianBytes(array));
}

/** A sequence of items of defined length. */
export function sequence(tag: string, items: readonly (readonly WrittenElement[])[]): WrittenElement {
  const written = items.map((elements) => {
    const item = dataSetBytes(elements);
    const header = new DataView(new ArrayBuffer(8));
    writeTag(header, ITEM_TAG);
    header.setUint32(4, item.length, true);
    return concatenate([new Uint8Array(header.buffer), item]);
  });
  return element(tag, 'SQ', concatenate(written));
}

/** The elements in the order of their tags, one after the other. */
export function dataSetBytes(elements: readonly WrittenElement[]): Uint8Array {
  const ordered = [...elements].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return concatenate(ordered.map(({ bytes }) => bytes));
}

/** The bytes of 16- or 32-bit integers, least significant first, whatever the machine. */
export function littleEndianBytes(values: Uint16Array | Uint32Array | Int16Array | Int32Array): Uint8Array {
  const size = values.BYTES_PER_ELEMENT;
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (let i = 0; i < values.length; i += 1) {
    if (size === 2) view.setUint16(i * size, values[i]!, true);
    else view.setUint32(i * size, values[i]!, true);
  }
  return new Uint8Array(view.buffer);
}

function writeTag(view: DataView, tag: string): void {
  view.setUint16(0, Number.parseInt(tag.slice(1, 5), 16), true);
  view.setUint16(2, Number.parseInt(tag.slice(5), 16), true);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
