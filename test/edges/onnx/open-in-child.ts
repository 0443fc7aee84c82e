import { createOnnxModel } from '../../../src/edges/onnx/onnx-model.ts';
import { manifestSchema } from '../../../src/model/manifest.ts';
import { recordingLog } from './recording-log.ts';
import { randomWindow } from './tiny-model.ts';

/**
 * Opens the model of argv [manifest, folder] on WebGPU, runs two windows, opens a second one beside it and a third one
 * after both, and prints what happened as JSON.
 */
const [manifest = '', modelDir = ''] = process.argv.slice(2);
const { log, lines } = recordingLog();
const open = () =>
  createOnnxModel(manifestSchema.parse(JSON.parse(manifest)), modelDir, {
    executionProvider: 'webgpu',
    workers: 2,
    maxBatch: 2,
    log,
  });

const first = await open();
const { executionProvider, fallbacks } = first;
const { workers } = first.status();
const outputs = await Promise.all([1, 2].map((seed) => first.run(randomWindow(seed))));
const logits = outputs.map((output) => [...output.logits]);
const second = await open();
await Promise.all([first.close(), second.close()]);
const third = await open();
await third.close();
const others = [second, third].map((model) => [
  model.executionProvider,
  ...model.fallbacks.map(({ reason }) => reason),
]);
process.stdout.write(`\n${JSON.stringify({ executionProvider, fallbacks, workers, logits, others, lines })}\n`);
