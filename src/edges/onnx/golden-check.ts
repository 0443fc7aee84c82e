import type { ModelOutput } from '../../model/model.ts';
import { seededRandom } from '../../random.ts';

/**
 * Greatest difference of a logit between a provider and the CPU. Rounding in another order moves one by some 1e-6;
 * 1e-3 of a logit moves a probability by at most 2.5e-4, below what any threshold or printed score resolves.
 */
const MAX_LOGIT_DIFFERENCE = 1e-3;
const GOLDEN_SEED = 1;

/** Two fixed windows of `size` values: a ramp over [-1, 1] and uniform noise in [-2, 2). */
export function goldenInputs(size: number): readonly [Float32Array, Float32Array] {
  const random = seededRandom(GOLDEN_SEED);
  return [
    Float32Array.from({ length: size }, (_, index) => (2 * index) / (size - 1) - 1),
    Float32Array.from({ length: size }, () => 4 * random() - 2),
  ];
}

/**
 * Why `actual` is not the answer that `reference`, computed on the CPU, says it should be; undefined where it is.
 * Where all logits are small the bound shrinks with them.
 */
export function disagreement(actual: ModelOutput, reference: ModelOutput | undefined): string | undefined {
  if (actual.logits.length !== reference?.logits.length) return 'number of logits differs from the CPU';
  if (!areFinite(actual.logits) || !areFinite(actual.featureMap)) return 'output is not finite';
  const scale = Math.min(
    1,
    reference.logits.reduce((greatest, logit) => Math.max(greatest, Math.abs(logit)), 0),
  );
  const difference = actual.logits.reduce(
    (greatest, logit, index) => Math.max(greatest, Math.abs(logit - (reference.logits[index] ?? Number.NaN))),
    0,
  );
  const bound = MAX_LOGIT_DIFFERENCE * scale;
  return difference < bound
    ? undefined
    : `logits differ from the CPU by ${difference.toExponential(1)}, more than ${bound.toExponential(1)}`;
}

/** Whether no value is NaN or infinite. */
export function areFinite(values: Float32Array): boolean {
  // By index: an iterator or a callback takes ten times as long, on the caller's thread.
  for (let i = 0; i < values.length; i += 1) if (!Number.isFinite(values[i]!)) return false;
  return true;
}
