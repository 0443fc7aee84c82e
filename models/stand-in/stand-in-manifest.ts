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
 * What lead I alone is asked for: sinus rhythms, AF with its rates, flutter, PVC and PAC, first degree AV block. Axis,
 * bundle branches, chambers, ischaemia and infarction are not judged on one lead.
 */
const JUDGED_ON_ONE_LEAD = new Set([1, 3, 4, 5, 6, 9, 16, 28, 32, 33, 34, 44, 67, 79]);

/**
 * A stand-in's manifest from what the import wrote and the evaluation on simulated ECGs.
 * @throws EcgError CONFIG_INVALID when the two do not make a manifest.
 */
export function standInManifest(imported: Manifest, { outputs }: Evaluation): Manifest {
  const all = Array.from({ length: imported.architecture.n_classes }, (_, index) => index);
  const isSingleLead = imported.input.leads.length === 1;
  const stated = all.filter((index) => index in outputs && (!isSingleLead || JUDGED_ON_ONE_LEAD.has(index)));
  return parseManifest({
    ...imported,
    title: `Stand-in for ECGFounder, ${isSingleLead ? 'lead I, ' : ''}trained on simulated ECGs`,
    trust: 'stand-in',
    notice: NOTICE,
    licence: 'Apache-2.0',
    disabledOutputs: all.filter((index) => !stated.includes(index)),
    lowTierOutputs: stated.filter((index) => isSingleLead || !TRANSFERRED.has(index)),
    thresholds: {
      basis: 'simulated',
      default: 0.5,
      byOutput: Object.fromEntries(stated.map((index) => [index, outputs[index]?.threshold])),
    },
  });
}
