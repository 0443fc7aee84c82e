import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { SessionSettings } from '../../../src/edges/onnx/worker-messages.ts';
import { WorkerPool } from '../../../src/edges/onnx/worker-pool.ts';
import { recordingLog } from './recording-log.ts';
import { randomWindow, writeTinyModel } from './tiny-model.ts';

describe('worker', () => {
  let modelDir: string;
  let settings: SessionSettings;

  beforeEach(async () => {
    ({ modelDir } = await writeTinyModel());
    settings = { modelPath: `${modelDir}/tiny.onnx`, executionProvider: 'cpu', leads: 12, length: 5000, maxBatch: 1 };
  });

  afterEach(() => rm(modelDir, { recursive: true }));

  function startPool(workerData: SessionSettings, workers: Worker[] = []): Promise<WorkerPool> {
    return WorkerPool.start({
      createWorker: () => {
        const worker = new Worker(new URL('../../../src/edges/onnx/worker.ts', import.meta.url), { workerData });
        workers.push(worker);
        return worker;
      },
      workers: 1,
      maxBatch: workerData.maxBatch,
      maxBatchDelayMs: 3_600_000,
      maxQueue: 100,
      log: recordingLog().log,
    });
  }

  it('answers each window of a batch as it answers it alone', async () => {
    const windows = [1, 2, 3].map(randomWindow);
    const [single, batched] = [await startPool(settings), await startPool({ ...settings, maxBatch: 3 })];
    const alone = await Promise.all(windows.map((window) => single.run(window)));
    const together = await Promise.all(windows.map((window) => batched.run(window)));
    await Promise.all([single.close(), batched.close()]);
    for (const [index, { logits, featureMap }] of together.entries()) {
      expect([...logits]).toEqual([...(alone[index]?.logits ?? [])].map((logit) => expect.closeTo(logit, 4)));
      expect(featureMap).toHaveLength(alone[index]?.featureMap.length ?? 0);
    }
  });

  it('is replaced when it dies in the middle of its work, and every request is answered', async () => {
    const workers: Worker[] = [];
    const pool = await startPool(settings, workers);
    const runs = [1, 2, 3, 4].map((seed) => pool.run(randomWindow(seed)));
    await workers[0]?.terminate();
    const answers = await Promise.all(runs);
    const again = await pool.run(randomWindow(1));
    await pool.close();
    expect(answers[0]?.logits).toEqual(again.logits);
    expect(new Set(answers.map(({ logits }) => logits[0])).size).toBe(4);
    expect(workers).toHaveLength(2);
  });

  it('does not start on a file that is no network', async () => {
    await expect(startPool({ ...settings, modelPath: import.meta.filename })).rejects.toEqual(
      expect.objectContaining({ code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(/cannot be loaded/) }),
    );
  });
});
