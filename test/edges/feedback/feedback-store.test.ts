import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedbackRecord } from '../../../src/cds/feedback.ts';
import { createFeedbackStore } from '../../../src/edges/feedback/feedback-store.ts';

const record = (id: string): FeedbackRecord => ({
  id,
  service: 's',
  card: 'c',
  outcome: 'overridden',
  outcomeTimestamp: '2026-03-10T12:00:00Z',
});

describe('the feedback store', () => {
  it('writes one line for each report, readable by its owner alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cardhook-'));
    const file = join(directory, 'feedback.ndjson');
    const store = createFeedbackStore(file);
    await Promise.all([
      store.record([record('1'), record('1'), record('2')]),
      store.record([record('2'), record('3')]),
    ]);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([record('1'), record('2'), record('3')]);
    expect((await stat(file)).mode & 0o077).toBe(0);
    await rm(directory, { recursive: true });
  });

  it('takes a report again that could not be written', async () => {
    const store = createFeedbackStore('/nowhere/at/all');
    await expect(store.record([record('1')])).rejects.toThrow(/cannot be written \(ENOENT\)/);
    expect(store.latest()).toEqual([]);
  });

  it('keeps the latest 10 000 in memory', async () => {
    const store = createFeedbackStore();
    await store.record(Array.from({ length: 10_005 }, (_, n) => record(String(n))));
    expect(store.latest()).toHaveLength(10_000);
    expect(store.latest()[0]?.id).toBe('5');
  });
});
