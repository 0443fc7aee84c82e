import type { BandPassDesign, NotchDesign } from './filter-design.ts';

/** A causal filter that runs over a buffer in place, in either direction, starting in the steady state of the first sample. */
export interface CausalFilter {
  /** Samples of odd extension at either end: three times the number of coefficients, SciPy's default. */
  readonly padLength: number;
  /** @param step 1 from `first` upwards, -1 downwards; `count` samples in all. */
  run(buffer: Float64Array, span: { readonly first: number; readonly step: 1 | -1; readonly count: number }): void;
}

/**
 * Filters forwards, then backwards, over the oddly extended signal (SciPy's `filtfilt` with its defaults).
 * @param samples filtered in place; longer than the filter's padLength
 * @param scratch at least `samples.length + 2 * padLength` long; overwritten
 */
export function filterZeroPhase(samples: Float64Array, filter: CausalFilter, scratch: Float64Array): void {
  const pad = filter.padLength;
  const last = samples.length - 1;
  const count = samples.length + 2 * pad;
  scratch.set(samples, pad);
  for (let i = 1; i <= pad; i++) {
    scratch[pad - i] = 2 * samples[0]! - samples[i]!;
    scratch[pad + last + i] = 2 * samples[last]! - samples[last - i]!;
  }
  filter.run(scratch, { first: 0, step: 1, count });
  filter.run(scratch, { first: count - 1, step: -1, count });
  samples.set(scratch.subarray(pad, pad + samples.length));
}

/**
 * The notch in transposed direct form II, y substituted in the states to shorten the chain from sample to sample.
 * A constant x rests in the states (1 - b0) x, for the gain at 0 Hz is 1.
 */
export function notchFilter({ b0, b1, a2 }: NotchDesign): CausalFilter {
  const c1 = b1 - b1 * b0;
  const c2 = b0 - a2 * b0;
  return {
    padLength: 9,
    run: (buffer, { first, step, count }) => {
      let s1 = (1 - b0) * buffer[first]!;
      let s2 = s1;
      for (let n = 0, i = first; n < count; n++, i += step) {
        const x = buffer[i]!;
        buffer[i] = b0 * x + s1;
        const next = c1 * x + s2 - b1 * s1;
        s2 = c2 * x - a2 * s1;
        s1 = next;
      }
    },
  };
}

/**
 * Four band-pass sections in transposed direct form II, unrolled. A constant x leaves the first section as 0, so
 * only that one has states to start from.
 */
export function bandPassFilter({ gain, sections }: BandPassDesign): CausalFilter {
  const [p, q, r, s] = sections;
  const [p1, p2, q1, q2, r1, r2, s1, s2] = [p.a1, p.a2, q.a1, q.a2, r.a1, r.a2, s.a1, s.a2];
  return {
    padLength: 27,
    run: (buffer, { first, step, count }) => {
      let u1 = -gain * buffer[first]!;
      let [u2, v1, v2, w1, w2, t1, t2] = [u1, 0, 0, 0, 0, 0, 0];
      for (let n = 0, i = first; n < count; n++, i += step) {
        const x = gain * buffer[i]!;
        const a = x + u1;
        u1 = u2 - p1 * a;
        u2 = -x - p2 * a;
        const b = a + v1;
        v1 = v2 - q1 * b;
        v2 = -a - q2 * b;
        const c = b + w1;
        w1 = w2 - r1 * c;
        w2 = -b - r2 * c;
        const d = c + t1;
        t1 = t2 - s1 * d;
        t2 = -c - s2 * d;
        buffer[i] = d;
      }
    },
  };
}
