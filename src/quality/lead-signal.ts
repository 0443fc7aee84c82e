import { extent } from '../ecg/ecg.ts';

/** What is measured of one lead's signal before anything is judged; amplitudes in mV, shares 0 to 1. */
export interface LeadSignal {
  readonly missingShare: number;
  /** Of whole seconds in which the signal moves by less than {@link STILL}. */
  readonly flatShare: number;
  /** Of samples that stay at the lead's own highest or lowest value for {@link STUCK_MS} or longer. */
  readonly clippedShare: number;
  /** Peak to peak of the mean over one second. */
  readonly baselineWander: number;
  /** Amplitude at 50 or 60 Hz, whichever is more, in the middle one of all seconds. */
  readonly mains: number;
  /** RMS of what is faster than 20 ms and is not mains, in the middle one of all tenths of a second. */
  readonly muscleNoise: number;
}

/** mV: less is no movement, be it within a second or from one sample to the next. */
const STILL = 0.01;
const STUCK_MS = 10;
/** What a mean over 20 ms leaves of each: all of 50 Hz, and 1 - sin(1.2 pi) / 1.2 pi of 60 Hz. */
const MAINS = [
  { frequency: 50, left: 1 },
  { frequency: 60, left: 1.156 },
] as const;
/** Below this many samples per mains cycle its amplitude cannot be told. */
const SAMPLES_PER_CYCLE = 2.5;

/** Measures leads of one sampling rate (Hz). */
export type LeadProbe = (samples: Float64Array) => LeadSignal;

/** The sines are computed once for all leads. */
export function createLeadProbe(samplingRate: number): LeadProbe {
  const second = Math.max(1, Math.round(samplingRate));
  const waves = MAINS.filter(({ frequency }) => samplingRate >= SAMPLES_PER_CYCLE * frequency).map(
    ({ frequency, left }) => ({ left, ...mainsWaves(frequency, samplingRate, second) }),
  );
  return (samples) => {
    const { min, max, gapCount } = extent(samples);
    const hum = waves.map((wave) => ({ left: wave.left, amplitude: middle(amplitudes(samples, wave)) }));
    const humPower = hum.reduce((sum, { left, amplitude }) => sum + (left * amplitude) ** 2 / 2, 0);
    return {
      missingShare: gapCount / samples.length,
      flatShare: flatShare(samples, second),
      clippedShare: stuckShare(samples, { min, max, least: Math.max(4, Math.round((STUCK_MS * samplingRate) / 1000)) }),
      baselineWander: wanderOf(samples, Math.max(1, second >> 2)),
      mains: Math.max(0, ...hum.map(({ amplitude }) => amplitude)),
      muscleNoise: Math.sqrt(Math.max(0, fastPower(samples, samplingRate) - humPower)),
    };
  };
}

interface MainsWaves {
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
}

function mainsWaves(frequency: number, samplingRate: number, length: number): MainsWaves {
  const step = (2 * Math.PI * frequency) / samplingRate;
  return {
    cosine: Float64Array.from({ length }, (_, n) => Math.cos(step * n)),
    sine: Float64Array.from({ length }, (_, n) => Math.sin(step * n)),
  };
}

/** In each whole second without a gap. */
function amplitudes(samples: Float64Array, { cosine, sine }: MainsWaves): number[] {
  const length = cosine.length;
  const found: number[] = [];
  for (let start = 0; start + length <= samples.length; start += length) {
    let [real, imaginary] = [0, 0];
    for (let n = 0; n < length; n++) {
      const sample = samples[start + n]!;
      real += sample * cosine[n]!;
      imaginary += sample * sine[n]!;
    }
    // NaN where a sample is missing.
    const amplitude = (2 / length) * Math.hypot(real, imaginary);
    if (amplitude >= 0) found.push(amplitude);
  }
  return found;
}

function flatShare(samples: Float64Array, second: number): number {
  let [still, seconds] = [0, 0];
  for (let start = 0; start + second <= samples.length; start += second) {
    const { min, max, gapCount } = extent(samples.subarray(start, start + second));
    if (gapCount === second) continue;
    seconds += 1;
    if (max - min < STILL) still += 1;
  }
  return seconds === 0 ? 0 : still / seconds;
}

/** A smooth top comes to its highest value by small steps, and does not count. */
function stuckShare(
  samples: Float64Array,
  { min, max, least }: { readonly min: number; readonly max: number; readonly least: number },
): number {
  if (!(max > min)) return 0;
  let stuck = 0;
  for (let i = 0; i < samples.length; i++) {
    const rail = samples[i]!;
    if (rail !== max && rail !== min) continue;
    const start = i;
    while (samples[i + 1] === rail) i += 1;
    const step = Math.max(Math.abs(rail - (samples[start - 1] ?? rail)), Math.abs(rail - (samples[i + 1] ?? rail)));
    if (i + 1 - start >= least && step >= STILL) stuck += i + 1 - start;
  }
  return stuck / samples.length;
}

/** Steps of a quarter of a second; a second around a gap does not count. */
function wanderOf(samples: Float64Array, quarter: number): number {
  const means: number[] = [];
  for (let start = 0; start + quarter <= samples.length; start += quarter) {
    let sum = 0;
    for (let i = start; i < start + quarter; i++) sum += samples[i]!;
    means.push(sum / quarter);
  }
  const levels = means.slice(3).map((mean, i) => (means[i]! + means[i + 1]! + means[i + 2]! + mean) / 4);
  const { min, max } = extent(Float64Array.from(levels));
  return max > min ? max - min : 0;
}

/** Mean square of what a mean over 20 ms leaves, in the middle one of all tenths of a second. */
function fastPower(samples: Float64Array, samplingRate: number): number {
  const half = Math.max(1, Math.round(samplingRate / 100));
  const tenth = Math.max(2, Math.round(samplingRate / 10));
  const width = 2 * half;
  const powers: number[] = [];
  for (let start = half; start + tenth + half <= samples.length; start += tenth) {
    // The mean over 20 ms is that of an even number of samples, its ends counting half.
    let sum = (samples[start - half]! + samples[start + half]!) / 2;
    for (let i = start - half + 1; i < start + half; i++) sum += samples[i]!;
    let squares = 0;
    for (let i = start; i < start + tenth; i++) {
      squares += (samples[i]! - sum / width) ** 2;
      sum += (samples[i + half + 1]! + samples[i + half]! - samples[i - half]! - samples[i - half + 1]!) / 2;
    }
    if (squares >= 0) powers.push(squares / tenth);
  }
  return middle(powers);
}

function middle(values: number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? 0;
}
