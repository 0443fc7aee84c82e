/** A point of a trace, in mm from the upper left corner of its page. */
export interface Point {
  readonly xMm: number;
  readonly yMm: number;
}

/** One lead over one stretch of time, as it is drawn on a page. */
export interface DrawnStrip {
  readonly lead: string;
  readonly box: { readonly xMm: number; readonly yMm: number; readonly widthMm: number; readonly heightMm: number };
  readonly startSeconds: number;
  /** Hz. */
  readonly samplingRate: number;
  readonly mmPerSecond: number;
  readonly mmPerMillivolt: number;
  /** One per recorded sample, in the order of time. */
  readonly points: readonly Point[];
}

/** Two samples of one strip; `from` need not be the earlier one. */
export interface Caliper {
  readonly strip: DrawnStrip;
  /** Indices of points. */
  readonly from: number;
  readonly to: number;
}

/** What lies between the two. */
export interface CaliperMeasurement {
  readonly ms: number;
  /** Of the later sample, against the earlier one. */
  readonly millivolts: number;
  /** If the time is that from beat to beat; undefined for none. */
  readonly ratePerMinute: number | undefined;
}

const MINUTE_MS = 60_000;
/** Rates above are of no heart. */
const MAX_RATE = 600;

/** The sample that is drawn nearest to a place; the earlier of two equally near. Undefined where nothing is drawn. */
export function nearestPoint({ points }: DrawnStrip, xMm: number): number | undefined {
  if (points.length === 0) return undefined;
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.xMm < xMm) low = middle + 1;
    else high = middle;
  }
  const before = Math.max(0, low - 1);
  return xMm - points[before]!.xMm <= points[low]!.xMm - xMm ? before : low;
}

/** From the start of the recording, on the raster of its samples: drawing rounds to a hundredth of a millimetre. */
export function secondsOf(strip: DrawnStrip, index: number): number {
  const { box, startSeconds, samplingRate, mmPerSecond, points } = strip;
  const seconds = startSeconds + (points[index]!.xMm - box.xMm) / mmPerSecond;
  return Math.round(seconds * samplingRate) / samplingRate;
}

/** Time, amplitude and rate between the two samples. */
export function measureCaliper({ strip, from, to }: Caliper): CaliperMeasurement {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  const ms = (secondsOf(strip, last) - secondsOf(strip, first)) * 1000;
  const ratePerMinute = MINUTE_MS / ms;
  return {
    ms,
    millivolts: (strip.points[first]!.yMm - strip.points[last]!.yMm) / strip.mmPerMillivolt,
    ratePerMinute: ratePerMinute <= MAX_RATE ? ratePerMinute : undefined,
  };
}

/** "412 ms, −0.35 mV, 146/min" */
export function caliperText(caliper: Caliper): string {
  const { ms, millivolts, ratePerMinute } = measureCaliper(caliper);
  const rate = ratePerMinute === undefined ? [] : [`${Math.round(ratePerMinute)}/min`];
  return [`${Math.round(ms)} ms`, `${signed(millivolts)} mV`, ...rate].join(', ');
}

function signed(millivolts: number): string {
  const text = Math.abs(millivolts).toFixed(2);
  if (Number(text) === 0) return text;
  return `${millivolts < 0 ? '−' : '+'}${text}`;
}

/** Where the distance of the two samples comes again before and after them, as far as the strip goes: mm. */
export function marchOut({ strip, from, to }: Caliper): readonly number[] {
  const first = strip.points[Math.min(from, to)]!.xMm;
  const last = strip.points[Math.max(from, to)]!.xMm;
  const distance = last - first;
  // Marks closer than a small square would be a hatching.
  if (distance < 1) return [];
  const { xMm, widthMm } = strip.box;
  const before = Math.floor((first - xMm) / distance);
  const after = Math.floor((xMm + widthMm - last) / distance);
  return [
    ...Array.from({ length: before }, (_, n) => first - (before - n) * distance),
    ...Array.from({ length: after }, (_, n) => last + (n + 1) * distance),
  ];
}

/** The caliper with one of its ends on another sample, which may not leave the strip. */
export function movedEnd(caliper: Caliper, end: 'from' | 'to', index: number): Caliper {
  return { ...caliper, [end]: Math.max(0, Math.min(caliper.strip.points.length - 1, index)) };
}
