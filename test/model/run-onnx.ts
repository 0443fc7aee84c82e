import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface OnnxOutputs {
  readonly logits: readonly (readonly number[])[];
  /** Means over time of the feature map. */
  readonly features: readonly (readonly number[])[];
}

export type OptimizationLevel = 'disabled' | 'all';

/** Runs a graph on a batch of windows in a worker thread: ONNX Runtime takes no arrays of Jest's realm. */
export async function runOnnx(
  onnx: Uint8Array,
  windows: readonly Float32Array[],
  { leads, optimization = 'all' }: { readonly leads: number; readonly optimization?: OptimizationLevel },
): Promise<OnnxOutputs> {
  const worker = new Worker(new URL('./run-onnx-worker.ts', import.meta.url), {
    workerData: { onnx, windows, leads, optimization },
  });
  const [outputs] = await once(worker, 'message');
  await worker.terminate();
  return outputs;
}
