import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { WorkerPool, type WorkerPoolOptions } from '../../../src/edges/onnx/worker-pool.ts';
import { recordingLog } from './recording-log.ts';
import { createScript, openGate, SCRIPT, type Script, shutGate } from './script.ts';

const LENGTH = 4;
const windowOf = (value: number) => new Float32Array(LENGTH).fill(value);
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(10);
};
const UNAVAILABLE = expect.objectContaining({ code: 'MODEL_UNAVAILABLE' });

describe('WorkerPool', () => {
  let script: Script;
  let workers: Worker[];
  let pools: WorkerPool[];
  let recording: ReturnType<typeof recordingLog>;

  beforeEach(() => {
    script = createScript(LENGTH);
    workers = [];
    pools = [];
    recording = recordingLog();
  });

  afterEach(async () => {
    openGate(script);
    await Promise.all(pools.map((pool) => pool.close()));
  });

  async function startPool(options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> {
    const pool = await WorkerPool.start({
      createWorker: () => {
        const worker = new Worker(new URL('./scripted-worker.ts', import.meta.url), { workerData: script });
        workers.push(worker);
        return worker;
      },
      workers: 1,
      maxBatch: 1,
      maxBatchDelayMs: 0,
      maxQueue: 100,
      log: recording.log,
      ...options,
    });
    pools.push(pool);
    return pool;
  }

  it('answers every request with its own output, in the order of arrival on one worker', async () => {
    const pool = await startPool();
    const order: number[] = [];
    const runs = range(20).map(async (value) => {
      const { logits } = await pool.run(windowOf(value));
      order.push(value);
      return logits[0];
    });
    expect(await Promise.all(runs)).toEqual(range(20));
    expect(order).toEqual(range(20));
  });

  it('shares the queue among all workers', async () => {
    const pool = await startPool({ workers: 2 });
    shutGate(script);
    const runs = range(2).map((value) => pool.run(windowOf(value)));
    expect(pool.status()).toEqual({ workers: 2, queued: 0, restarts: 0 });
    openGate(script);
    const threads = (await Promise.all(runs)).map(({ logits }) => logits[2]);
    expect(new Set(threads).size).toBe(2);
  });

  it('leaves the input as it was', async () => {
    const pool = await startPool();
    const input = windowOf(7);
    await pool.run(input);
    expect(input).toEqual(windowOf(7));
  });

  it('fills a batch without waiting once there are enough requests', async () => {
    const pool = await startPool({ maxBatch: 4, maxBatchDelayMs: 3_600_000 });
    const outputs = await Promise.all(range(4).map((value) => pool.run(windowOf(value))));
    expect(outputs.map(({ logits }) => [logits[0], logits[1]])).toEqual(range(4).map((value) => [value, 4]));
  });

  it('sends a partial batch when its oldest request has waited long enough', async () => {
    const pool = await startPool({ maxBatch: 4, maxBatchDelayMs: 5 });
    const outputs = await Promise.all(range(2).map((value) => pool.run(windowOf(value))));
    expect(outputs.map(({ logits }) => [logits[0], logits[1]])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it('repeats what a dead worker had in hand and loses no request', async () => {
    const pool = await startPool({ workers: 2 });
    shutGate(script);
    const runs = range(6).map((value) => pool.run(windowOf(value)));
    await workers[0]?.terminate();
    openGate(script);
    expect((await Promise.all(runs)).map(({ logits }) => logits[0])).toEqual(range(6));
    expect(recording.lines).toMatchObject([{ level: 'warn', message: 'model worker died, restarting it' }]);
    await until(() => pool.status().workers === 2);
    expect(pool.status()).toEqual({ workers: 2, queued: 0, restarts: 1 });
  });

  it.each([
    ['ends its thread', SCRIPT.exit],
    ['throws', SCRIPT.throw],
  ])('rejects a request whose input %s each time, and answers those that shared its batch', async (_, poison) => {
    const pool = await startPool({ maxBatch: 3, maxBatchDelayMs: 3_600_000 });
    const runs = [pool.run(windowOf(1)), pool.run(windowOf(poison)), pool.run(windowOf(2))];
    const [first, poisoned, second] = await Promise.allSettled(runs);
    expect(poisoned).toEqual({ status: 'rejected', reason: UNAVAILABLE });
    expect(first).toMatchObject({ status: 'fulfilled', value: { logits: { 0: 1, 1: 1 } } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { logits: { 0: 2, 1: 1 } } });
    expect(workers).toHaveLength(4);
  });

  it('refuses what exceeds the queue and goes on with the rest', async () => {
    const pool = await startPool({ maxQueue: 2 });
    shutGate(script);
    const runs = range(3).map((value) => pool.run(windowOf(value)));
    expect(pool.status().queued).toBe(2);
    await expect(pool.run(windowOf(3))).rejects.toThrow(
      expect.objectContaining({ message: expect.stringMatching(/busy/) }),
    );
    openGate(script);
    expect((await Promise.all(runs)).map(({ logits }) => logits[0])).toEqual(range(3));
  });

  it('answers what it accepted before it closes, then refuses', async () => {
    const pool = await startPool({ maxBatch: 2, maxBatchDelayMs: 3_600_000 });
    const runs = range(5).map((value) => pool.run(windowOf(value)));
    const closed = [pool.close(), pool.close()];
    await expect(pool.run(windowOf(9))).rejects.toEqual(UNAVAILABLE);
    await Promise.all(closed);
    expect((await Promise.all(runs)).map(({ logits }) => logits[0])).toEqual(range(5));
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1]);
  });

  it('closes while a worker is being replaced', async () => {
    const pool = await startPool();
    await workers[0]?.terminate();
    await pool.close();
    expect(workers).toHaveLength(1);
  });

  it('does not start when a worker dies before it is ready, and leaves none behind', async () => {
    script.state[SCRIPT.startsLeft] = 1;
    await expect(startPool({ workers: 2 })).rejects.toEqual(
      expect.objectContaining({ code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(/no start left/) }),
    );
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });

  it('refuses requests while workers keep dying, and recovers when one starts again', async () => {
    const pool = await startPool();
    shutGate(script);
    const waiting = range(2).map((value) => pool.run(windowOf(value)));
    script.state[SCRIPT.startsLeft] = 0;
    await workers[0]?.terminate();
    for (const { status, reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[]) {
      expect([status, reason]).toEqual(['rejected', UNAVAILABLE]);
    }
    expect(recording.lines.at(-1)).toMatchObject({ level: 'error', message: 'model workers keep dying' });
    await expect(pool.run(windowOf(1))).rejects.toEqual(UNAVAILABLE);

    script.state[SCRIPT.startsLeft] = 1;
    openGate(script);
    await until(() => pool.status().workers === 1);
    expect((await pool.run(windowOf(5))).logits[0]).toBe(5);
  });
});
