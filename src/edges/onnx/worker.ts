import { parentPort, workerData } from 'node:worker_threads';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelOutput } from '../../model/model.ts';
import type { Batch, SessionSettings, WorkerMessage } from './worker-messages.ts';

/**
 * One inference session in one thread; the only importer of ONNX Runtime, whose `run` blocks its thread.
 * Whatever fails here ends the thread: the pool starts a fresh one and repeats what it was doing.
 */
const settings: SessionSettings = workerData;
if (parentPort === null) throw new Error('worker.ts runs as a worker thread only');
const port = parentPort;

// Failures arrive as exceptions; printing them as well would bypass the log.
env.logLevel = 'fatal';
const session = await InferenceSession.create(settings.modelPath, {
  // One provider alone: a list throws as a whole where its first entry is absent.
  executionProviders: [settings.executionProvider],
  graphOptimizationLevel: 'all',
  // Cores are shared out by worker, which keeps them busier than sharing one inference among them.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
});

// Kernels compile or tune themselves once per shape on a GPU: now, not on the first patient.
for (let count = 1; count <= settings.maxBatch; count += 1) {
  await runBatch({ input: new Float32Array(count * settings.leads * settings.length), count });
}
port.on('message', (batch: Batch) => void answer(batch));
post({ kind: 'ready' }, []);

async function answer(batch: Batch): Promise<void> {
  const outputs = await runBatch(batch);
  post(
    { kind: 'outputs', outputs },
    outputs.flatMap(({ logits, featureMap }) => [logits.buffer, featureMap.buffer]),
  );
}

async function runBatch({ input, count }: Batch): Promise<ModelOutput[]> {
  const tensor = new Tensor('float32', input, [count, settings.leads, settings.length]);
  const results = await session.run({ input: tensor });
  const logits = split(results['logits'], count);
  const featureMaps = split(results['feature_map'], count);
  return logits.map((values, index) => ({ logits: values, featureMap: featureMaps[index] ?? new Float32Array() }));
}

function split(tensor: unknown, count: number): Float32Array[] {
  if (!(tensor instanceof Tensor) || !(tensor.data instanceof Float32Array)) throw new Error('not a float32 output');
  const { data: values } = tensor;
  const size = values.length / count;
  return Array.from({ length: count }, (_, index) =>
    count === 1 ? values : values.slice(index * size, (index + 1) * size),
  );
}

function post(message: WorkerMessage, transfer: ArrayBufferLike[]): void {
  port.postMessage(
    message,
    transfer.filter((buffer) => buffer instanceof ArrayBuffer),
  );
}
