import { appendFile } from 'node:fs/promises';
import type { FeedbackRecord, FeedbackStore } from '../../cds/feedback.ts';
import { EcgError } from '../../errors.ts';

/** How many records are held in memory: all there is without a file, else what a repeat is known by. */
const CAPACITY = 10_000;

/** The store, and what of it is in memory. */
export interface MemoryFeedbackStore extends FeedbackStore {
  /** Oldest first. */
  latest(): readonly FeedbackRecord[];
}

/**
 * Appends feedback to `file`, one JSON object a line, readable by its owner alone; without a file it is kept in memory
 * until the process ends. What was sent before is recognised among the latest 10 000 of this process; the `id` of a line
 * tells the rest.
 */
export function createFeedbackStore(file?: string): MemoryFeedbackStore {
  const records = new Map<string, FeedbackRecord>();
  let last: Promise<unknown> = Promise.resolve();
  const append = async (batch: readonly FeedbackRecord[]) => {
    const fresh = new Map(batch.filter(({ id }) => !records.has(id)).map((record) => [record.id, record]));
    if (fresh.size === 0) return;
    if (file !== undefined) await appendLines(file, [...fresh.values()]);
    for (const [id, record] of fresh) records.set(id, record);
    for (const oldest of records.keys()) {
      if (records.size <= CAPACITY) break;
      records.delete(oldest);
    }
  };
  return {
    record: async (batch) => {
      const mine = last.then(() => append(batch));
      last = mine.catch(() => undefined);
      await mine;
    },
    latest: () => [...records.values()],
  };
}

async function appendLines(file: string, records: readonly FeedbackRecord[]): Promise<void> {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  await appendFile(file, lines, { mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    throw new EcgError('INTERNAL', `feedback cannot be written (${cause.code})`, { cause });
  });
}
