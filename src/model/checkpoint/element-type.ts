import { checkpointInvalid } from './checkpoint-invalid.ts';

/** Number formats of stored tensors. Only the floating-point ones can be weights. */
export type ElementType = 'float64' | 'float32' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'int16' | 'int8';

const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
};

export function bytesPerElement(type: ElementType): number {
  return ELEMENT_BYTES[type];
}

export function isFloat(type: ElementType): boolean {
  return type === 'float64' || type === 'float32' || type === 'float16' || type === 'bfloat16';
}

/**
 * Little-endian floating-point numbers as float32; `bytes` starts at the beginning of its buffer.
 * @throws EcgError CHECKPOINT_INVALID for an integer type.
 */
export function toFloat32(bytes: Uint8Array<ArrayBuffer>, type: ElementType): Float32Array {
  const count = bytes.length / ELEMENT_BYTES[type];
  switch (type) {
    case 'float32':
      return new Float32Array(bytes.buffer, 0, count);
    case 'float64':
      return Float32Array.from(new Float64Array(bytes.buffer, 0, count));
    case 'float16':
      return Float32Array.from(new Uint16Array(bytes.buffer, 0, count), fromHalf);
    case 'bfloat16': {
      // The upper half of a float32.
      const words = Uint32Array.from(new Uint16Array(bytes.buffer, 0, count), (half) => half << 16);
      return new Float32Array(words.buffer);
    }
    default:
      throw checkpointInvalid(`${type} numbers are no weights`);
  }
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
