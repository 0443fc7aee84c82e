import type { Ecg } from './ecg/ecg.ts';
import { type Models, runNetwork } from './interpret-ecg.ts';
import { classActivation } from './model/class-activation.ts';
import type { Manifest } from './model/manifest.ts';
import type { Classifier } from './model/onnx/read-classifier.ts';

/** A stretch of the recording, and how much of the evidence for a finding is in it. */
export interface Evidence {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** 0 … 1, of the strongest stretch; what speaks against the finding is 0. */
  readonly strength: number;
}

/**
 * When in a recording the network sees what it takes for a finding: {@link classActivation} of every window, on one scale.
 * It tells when, not in which lead, and not sharply. The network is run once more, since readings keep no feature maps.
 * @param output index of the finding among the network's outputs.
 * @throws EcgError what {@link runNetwork} throws.
 */
export async function evidenceOverTime(
  ecg: Ecg,
  models: Models,
  {
    output,
    classifierOf,
  }: { readonly output: number; readonly classifierOf: (manifest: Manifest) => Promise<Classifier> },
): Promise<readonly Evidence[]> {
  const { manifest, windows } = await runNetwork(ecg, models);
  const classifier = await classifierOf(manifest);
  const windowSeconds = manifest.input.length / manifest.input.samplingRate;
  const bins = windows.flatMap(({ startSeconds, durationSeconds, output: { featureMap } }) => {
    const { contributions } = classActivation(featureMap, classifier, output);
    const binSeconds = windowSeconds / contributions.length;
    return Array.from(contributions, (strength, bin) => ({
      startSeconds: startSeconds + bin * binSeconds,
      endSeconds: startSeconds + Math.min((bin + 1) * binSeconds, durationSeconds),
      strength: Math.max(0, strength),
    }));
  });
  const strongest = bins.reduce((most, { strength }) => Math.max(most, strength), 0);
  if (strongest === 0) return [];
  return bins
    .filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds)
    .map((bin) => ({ ...bin, strength: bin.strength / strongest }));
}
