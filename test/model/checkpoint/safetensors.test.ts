import { EcgError } from '../../../src/errors.ts';
import { readCheckpoint } from '../../../src/model/checkpoint/read-checkpoint.ts';
import { bytesSource } from './bytes-source.ts';

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const read = async (bytes: Uint8Array) => (await readCheckpoint(bytesSource(bytes))).tensors;

/** A file with this header (as an object or as text) and these numbers. */
function safetensors(header: object | string, numbers: Uint8Array, headerLength?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(numbers, 8 + json.length);
  return bytes;
}

const f32 = (begin: number, end: number) => ({ dtype: 'F32', shape: [(end - begin) / 4], data_offsets: [begin, end] });

describe('readSafetensors', () => {
  it('reads float32, float64, float16 and bfloat16, skips counters and metadata, strips prefixes', async () => {
    const numbers = new Uint8Array([
      ...floats(1.5, -2),
      ...new Uint8Array(Float64Array.of(0.5).buffer),
      ...new Uint8Array(Float16Array.of(-3).buffer),
      0x40,
      0x40,
      ...new Uint8Array(8),
    ]);
    const header = {
      __metadata__: { format: 'pt' },
      'module.a': { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
      b: { dtype: 'F64', shape: [], data_offsets: [8, 16] },
      c: { dtype: 'F16', shape: [1], data_offsets: [16, 18] },
      d: { dtype: 'BF16', shape: [1], data_offsets: [18, 20] },
      e: { dtype: 'I64', shape: [], data_offsets: [20, 28] },
    };
    expect([...(await read(safetensors(header, numbers)))]).toEqual([
      ['a', { shape: [2, 1], values: Float32Array.of(1.5, -2) }],
      ['b', { shape: [], values: Float32Array.of(0.5) }],
      ['c', { shape: [1], values: Float32Array.of(-3) }],
      ['d', { shape: [1], values: Float32Array.of(3) }],
    ]);
  });

  const two = floats(1, 2);
  const refused: readonly (readonly [string, () => Uint8Array, string])[] = [
    ['a header of more than 1 MiB', () => safetensors({ a: f32(0, 8) }, two, 2n ** 20n + 1n), '1 MiB'],
    ['a header beyond the file', () => safetensors({ a: f32(0, 8) }, two, 5000n), 'the file ends at'],
    ['a header that is no JSON', () => safetensors('{a}', two), 'no JSON'],
    [
      'a tensor without a type',
      () => safetensors({ a: { shape: [2], data_offsets: [0, 8] } }, two),
      'describes tensor a wrongly',
    ],
    [
      'an unknown number format',
      () => safetensors({ a: { ...f32(0, 8), dtype: 'F8_E4M3' } }, two),
      'unknown number format',
    ],
    ['negative sizes', () => safetensors({ a: { ...f32(0, 8), shape: [-2] } }, two), 'describes tensor a wrongly'],
    ['overlapping tensors', () => safetensors({ a: f32(0, 8), b: f32(4, 8) }, two), 'tensor b overlaps'],
    ['two tensors of the same bytes', () => safetensors({ a: f32(0, 8), b: f32(0, 8) }, two), 'tensor b overlaps'],
    ['holes', () => safetensors({ a: f32(4, 8) }, two), 'leaves a hole'],
    ['numbers that nothing describes', () => safetensors({ a: f32(0, 4) }, two), '8 bytes of numbers where 4'],
    ['offsets beyond the file', () => safetensors({ a: f32(0, 12) }, two), '8 bytes of numbers where 12'],
    ['offsets that run backwards', () => safetensors({ a: { ...f32(0, 8), data_offsets: [8, 0] } }, two), 'hole'],
    [
      'a shape that the bytes do not fill',
      () => safetensors({ a: { ...f32(0, 8), shape: [3] } }, two),
      'does not fill',
    ],
    [
      'sizes whose product overflows',
      () => safetensors({ a: { ...f32(0, 8), shape: Array(8).fill(2 ** 50) } }, two),
      'does not fill',
    ],
    [
      'names that are one without prefixes',
      () => safetensors({ a: f32(0, 4), 'model.a': f32(4, 8) }, two),
      'two tensors are called a',
    ],
  ];
  for (const [name, bytes, message] of refused) {
    it(`refuses ${name}`, async () => {
      await expect(read(bytes())).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
      await expect(read(bytes())).rejects.toThrow(message);
    });
  }

  it('takes a name from the file for a name only', async () => {
    const header = `{"__proto__":${JSON.stringify(f32(0, 8))}}`;
    expect([...(await read(safetensors(header, two))).keys()]).toEqual(['__proto__']);
  });

  it('refuses truncation at every byte', async () => {
    const whole = safetensors({ a: f32(0, 8) }, two);
    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length))).rejects.toBeInstanceOf(EcgError);
    }
  });
});
