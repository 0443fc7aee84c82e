import type { ByteSource } from '../../../src/model/checkpoint/byte-source.ts';

/** A buffer as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
  };
}
