import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const { onnx, windows, leads, optimization } = workerData;
const session = await InferenceSession.create(onnx, { graphOptimizationLevel: optimization, intraOpNumThreads: 1 });
const [{ length }] = windows;
const input = Float32Array.from(windows.flatMap((window: Float32Array) => [...window]));
const { logits, feature_map } = await session.run({
  input: new Tensor('float32', input, [windows.length, leads, length / leads]),
});

parentPort?.postMessage({ logits: rows(logits), features: feature_map ? means(feature_map) : [] });

function rows(tensor: Tensor | undefined): number[][] {
  const [count = 0, size = 0] = tensor?.dims ?? [];
  const values = [...(tensor?.data ?? [])].map(Number);
  return Array.from({ length: count }, (_, row) => values.slice(row * size, (row + 1) * size));
}

function means(tensor: Tensor): number[][] {
  const [count = 0, channels = 0, bins = 0] = tensor.dims;
  const values = [...tensor.data].map(Number);
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: channels }, (_, channel) => {
      const start = (row * channels + channel) * bins;
      return values.slice(start, start + bins).reduce((sum, value) => sum + value, 0) / bins;
    }),
  );
}
