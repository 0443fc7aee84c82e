/** Run after packaging a retrained stand-in: renews the logits that `stand-in.test.ts` compares with. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODELS_DIRECTORY } from '../../src/cli/open-models.ts';
import { loadManifest } from '../../src/edges/model-files/model-store.ts';
import { createOnnxModel } from '../../src/edges/onnx/onnx-model.ts';
import { preprocess } from '../../src/signal/preprocess.ts';
import { recordingLog } from '../edges/onnx/recording-log.ts';
import { fixedEcg } from './fixed-ecg.ts';

const manifest = await loadManifest(MODELS_DIRECTORY, 'stand-in');
const model = await createOnnxModel(manifest, join(MODELS_DIRECTORY, manifest.name), {
  executionProvider: 'cpu',
  workers: 1,
  log: recordingLog().log,
});
const { logits } = await model.run(Float32Array.from(preprocess(fixedEcg(), manifest.input)));
await model.close();
const lines = [...logits].map((logit) => `  ${Number(logit.toFixed(6))}`);
await writeFile(join(import.meta.dirname, 'stand-in.logits.json'), `[\n${lines.join(',\n')}\n]\n`);
