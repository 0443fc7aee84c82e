import type { Classifier } from './onnx/read-classifier.ts';

/** When in a window the evidence for one output is, as the network weighs it. */
export interface ClassActivation {
  /** In the unit of the logit, one per time bin of the feature map; negative where a bin speaks against it. */
  readonly contributions: Float64Array;
  /** What the output has without any signal; bias and contributions add up to the logit. */
  readonly bias: number;
}

/**
 * Splits a logit over time. The head of the network is a mean over time and a linear layer, so the split is exact:
 * logit = bias + Σ over bins of (weights · features of the bin) / bins.
 *
 * It tells when, not in which lead, and not sharply: a bin has seen more than its own stretch of the signal, and the
 * squeeze-excitations have seen all of it. It explains the network, and proves no finding.
 * @param featureMap channels × time bins, row-major, of one window.
 * @throws RangeError when map and classifier do not belong together, or there is no such output.
 */
export function classActivation(
  featureMap: Float32Array,
  { weights, biases }: Classifier,
  output: number,
): ClassActivation {
  const channels = weights.length / biases.length;
  const bins = featureMap.length / channels;
  const bias = biases[output];
  if (bias === undefined) throw new RangeError(`the model has no output ${output}`);
  if (!Number.isInteger(bins) || bins === 0) throw new RangeError(`no feature map of ${channels} channels`);
  const contributions = new Float64Array(bins);
  for (let channel = 0; channel < channels; channel += 1) {
    const weight = weights[output * channels + channel]! / bins;
    for (let bin = 0; bin < bins; bin += 1) contributions[bin]! += weight * featureMap[channel * bins + bin]!;
  }
  return { contributions, bias };
}
