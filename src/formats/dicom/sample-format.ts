/** One row of Waveform Sample Interpretation (PS3.3 C.10.9.1.5). */
export interface SampleFormat {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
  readonly read: (view: DataView, offset: number, littleEndian: boolean) => number;
}

const SAMPLE_FORMATS: ReadonlyMap<string, SampleFormat> = new Map<string, SampleFormat>([
  ['SB', { bytes: 1, isSigned: true, read: (view, offset) => view.getInt8(offset) }],
  ['UB', { bytes: 1, isSigned: false, read: (view, offset) => view.getUint8(offset) }],
  ['SS', { bytes: 2, isSigned: true, read: (view, offset, little) => view.getInt16(offset, little) }],
  ['US', { bytes: 2, isSigned: false, read: (view, offset, little) => view.getUint16(offset, little) }],
  ['SL', { bytes: 4, isSigned: true, read: (view, offset, little) => view.getInt32(offset, little) }],
  ['UL', { bytes: 4, isSigned: false, read: (view, offset, little) => view.getUint32(offset, little) }],
  ['SV', { bytes: 8, isSigned: true, read: (view, offset, little) => Number(view.getBigInt64(offset, little)) }],
  ['UV', { bytes: 8, isSigned: false, read: (view, offset, little) => Number(view.getBigUint64(offset, little)) }],
]);

/** The linear format of a sample interpretation; undefined for µ-law (MB), A-law (AB) and anything else. */
export function sampleFormat(interpretation: string): SampleFormat | undefined {
  return SAMPLE_FORMATS.get(interpretation);
}

/**
 * The same counts with the sign that `bitsStored` low-order bits have, where the writer failed to extend it to all
 * allocated bits (PS3.3 C.10.9.1.7 demands it). Counts that fit the stored bits, and counts that do not fit them at
 * all (a false statement of the stored bits), stay what they are.
 */
export function extendSign(counts: Float64Array, bitsStored: number): Float64Array {
  const half = 2 ** (bitsStored - 1);
  const isUnextended = counts.every((count) => !(count < 0 || count >= 2 * half));
  return isUnextended ? counts.map((count) => (count >= half ? count - 2 * half : count)) : counts;
}
