import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EcgError } from '../errors.ts';
import { SIMULATED_LABELS } from '../simulator/label-rules.ts';
import { SIMULATOR_VERSION } from '../simulator/simulate.ts';
import type { Io } from './console-io.ts';
import { LABEL_COUNT, RECORDS_PER_SHARD, type Shard } from './simulate-shard.ts';

export interface DatasetOptions {
  readonly folder: string;
  readonly count: number;
  readonly seed: number;
  readonly workers: number;
}

/**
 * Writes simulated training examples: `shard-NNNNN.input.f16` (records × 12 leads × 5000 samples, little-endian
 * binary16, preprocessed), `shard-NNNNN.labels.u8` (records × 150: 1 present, 0 absent, 255 not to be judged) and
 * `dataset.json`. The same seed gives the same records however many workers make them.
 */
export async function simulateDataset({ folder, count, seed, workers }: DatasetOptions, io: Io): Promise<void> {
  await mkdir(folder, { recursive: true });
  const shards = Array.from(
    { length: Math.ceil(count / RECORDS_PER_SHARD) },
    (_, number): Shard => ({
      folder,
      number,
      seed,
      records: Math.min(RECORDS_PER_SHARD, count - number * RECORDS_PER_SHARD),
    }),
  );
  const queue = shards.values();
  let written = 0;
  const work = async (): Promise<void> => {
    for (const shard of queue) {
      await inWorker(shard);
      written += shard.records;
      io.stderr(`cardhook: ${written} of ${count} records`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, shards.length) }, work));
  const description = {
    count,
    seed,
    simulatorVersion: SIMULATOR_VERSION,
    recordsPerShard: RECORDS_PER_SHARD,
    shape: [12, 5000],
    labelCount: LABEL_COUNT,
    trainedLabels: SIMULATED_LABELS,
  };
  await writeFile(join(folder, 'dataset.json'), `${JSON.stringify(description, null, 2)}\n`);
}

function inWorker(shard: Shard): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./simulate-dataset-worker.ts', import.meta.url), { workerData: shard });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new EcgError('INTERNAL', `a simulation worker ended with code ${code}`)),
    );
  });
}
