import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { goldenInputs } from '../../../src/edges/onnx/golden-check.ts';
import { type OpenPoolParts, openPool } from '../../../src/edges/onnx/open-pool.ts';
import type { ExecutionProvider, SessionSettings } from '../../../src/edges/onnx/worker-messages.ts';
import { WorkerPool } from '../../../src/edges/onnx/worker-pool.ts';
import { recordingLog } from './recording-log.ts';
import { writeTinyModel } from './tiny-model.ts';

/** Providers that exist here are sessions on the CPU, over the right weights or over others. */
describe('openPool', () => {
  const { log, lines } = recordingLog();
  const started: WorkerPool[] = [];
  let right: string;
  let wrong: string;

  beforeAll(async () => {
    [right, wrong] = [(await writeTinyModel(1)).modelDir, (await writeTinyModel(2)).modelDir];
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((pool) => pool.close()));
  });

  afterAll(async () => {
    await Promise.all([right, wrong].map((dir) => rm(dir, { recursive: true })));
  });

  const parts = (weights: Partial<Record<ExecutionProvider, string>>): OpenPoolParts => {
    const start = async (modelDir: string | undefined) => {
      const modelPath = `${modelDir}/tiny.onnx`;
      const workerData: SessionSettings = { modelPath, executionProvider: 'cpu', leads: 12, length: 5000, maxBatch: 1 };
      const pool = await WorkerPool.start({
        createWorker: () => new Worker(new URL('../../../src/edges/onnx/worker.ts', import.meta.url), { workerData }),
        workers: 1,
        maxBatch: 1,
        maxBatchDelayMs: 0,
        maxQueue: 10,
        log,
      });
      started.push(pool);
      return pool;
    };
    return {
      start: (provider) => start(weights[provider]),
      startReference: () => start(weights.cpu),
      goldenInputs: goldenInputs(60_000),
      log,
    };
  };

  it('takes the first provider that loads and agrees with the CPU', async () => {
    const { executionProvider, fallbacks, pool } = await openPool('auto', parts({ webgpu: right, cpu: right }));
    expect(executionProvider).toBe('webgpu');
    expect(fallbacks).toEqual([{ provider: 'cuda', reason: expect.stringMatching(/cannot be loaded/) }]);
    expect(lines.at(-1)).toMatchObject({ level: 'info', fields: { provider: 'cuda' } });
    expect(started.filter((each) => each.status().workers > 0)).toEqual([pool]);
  });

  it('passes over a provider that gives other numbers than the CPU, and logs it as an error', async () => {
    const opened = await openPool('auto', parts({ cuda: wrong, webgpu: right, cpu: right }));
    expect(opened.executionProvider).toBe('webgpu');
    expect(opened.fallbacks).toEqual([{ provider: 'cuda', reason: expect.stringMatching(/differ from the CPU/) }]);
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: opened.fallbacks[0] });
    expect(started.filter((each) => each.status().workers > 0)).toEqual([opened.pool]);
  });

  it('tries nothing but the CPU where the CPU is asked for', async () => {
    const opened = await openPool('cpu', parts({ cuda: right, webgpu: right, cpu: right }));
    expect(opened).toMatchObject({ executionProvider: 'cpu', fallbacks: [] });
    expect(started).toHaveLength(1);
  });

  it('fails where the CPU cannot load the model either', async () => {
    await expect(openPool('auto', parts({}))).rejects.toEqual(expect.objectContaining({ code: 'MODEL_UNAVAILABLE' }));
  });
});
