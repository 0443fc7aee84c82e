import { parentPort, threadId, workerData } from 'node:worker_threads';
import type { Batch, WorkerMessage } from '../../../src/edges/onnx/worker-messages.ts';
import { SCRIPT, type Script } from './script.ts';

/**
 * A worker without a network that does what the first sample of each window says, see {@link SCRIPT}. Other values
 * come back as `logits` [value, windows in the batch, thread id].
 */
const { state, length }: Script = workerData;
if (Atomics.load(state, SCRIPT.startsLeft) <= 0) throw new Error('no start left');
Atomics.sub(state, SCRIPT.startsLeft, 1);

parentPort?.on('message', ({ input, count }: Batch) => {
  Atomics.wait(state, SCRIPT.gate, 0);
  const values = Array.from({ length: count }, (_, index) => input[index * length] ?? Number.NaN);
  if (values.includes(SCRIPT.exit)) process.exit(3);
  if (values.includes(SCRIPT.throw)) throw new Error('thrown as told');
  const outputs = values.map((value) => ({
    logits: Float32Array.of(value, count, threadId),
    featureMap: new Float32Array(1),
  }));
  parentPort?.postMessage({ kind: 'outputs', outputs } satisfies WorkerMessage);
});
parentPort?.postMessage({ kind: 'ready' } satisfies WorkerMessage);
