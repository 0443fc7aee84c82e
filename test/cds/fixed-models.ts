import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import type { Models } from '../../src/interpret-ecg.ts';
import { parseManifest } from '../../src/model/manifest.ts';

/** A 12-lead model that says the same of every ECG: atrial fibrillation and left bundle branch block. */
export function fixedModels(): Models & { readonly runs: () => number } {
  let runs = 0;
  const manifest = parseManifest({
    name: 'fixed',
    version: '1',
    title: 'Fixed answers',
    trust: 'site',
    licence: 'none',
    architecture: {
      in_channels: 12,
      base_filters: 16,
      filter_list: [16],
      m_blocks_list: [1],
      kernel_size: 16,
      stride: 2,
      groups_width: 16,
      ratio: 1,
      n_classes: 150,
    },
    input: { leads: STANDARD_LEADS, samplingRate: 500, length: 5000, recipe: 'z-score' },
    labelSet: 'ecgfounder',
    thresholds: { basis: 'uncalibrated', default: 0.5 },
    onnx: { file: 'model.onnx', sha256: '0'.repeat(64), bytes: 1 },
    source: { seed: 1 },
  });
  const logits = new Float32Array(150).fill(-5);
  logits.set([3], 5);
  logits.set([2], 20);
  return {
    runs: () => runs,
    twelveLead: {
      manifest,
      run: async () => {
        runs += 1;
        return { logits, featureMap: new Float32Array() };
      },
      close: async () => {},
    },
  };
}
