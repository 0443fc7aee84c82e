import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STANDARD_LEADS } from '../../../src/ecg/lead.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { packageModel } from '../../../src/model/model-package.ts';
import { ECGFOUNDER_CONFIG } from '../../../src/model/net1d.ts';
import { randomNet1d } from '../../../src/model/random-net1d.ts';
import { seededRandom } from '../../../src/random.ts';

const OUTPUTS = 5;
const CONFIG = {
  ...ECGFOUNDER_CONFIG,
  base_filters: 16,
  filter_list: [16, 32],
  m_blocks_list: [1, 2],
  n_classes: OUTPUTS,
};

/** A network of ECGFounder's form and 1/3000 of its size in a temporary folder, which is the caller's to delete. */
export async function writeTinyModel(seed = 1): Promise<{ readonly manifest: Manifest; readonly modelDir: string }> {
  const modelDir = await mkdtemp(join(tmpdir(), 'cardhook-model-'));
  const { manifest, onnx } = packageModel(randomNet1d(CONFIG, seed), {
    name: 'tiny',
    version: '1',
    title: 'Tiny untrained network',
    trust: 'untrained',
    licence: 'Apache-2.0',
    input: { leads: STANDARD_LEADS.slice(), samplingRate: 500, length: 5000, recipe: 'z-score' },
    labels: Array.from({ length: OUTPUTS }, (_, index) => `label ${index}`),
    thresholds: { basis: 'uncalibrated', default: 0.5 },
    source: { seed },
  });
  await writeFile(join(modelDir, manifest.onnx.file), onnx);
  return { manifest, modelDir };
}

/** A window of the model's size, another for each seed. */
export function randomWindow(seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: 12 * 5000 }, () => 2 * random() - 1);
}
