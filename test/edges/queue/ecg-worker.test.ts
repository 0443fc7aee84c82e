import { pino } from 'pino';
import type { EcgJob } from '../../../src/arrivals/ecg-job.ts';
import { type OpenQueue, openQueue } from '../../../src/edges/queue/ecg-queue.ts';
import { startEcgWorkers } from '../../../src/edges/queue/ecg-worker.ts';
import { type Database, openDatabase } from '../../../src/edges/store/open-database.ts';
import { EcgError } from '../../../src/errors.ts';
import { until } from './start-write-back.ts';

/** The queue and its workers, on a database in memory; what a job does is the test's. */
describe('the queue of ECGs', () => {
  let database: Database;
  let queue: OpenQueue;
  const done: string[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  beforeAll(async () => {
    database = await openDatabase({});
    queue = await openQueue(database, () => {});
  });
  afterAll(async () => {
    await queue.close();
    await database.close();
  });

  const job = (name: string, tenant = 'a'): EcgJob => ({ tenant, reference: `Observation/${name}`, versionId: '1' });
  const found = async (name: string) =>
    (await queue.records.list({ limit: 1_000 })).find(({ data }) => data.reference === `Observation/${name}`);

  it('makes one job of one version, whoever notices it and however often', async () => {
    const noticed = Array.from({ length: 20 }, (_, n) => queue.enqueue([job('x')], n % 2 === 0 ? 'new' : 'history'));
    expect((await Promise.all(noticed)).reduce((sum, count) => sum + count)).toBe(1);
    expect(await queue.enqueue([{ ...job('x'), versionId: '2' }])).toBe(1);
    expect(await queue.enqueue([job('x', 'b')])).toBe(1);
    const { versionId: _, ...unversioned } = job('x');
    expect(await queue.enqueue([unversioned])).toBe(1);
    expect(await queue.enqueue([unversioned])).toBe(0);
    expect(await queue.records.drop((await queue.records.list({ limit: 10 })).map(({ id }) => id))).toBe(4);
  });

  it('does what is new before what is history', async () => {
    await queue.enqueue([job('old-1'), job('old-2')], 'history');
    await queue.enqueue([job('new-1'), job('new-2')]);
    const perform = async ({ reference }: EcgJob) => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay -= 1;
      done.push(reference);
      if (reference.includes('flag')) return { outcome: 'flagged', code: 'PATIENT_MISMATCH', reason: 'no' } as const;
      if (reference.includes('permanent')) throw new EcgError('CONFIG_INVALID', 'wrong for good');
      if (reference.includes('refused') && done.filter((each) => each === reference).length < 2) {
        throw new EcgError('WRITE_REFUSED', 'no scope', { httpStatus: 403 });
      }
      if (reference.includes('busy') && done.filter((each) => each === reference).length < 2) {
        throw new EcgError('FHIR_UNAVAILABLE', 'busy', { httpStatus: 429, retryAfterMs: 3_000 });
      }
      return { outcome: 'written' } as const;
    };
    await startEcgWorkers(queue, { concurrency: 4, perTenant: 1, perform, log: pino({ level: 'silent' }) });
    await until(async () => done.length === 4);
    expect(done.slice(0, 2).sort()).toEqual(['Observation/new-1', 'Observation/new-2']);
  });

  it('leaves a server no more than its share of work at a time', async () => {
    await queue.enqueue(Array.from({ length: 12 }, (_, n) => job(`many-${n}`)));
    await until(async () => done.filter((each) => each.includes('many')).length === 12);
    expect(mostUnderWay).toBe(1);
  });

  it('gives up at once what a human has to look at, with the reason, and tries it again when told', async () => {
    await queue.enqueue([job('flag')]);
    await until(async () => (await found('flag'))?.state === 'flagged');
    expect(await found('flag')).toMatchObject({ retries: 0, output: { code: 'PATIENT_MISMATCH', reason: 'no' } });
    expect(await queue.enqueue([job('flag')])).toBe(0);
    expect(await queue.records.retry([(await found('flag'))?.id ?? ''])).toBe(1);
    await until(async () => done.filter((each) => each.includes('flag')).length === 2);
  });

  it('tries a report again that the server did not let be written', async () => {
    await queue.enqueue([job('refused')]);
    await until(async () => (await found('refused'))?.state === 'done');
    expect(await found('refused')).toMatchObject({ retries: 1, output: { outcome: 'written' } });
  });

  it('leaves a server alone for as long as it asks', async () => {
    await queue.enqueue([job('busy')]);
    await until(async () => (await found('busy'))?.state === 'waiting' && done.includes('Observation/busy'));
    const { nextOn, output } = (await found('busy')) ?? {};
    expect((nextOn?.getTime() ?? 0) - Date.now()).toBeGreaterThan(1_500);
    expect(output).toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    await until(async () => (await found('busy'))?.state === 'done');
    expect(await found('busy')).toMatchObject({ retries: 1 });
  });

  it('takes only what is done off the record, to be done again', async () => {
    await queue.enqueue([job('permanent')]);
    await until(async () => (await found('permanent'))?.retries === 1);
    expect(await queue.enqueue([job('many-0')], 'history')).toBe(0);
    const ids = [(await found('many-0'))?.id ?? '', (await found('permanent'))?.id ?? ''];
    expect(await queue.records.forgetDone(ids)).toBe(1);
    expect(await queue.enqueue([job('many-0')], 'history')).toBe(1);
    await until(async () => done.filter((each) => each.endsWith('many-0')).length === 2);
  });

  it('tries what does not pass by itself a few times only', async () => {
    await queue.enqueue([job('permanent')]);
    await until(async () => (await found('permanent'))?.retries === 1);
    expect(await found('permanent')).toMatchObject({ output: { code: 'CONFIG_INVALID' } });
  });
});
