import { STANDARD_LEADS } from '../src/ecg/lead.ts';
import type { ModelPackage } from '../src/model/model-package.ts';
import { packageModel } from '../src/model/model-package.ts';
import type { Net1d } from '../src/model/net1d.ts';
import { ECGFOUNDER_CONFIG } from '../src/model/net1d.ts';
import { randomNet1d } from '../src/model/random-net1d.ts';

const SEED = 1;

/** ECGFounder's network at its real size (30.8 M parameters) with random weights: what it costs is the same. */
export function fullSizeModel(name: string): ModelPackage & { readonly network: Net1d } {
  const network = randomNet1d(ECGFOUNDER_CONFIG, SEED);
  const model = packageModel(network, {
    name,
    version: '1',
    title: 'Untrained network of full size',
    trust: 'untrained',
    licence: 'Apache-2.0',
    input: { leads: STANDARD_LEADS.slice(), samplingRate: 500, length: 5000, recipe: 'ecgfounder' },
    labelSet: 'ecgfounder',
    // "Pediatric ECG analysis": by chance above its threshold, it would silence every other output.
    disabledOutputs: [114],
    // Random scores lie around one half: so a few findings are reported, as of a real ECG.
    thresholds: { basis: 'uncalibrated', default: 0.99 },
    source: { seed: SEED },
  });
  return { ...model, network };
}
