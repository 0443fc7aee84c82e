/** How samples lie in a signal file (WFDB Applications Guide, signal(5)). */
export interface StorageFormat {
  readonly bitsPerSample: number;
  /** The least count, which stands for a missing sample. */
  readonly missing: number;
  /** The count at `index` of the samples that begin at `start`. */
  readonly read: (view: DataView, start: number, index: number) => number;
}

const FORMATS: Readonly<Record<string, StorageFormat>> = {
  16: {
    bitsPerSample: 16,
    missing: -0x8000,
    read: (view, start, index) => view.getInt16(start + 2 * index, true),
  },
  24: {
    bitsPerSample: 24,
    missing: -0x800000,
    read: (view, start, index) => {
      const at = start + 3 * index;
      return view.getUint16(at, true) | (view.getInt8(at + 2) << 16);
    },
  },
  32: {
    bitsPerSample: 32,
    missing: -0x80000000,
    read: (view, start, index) => view.getInt32(start + 4 * index, true),
  },
  61: {
    bitsPerSample: 16,
    missing: -0x8000,
    read: (view, start, index) => view.getInt16(start + 2 * index, false),
  },
  80: {
    bitsPerSample: 8,
    missing: -0x80,
    read: (view, start, index) => view.getUint8(start + index) - 0x80,
  },
  160: {
    bitsPerSample: 16,
    missing: -0x8000,
    read: (view, start, index) => view.getUint16(start + 2 * index, true) - 0x8000,
  },
  212: { bitsPerSample: 12, missing: -0x800, read: readPacked },
};

/** The storage format of that number, if it is one that is read here. */
export function storageFormat(number: string): StorageFormat | undefined {
  return Object.hasOwn(FORMATS, number) ? FORMATS[number] : undefined;
}

/** Two samples of 12 bits in three bytes: the middle one holds the high nibble of the first sample in its low half. */
function readPacked(view: DataView, start: number, index: number): number {
  const at = start + 3 * (index >> 1);
  const middle = view.getUint8(at + 1);
  const unsigned =
    index % 2 === 0 ? view.getUint8(at) | ((middle & 0x0f) << 8) : view.getUint8(at + 2) | ((middle & 0xf0) << 4);
  return (unsigned << 20) >> 20;
}
