/** Writes pickles for tests, opcode by opcode, so that hostile ones can be written as well. */

/** `{ global }`, `{ call, args }`, `{ persistent }`, `{ build, state }` and `{ raw }` besides plain values; arrays are tuples. */
export type Picklable =
  | null
  | boolean
  | number
  | string
  | readonly Picklable[]
  | ReadonlyMap<Picklable, Picklable>
  | { readonly global: string }
  | { readonly call: Picklable; readonly args: readonly Picklable[] }
  | { readonly persistent: readonly Picklable[] }
  | { readonly build: Picklable; readonly state: Picklable }
  | { readonly raw: readonly number[] };

/** A pickle of protocol 2. */
export function pickle(value: Picklable): Uint8Array {
  return Uint8Array.from([0x80, 2, ...encode(value), ...ascii('.')]);
}

/** The bytes of opcodes and ASCII arguments. */
export function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

export function uint32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
}

function encode(value: Picklable): number[] {
  if (value === null) return ascii('N');
  if (typeof value === 'boolean') return [value ? 0x88 : 0x89];
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string') {
    const bytes = [...new TextEncoder().encode(value)];
    return [...ascii('X'), ...uint32(bytes.length), ...bytes];
  }
  if (value instanceof Map) {
    return [...ascii('}('), ...[...value].flatMap(([key, item]) => [...encode(key), ...encode(item)]), ...ascii('u')];
  }
  if (isTuple(value)) return [...ascii('('), ...value.flatMap(encode), ...ascii('t')];
  if ('global' in value) return ascii(`c${value.global.replace(/\.([^.]+)$/, '\n$1')}\n`);
  if ('call' in value) return [...encode(value.call), ...encode(value.args), ...ascii('R')];
  if ('persistent' in value) return [...encode(value.persistent), ...ascii('Q')];
  if ('build' in value) return [...encode(value.build), ...encode(value.state), ...ascii('b')];
  if ('raw' in value) return [...value.raw];
  throw new TypeError('not picklable');
}

function encodeNumber(value: number): number[] {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return [...ascii('J'), ...uint32(value)];
  const double = new DataView(new ArrayBuffer(8));
  double.setFloat64(0, value);
  return [...ascii('G'), ...new Uint8Array(double.buffer)];
}

function isTuple(value: object): value is readonly Picklable[] {
  return Array.isArray(value);
}
