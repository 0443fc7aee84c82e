const RADIX_BITS = 11;
const RADIX = 1 << RADIX_BITS;
const RADIX_MASK = RADIX - 1;

/**
 * Running median over an odd `window`, the signal taken as 0 beyond its ends (SciPy's `medfilt`).
 *
 * Works on ranks: the padded signal is sorted once, the ranks inside the window are bits of a set, and as the
 * window moves by one sample the median moves by at most one set bit.
 * @param length samples of every signal that the returned function is given (its scratch memory is shared by them)
 * @returns a function from finite samples to their medians, written to its second argument; every median is one of
 *   the samples, or 0
 */
export function createRunningMedian(
  length: number,
  window: number,
): (samples: Float64Array, medians: Float64Array) => void {
  const half = (window - 1) / 2;
  const padded = new Float64Array(length + 2 * half);
  const sorted = new Float64Array(padded.length);
  const rankOf = createRanking(padded, sorted);
  const present = new Int32Array((padded.length >> 5) + 1);

  return (samples, medians) => {
    padded.set(samples, half);
    const ranks = rankOf();
    present.fill(0);
    for (let i = 0; i < window; i++) toggle(present, ranks[i]!);
    let median = next(present, -1);
    for (let below = 0; below < half; below++) median = next(present, median);
    medians[0] = sorted[median]!;
    for (let i = 1; i < length; i++) {
      const leaving = ranks[i - 1]!;
      const entering = ranks[i + window - 1]!;
      toggle(present, leaving);
      toggle(present, entering);
      if (entering > median) {
        if (leaving <= median) median = next(present, median);
      } else if (leaving >= median) median = previous(present, median);
      medians[i] = sorted[median]!;
    }
  };
}

/**
 * @returns a function that ranks the `values` of the moment and writes them in ascending order to `sorted`: two
 *   counting-sort passes by the upper 22 bits of their single precision, which leave few pairs out of order, then
 *   insertion by the full value.
 */
function createRanking(values: Float64Array, sorted: Float64Array): () => Int32Array {
  const count = values.length;
  const floats = new Float32Array(count);
  const keys = new Int32Array(floats.buffer);
  const [lowStarts, highStarts] = [new Int32Array(RADIX + 1), new Int32Array(RADIX + 1)];
  const [byLow, order, ranks] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];

  return () => {
    floats.set(values);
    lowStarts.fill(0);
    highStarts.fill(0);
    for (let i = 0; i < count; i++) {
      const bits = keys[i]!;
      // Unsigned order of a float's bits: negative numbers run backwards, below the positive ones.
      const key = (bits ^ ((bits >> 31) | -0x80000000)) >>> (32 - 2 * RADIX_BITS);
      keys[i] = key;
      lowStarts[(key & RADIX_MASK) + 1]!++;
      highStarts[(key >> RADIX_BITS) + 1]!++;
    }
    for (let digit = 1; digit < RADIX; digit++) {
      lowStarts[digit] = lowStarts[digit]! + lowStarts[digit - 1]!;
      highStarts[digit] = highStarts[digit]! + highStarts[digit - 1]!;
    }
    for (let i = 0; i < count; i++) byLow[lowStarts[keys[i]! & RADIX_MASK]!++] = i;
    for (let i = 0; i < count; i++) {
      const index = byLow[i]!;
      order[highStarts[keys[index]! >> RADIX_BITS]!++] = index;
    }
    insertionSort(order, values, sorted);
    for (let rank = 0; rank < count; rank++) ranks[order[rank]!] = rank;
    return ranks;
  };
}

/** Puts the nearly sorted `order` right, and the values in that order into `sorted`. */
function insertionSort(order: Int32Array, values: Float64Array, sorted: Float64Array): void {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < order.length; i++) {
    const index = order[i]!;
    const value = values[index]!;
    let j = i;
    if (value >= greatest) greatest = value;
    else {
      for (; j > 0 && sorted[j - 1]! > value; j--) {
        order[j] = order[j - 1]!;
        sorted[j] = sorted[j - 1]!;
      }
      order[j] = index;
    }
    sorted[j] = value;
  }
}

function toggle(set: Int32Array, bit: number): void {
  set[bit >> 5]! ^= 1 << bit;
}

/** The least member above `bit`. */
function next(set: Int32Array, bit: number): number {
  let word = (bit + 1) >> 5;
  let rest = set[word]! & (-1 << (bit + 1));
  while (rest === 0) rest = set[++word]!;
  return (word << 5) + 31 - Math.clz32(rest & -rest);
}

/** The greatest member below `bit`. */
function previous(set: Int32Array, bit: number): number {
  let word = bit >> 5;
  let rest = set[word]! & ~(-1 << bit);
  while (rest === 0) rest = set[--word]!;
  return (word << 5) + 31 - Math.clz32(rest);
}
