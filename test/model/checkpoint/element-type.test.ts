import { toFloat32 } from '../../../src/model/checkpoint/element-type.ts';

describe('toFloat32', () => {
  it('reads all 65536 half-precision numbers', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, index) => index);
    const expected = Float32Array.from(new Float16Array(bits.buffer));
    expect(toFloat32(new Uint8Array(bits.buffer), 'float16')).toEqual(expected);
  });

  it('reads bfloat16 as the upper half of float32', () => {
    const bits = Uint16Array.of(0x3f80, 0xc040, 0x0000, 0x7f80);
    expect([...toFloat32(new Uint8Array(bits.buffer), 'bfloat16')]).toEqual([1, -3, 0, Number.POSITIVE_INFINITY]);
  });

  it('rounds double to single precision', () => {
    const doubles = Float64Array.of(0.1, -1e300);
    expect([...toFloat32(new Uint8Array(doubles.buffer), 'float64')]).toEqual([
      Math.fround(0.1),
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('refuses integers', () => {
    expect(() => toFloat32(new Uint8Array(8), 'int64')).toThrow('int64 numbers are no weights');
  });
});
