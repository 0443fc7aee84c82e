/** Coordinates are on a lattice of a hundredth of a millimetre, finer than any printer or screen. */
const STEPS_PER_MM = 100;

/** From which on a sample is so far off the paper that only its side matters. */
const FAR_OFF_MM = 1000;

/** Called for every sample: looked up once. */
const { isFinite: isRecorded } = Number;
const { round } = Math;

/** How samples become points, in mm. */
export interface Projection {
  /** Where sample 0 is, or would be. */
  readonly originMm: number;
  /** Where `centreMillivolts` is. */
  readonly middleMm: number;
  readonly centreMillivolts: number;
  readonly mmPerSample: number;
  readonly mmPerMillivolt: number;
}

/**
 * The samples `from` … `to - 1` as lines of x, y, x, y … in mm, rounded to 0.01 mm. A missing sample ends a line: a gap
 * is never drawn across, and a sample between two gaps is a line of one point.
 *
 * Where several samples fall on one hundredth of a millimetre (from 2500 Hz on at 25 mm/s), the first, the least, the
 * greatest and the last of them are drawn, in the order of time; otherwise every sample is.
 */
export function toPolylines(
  samples: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
  { originMm, middleMm, centreMillivolts, mmPerSample, mmPerMillivolt }: Projection,
): readonly Float64Array[] {
  const xAt = (index: number) => toLattice(originMm + index * mmPerSample);
  const lines: Float64Array[] = [];
  let line: number[] = [];
  let start = from;
  while (start < to) {
    if (!isRecorded(samples[start])) {
      if (line.length > 0) lines.push(Float64Array.from(line));
      line = [];
      start += 1;
      continue;
    }
    const xMm = xAt(start);
    let end = start + 1;
    while (end < to && isRecorded(samples[end]) && xAt(end) === xMm) end += 1;
    for (const index of telling(samples, start, end)) {
      line.push(xMm, toLattice(onSheet(middleMm - (samples[index]! - centreMillivolts) * mmPerMillivolt)));
    }
    start = end;
  }
  if (line.length > 0) lines.push(Float64Array.from(line));
  return lines;
}

/** Indices of the first, least, greatest and last sample of a stretch, each once and in order. */
function telling(samples: Float64Array, start: number, end: number): readonly number[] {
  if (end - start === 1) return [start];
  let [least, greatest] = [start, start];
  for (let index = start + 1; index < end; index += 1) {
    if (samples[index]! < samples[least]!) least = index;
    if (samples[index]! > samples[greatest]!) greatest = index;
  }
  return [...new Set([start, least, greatest, end - 1])].sort((a, b) => a - b);
}

function onSheet(mm: number): number {
  if (mm > FAR_OFF_MM) return FAR_OFF_MM;
  return mm < -FAR_OFF_MM ? -FAR_OFF_MM : mm;
}

function toLattice(mm: number): number {
  return round(mm * STEPS_PER_MM) / STEPS_PER_MM;
}
