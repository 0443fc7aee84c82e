import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EcgError } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Model, ModelOutput } from '../../model/model.ts';
import { areFinite, goldenInputs } from './golden-check.ts';
import { type Fallback, openPool, type ProviderWish } from './open-pool.ts';
import { claimWebgpu } from './webgpu-claim.ts';
import type { ExecutionProvider, OnnxLog, SessionSettings } from './worker-messages.ts';
import { type PoolStatus, WorkerPool } from './worker-pool.ts';

export interface OnnxModelOptions {
  /** `auto` takes CUDA, else WebGPU, else the CPU. What cannot be had falls back to the CPU with a logged reason. */
  readonly executionProvider: ProviderWish;
  readonly log: OnnxLog;
  /** On the CPU; one per core unless given. A GPU has one. */
  readonly workers?: number | undefined;
  /** ECGs per inference on a GPU, 8 unless given; the CPU takes one at a time, where more gain a tenth at most. */
  readonly maxBatch?: number | undefined;
  /** How long an ECG waits on a GPU for others to fill its batch; 5 unless given. */
  readonly maxBatchDelayMs?: number | undefined;
  /** ECGs that may wait for a worker before others are refused; 256 unless given. */
  readonly maxQueue?: number | undefined;
}

/** A {@link Model} that says what it runs on. */
export interface OnnxModel extends Model {
  readonly executionProvider: ExecutionProvider;
  /** Providers that were tried before, and why they are not in use. */
  readonly fallbacks: readonly Fallback[];
  status(): PoolStatus;
}

/** JavaScript heap of one worker; weights and activations live outside it. */
const WORKER_HEAP_MB = 256;

/**
 * Runs a model in worker threads, so that inference does not block the caller's event loop. Besides what the port
 * says, `run` throws SIGNAL_UNUSABLE for NaN or infinities in the input, and the input is to be left untouched
 * until the answer.
 * @param manifest one whose weights were compared with it (`loadManifest`).
 * @param modelDir folder of the weights.
 * @throws EcgError MODEL_UNAVAILABLE when the weights are missing, do not run or have other outputs than the manifest.
 */
export async function createOnnxModel(
  manifest: Manifest,
  modelDir: string,
  options: OnnxModelOptions,
): Promise<OnnxModel> {
  const modelPath = join(modelDir, manifest.onnx.file);
  const inputs = goldenInputs(inputSize(manifest));
  const { pool, executionProvider, fallbacks } = await openPool(options.executionProvider, {
    start: (provider) => startPool(manifest, modelPath, { ...options, executionProvider: provider }),
    startReference: () => startPool(manifest, modelPath, { log: options.log, executionProvider: 'cpu', workers: 1 }),
    goldenInputs: inputs,
    log: options.log,
  });
  const model: OnnxModel = {
    manifest,
    executionProvider,
    fallbacks,
    run: async (input) => {
      checkInput(input, manifest);
      return checkOutput(await pool.run(input), manifest);
    },
    status: () => pool.status(),
    close: () => pool.close(),
  };
  try {
    await model.run(inputs[0]);
  } catch (error) {
    await model.close();
    throw error;
  }
  options.log.info({ model: manifest.name, executionProvider, ...model.status() }, 'model ready');
  return model;
}

type PoolSettings = Omit<OnnxModelOptions, 'executionProvider'> & { readonly executionProvider: ExecutionProvider };

function startPool(manifest: Manifest, modelPath: string, settings: PoolSettings): Promise<WorkerPool> {
  const { executionProvider, log, maxQueue = 256 } = settings;
  const onCpu = executionProvider === 'cpu';
  const maxBatch = onCpu ? 1 : (settings.maxBatch ?? 8);
  const workerData: SessionSettings = {
    modelPath,
    executionProvider,
    leads: manifest.input.leads.length,
    length: manifest.input.length,
    maxBatch,
  };
  return WorkerPool.start({
    createWorker: () =>
      new Worker(new URL('./worker.ts', import.meta.url), {
        workerData,
        resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
      }),
    workers: onCpu ? (settings.workers ?? availableParallelism()) : 1,
    maxBatch,
    maxBatchDelayMs: settings.maxBatchDelayMs ?? 5,
    maxQueue,
    log,
    ...(executionProvider === 'webgpu' ? { onStop: claimWebgpu() } : {}),
  });
}

function inputSize({ input }: Manifest): number {
  return input.leads.length * input.length;
}

function checkInput(input: Float32Array, manifest: Manifest): void {
  const size = inputSize(manifest);
  if (input.length !== size) {
    throw new EcgError('MODEL_UNAVAILABLE', `the model takes ${size} values (leads × length), not ${input.length}`);
  }
  if (!areFinite(input)) throw new EcgError('SIGNAL_UNUSABLE', 'the model input holds NaN or infinite values');
}

function checkOutput(output: ModelOutput, manifest: Manifest): ModelOutput {
  const { n_classes: count } = manifest.architecture;
  if (output.logits.length !== count) {
    throw new EcgError('MODEL_UNAVAILABLE', `the weights have ${output.logits.length} outputs, the manifest ${count}`);
  }
  if (!areFinite(output.logits) || !areFinite(output.featureMap)) {
    throw new EcgError('MODEL_UNAVAILABLE', 'the model answered with NaN or infinite values');
  }
  return output;
}
