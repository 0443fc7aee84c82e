import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { type EcgJob, type EcgQueue, type JobPriority, jobId } from '../../arrivals/ecg-job.ts';
import type { Database } from '../store/open-database.ts';
import { storing } from '../store/storing.ts';
import { createJobRecords, type JobRecords } from './job-records.ts';
import { QUEUE } from './queue-name.ts';

const PRIORITIES: Readonly<Record<JobPriority, number>> = { new: 0, history: -10 };

const DAY_SECONDS = 86_400;

/** The job of a worker that no longer says it lives is another's after this time at the latest. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 5;

const QUEUE_OPTIONS = {
  // Retries are ended by the worker, which knows what failed; this is about three days of them.
  retryLimit: 1_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  expireInSeconds: 300,
  retentionSeconds: 90 * DAY_SECONDS,
  // As long as a finished job is on record, noticing its ECG again does nothing.
  deleteAfterSeconds: 30 * DAY_SECONDS,
  notify: true,
};

export interface OpenQueue extends EcgQueue {
  readonly boss: PgBoss;
  readonly records: JobRecords;
  /** Lets jobs under way end, within some seconds; what does not is another's. */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 10_000;

/**
 * The queue of ECGs, on pg-boss in the same database as everything else. Jobs are durable before `enqueue` returns.
 * @param onError told of what fails in the background; the next try follows by itself.
 * @throws EcgError STORE_UNAVAILABLE.
 */
export async function openQueue(database: Database, onError: (error: unknown) => void): Promise<OpenQueue> {
  const boss = new PgBoss({ ...BOSS_OPTIONS, ...database.queueOptions });
  boss.on('error', onError);
  const records = createJobRecords(database, boss);
  await storing(async () => {
    await boss.start();
    // Two notices of one resource without its version are one while neither is begun.
    await boss.createQueue(QUEUE, { policy: 'short', ...QUEUE_OPTIONS });
    await boss.updateQueue(QUEUE, QUEUE_OPTIONS);
    // The embedded database has one process at a time: what it did not finish was cut off with the one before.
    if (database.engine === 'embedded') await records.releaseActive();
  });
  return {
    boss,
    records,
    enqueue: (jobs, priority = 'new') =>
      storing(async () => {
        if (jobs.length === 0) return 0;
        const rows = jobs.map((job) => toRow(job, priority));
        return (await boss.insert(QUEUE, rows, { returnId: true }))?.length ?? 0;
      }),
    close: () => boss.stop({ graceful: true, timeout: CLOSE_TIMEOUT_MS, close: database.engine === 'postgresql' }),
  };
}

const BOSS_OPTIONS: ConstructorOptions = {
  application_name: 'cardhook-queue',
  useListenNotify: true,
  schedule: false,
  superviseIntervalSeconds: SUPERVISE_SECONDS,
  monitorIntervalSeconds: SUPERVISE_SECONDS,
};

function toRow(job: EcgJob, priority: JobPriority) {
  const id = jobId(job);
  const { tenant, reference } = job;
  return {
    ...(id === undefined ? {} : { id }),
    data: job,
    priority: PRIORITIES[priority],
    singletonKey: id ?? `${tenant} ${reference}`,
    group: { id: tenant },
  };
}
