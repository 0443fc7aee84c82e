/** Signals of several leads, one array each, of one length. */
export type Signals = readonly Float64Array[];

/** Speed of the heart vector at each sample: the root of the summed squares of the leads' slopes, mV per sample. */
export function speed(signals: Signals): Float64Array {
  const length = signals[0]?.length ?? 0;
  const squares = new Float64Array(length);
  for (const samples of signals) {
    for (let i = 2; i + 2 < length; i++) {
      const slope = (samples[i + 1]! - samples[i - 1]! + samples[i + 2]! - samples[i - 2]!) / 6;
      squares[i]! += slope * slope;
    }
  }
  return squares.map(Math.sqrt);
}

/** The leads added up so that the movement at `index` shows best. */
export function projection(signals: Signals, index: number, half: number): Float64Array {
  const length = signals[0]?.length ?? 0;
  const slopes = signals.map(
    (samples) => samples[Math.min(length - 1, index + half)]! - samples[Math.max(0, index - half)]!,
  );
  const size = Math.hypot(...slopes) || 1;
  const result = new Float64Array(length);
  for (const [k, samples] of signals.entries()) {
    const weight = slopes[k]! / size;
    for (let i = 0; i < length; i++) result[i]! += weight * samples[i]!;
  }
  return result;
}

/**
 * Where a wave ends whose level goes from `top` to `base` along the indices from `from` towards `to`: as far after the
 * quarter level as that is after the three-quarter level. So it is for flanks that level off smoothly (raised cosine);
 * a Gaussian one has 4 % of its height left there.
 * @param reach less than 1 for an earlier end
 * @returns undefined where the levels are not crossed
 */
export function flankEnd(
  samples: Float64Array,
  { from, to, top, base }: { readonly from: number; readonly to: number; readonly top: number; readonly base: number },
  reach = 1,
): number | undefined {
  const step = to > from ? 1 : -1;
  const high = crossing(samples, { from, to, step, level: base + 0.75 * (top - base), down: top > base });
  if (high === undefined) return undefined;
  const low = crossing(samples, {
    from: step > 0 ? Math.floor(high) : Math.ceil(high),
    to,
    step,
    level: base + 0.25 * (top - base),
    down: top > base,
  });
  return low === undefined ? undefined : low + reach * (low - high);
}

interface Crossing {
  readonly from: number;
  readonly to: number;
  readonly step: 1 | -1;
  readonly level: number;
  readonly down: boolean;
}

/** The first index, between samples, where the samples pass the level; undefined where they do not. */
export function crossing(samples: Float64Array, { from, to, step, level, down }: Crossing): number | undefined {
  for (let i = from; i !== to; i += step) {
    const [here, next] = [samples[i]!, samples[i + step]!];
    if (next === undefined) return undefined;
    if (down ? next <= level : next >= level) {
      if (down ? here <= level : here >= level) return i;
      return i + (step * (here - level)) / (here - next);
    }
  }
  return undefined;
}

/** Length of the heart vector at each sample, mV. */
export function magnitude(signals: Signals): Float64Array {
  const squares = new Float64Array(signals[0]?.length ?? 0);
  for (const samples of signals) for (let i = 0; i < squares.length; i++) squares[i]! += samples[i]! * samples[i]!;
  return squares.map(Math.sqrt);
}

export function quantile(values: Float64Array, share: number): number {
  return values.slice().sort()[Math.floor(share * values.length)] ?? 0;
}
