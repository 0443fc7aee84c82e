import { z } from 'zod';
import { type Manifest, parseManifest } from '../../src/model/manifest.ts';

/** `evaluation.json` as `train.py` writes it: what the simulated validation ECGs say of each trained output. */
export const evaluationSchema = z.strictObject({
  rule: z.string(),
  macroAuroc: z.number(),
  outputs: z.record(
    z.string().regex(/^\d+$/),
    z.strictObject({
      label: z.string(),
      positives: z.int(),
      negatives: z.int(),
      auroc: z.number(),
      threshold: z.number(),
      sensitivity: z.number(),
      specificity: z.number(),
    }),
  ),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const NOTICE = 'demonstration model, trained on simulated ECGs, not for clinical use';

/**
 * Normal, sinus rhythms, AF and flutter, PVC and PAC, RBBB and LBBB, first degree AV block, septal to anterior infarct:
 * the labels on which an earlier network of the same recipe did well on real recordings. Chosen before this one was
 * trained; all its other outputs are of low confidence.
 */
const TRANSFERRED = new Set([0, 1, 2, 3, 4, 5, 6, 9, 11, 12, 16, 17, 20, 32, 34, 40, 79]);

/**
 * The stand-in's manifest from what the import wrote and the evaluation on simulated ECGs.
 * @throws EcgError CONFIG_INVALID when the two do not make a manifest.
 */
export function standInManifest(imported: Manifest, { outputs }: Evaluation): Manifest {
  const all = Array.from({ length: imported.architecture.n_classes }, (_, index) => index);
  const trained = all.filter((index) => index in outputs);
  return parseManifest({
    ...imported,
    title: 'Stand-in for ECGFounder, trained on simulated ECGs',
    trust: 'stand-in',
    notice: NOTICE,
    licence: 'Apache-2.0',
    disabledOutputs: all.filter((index) => !(index in outputs)),
    lowTierOutputs: trained.filter((index) => !TRANSFERRED.has(index)),
    thresholds: {
      basis: 'simulated',
      default: 0.5,
      byOutput: Object.fromEntries(Object.entries(outputs).map(([index, { threshold }]) => [index, threshold])),
    },
  });
}
