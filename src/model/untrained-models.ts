import { STANDARD_LEADS } from '../ecg/lead.ts';
import type { Net1dConfig } from './manifest.ts';
import { type ModelPackage, packageModel } from './model-package.ts';
import { randomNet1d } from './random-net1d.ts';
import type { Tensor } from './tensor.ts';

const SEED = 20250625;

/** Seven stages like the released network, small enough to be made at every start. */
const SMALL_CONFIG: Net1dConfig = {
  in_channels: 12,
  base_filters: 16,
  filter_list: [16, 32, 32, 48, 48, 64, 64],
  m_blocks_list: [1, 1, 1, 1, 1, 1, 1],
  kernel_size: 16,
  stride: 2,
  groups_width: 16,
  ratio: 1,
  n_classes: 150,
};

/** Brings the share of scores above 0.5 from one half to about one in twenty, so that reports stay readable. */
const OUTPUT_BIAS = -2;

/** Small networks with random weights, for 12 leads and for lead I, to try everything but the medicine. */
export function untrainedModels(): readonly ModelPackage[] {
  return [
    untrainedModel('untrained-12-lead', STANDARD_LEADS.slice()),
    untrainedModel('untrained-1-lead', STANDARD_LEADS.slice(0, 1)),
  ];
}

function untrainedModel(name: string, leads: (typeof STANDARD_LEADS)[number][]): ModelPackage {
  const { config, weights } = randomNet1d({ ...SMALL_CONFIG, in_channels: leads.length }, SEED);
  const bias: Tensor = { shape: [config.n_classes], values: new Float32Array(config.n_classes).fill(OUTPUT_BIAS) };
  return packageModel(
    { config, weights: new Map(weights).set('dense.bias', bias) },
    {
      name,
      version: `seed-${SEED}`,
      title: `Untrained network, ${leads.length === 1 ? 'lead I' : `${leads.length} leads`}`,
      trust: 'untrained',
      notice: 'UNTRAINED network: scores are random, not for clinical use',
      licence: 'Apache-2.0',
      input: { leads, samplingRate: 500, length: 5000, recipe: 'ecgfounder' },
      labelSet: 'ecgfounder',
      // "Pediatric ECG analysis": by chance above its threshold, it would silence every other output.
      disabledOutputs: [114],
      // Random scores are often high; what is left still shows every part of a card.
      thresholds: { basis: 'uncalibrated', default: 0.95 },
      source: { seed: SEED },
    },
  );
}
