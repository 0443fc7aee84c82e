import { createOnnxModel } from '../../../src/edges/onnx/onnx-model.ts';
import { manifestSchema } from '../../../src/model/manifest.ts';
import { recordingLog } from './recording-log.ts';
import { randomWindow } from './tiny-model.ts';

/** Opens the model of argv [manifest, folder] on WebGPU, runs one window and prints what happened as JSON. */
const [manifest = '', modelDir = ''] = process.argv.slice(2);
const { log, lines } = recordingLog();
const model = await createOnnxModel(manifestSchema.parse(JSON.parse(manifest)), modelDir, {
  executionProvider: 'webgpu',
  workers: 2,
  maxBatch: 2,
  log,
});
const { workers } = model.status();
const outputs = await Promise.all([1, 2].map((seed) => model.run(randomWindow(seed))));
await model.close();
const { executionProvider, fallbacks } = model;
const logits = outputs.map((output) => [...output.logits]);
process.stdout.write(`\n${JSON.stringify({ executionProvider, fallbacks, workers, logits, lines })}\n`);
