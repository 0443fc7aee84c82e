import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STANDARD_LEADS } from '../../../src/ecg/lead.ts';
import { type Manifest, parseManifest } from '../../../src/model/manifest.ts';
import { ECGFOUNDER_CONFIG } from '../../../src/model/net1d.ts';
import { net1dOnnx } from '../../../src/model/onnx/net1d-onnx.ts';
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
  const bytes = net1dOnnx(randomNet1d(CONFIG, seed));
  await writeFile(join(modelDir, 'model.onnx'), bytes);
  const manifest = parseManifest({
    name: 'tiny',
    version: '1',
    title: 'Tiny untrained network',
    trust: 'untrained',
    licence: 'Apache-2.0',
    architecture: CONFIG,
    input: { leads: STANDARD_LEADS, samplingRate: 500, length: 5000, recipe: 'z-score' },
    labels: Array.from({ length: OUTPUTS }, (_, index) => `label ${index}`),
    thresholds: { basis: 'uncalibrated', default: 0.5 },
    onnx: { file: 'model.onnx', sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    source: { seed },
  });
  return { manifest, modelDir };
}

/** A window of the model's size, another for each seed. */
export function randomWindow(seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: 12 * 5000 }, () => 2 * random() - 1);
}
