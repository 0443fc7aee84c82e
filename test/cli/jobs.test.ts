import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openQueue } from '../../src/edges/queue/ecg-queue.ts';
import { startEcgWorkers } from '../../src/edges/queue/ecg-worker.ts';
import { openDatabase } from '../../src/edges/store/open-database.ts';
import { EcgError } from '../../src/errors.ts';
import { main } from '../../src/main.ts';
import { startFhirServer, until } from '../edges/queue/start-write-back.ts';

/** The commands as an operator calls them, on the embedded database of a service that is stopped. */
describe('cardhook jobs and backfill', () => {
  let directory: string;
  let config: string;
  let fhir: Awaited<ReturnType<typeof startFhirServer>>;
  const url = process.env['DATABASE_URL'];
  beforeAll(async () => {
    delete process.env['DATABASE_URL'];
    directory = await mkdtemp(join(tmpdir(), 'cardhook-jobs-'));
    config = join(directory, 'cardhook.json');
    fhir = await startFhirServer();
    for (let day = 1; day <= 3; day += 1) await fhir.storeEcg(`day-${day}`, (day - 1) * 86_400 + 60);
    const tenants = [
      { name: 'clinic', fhirServer: fhir.baseUrl, authentication: 'none', writeBack: { trigger: 'poll' } },
    ];
    await writeFile(config, JSON.stringify({ tenants, databaseDirectory: join(directory, 'database') }));
  });
  afterAll(async () => {
    fhir.server.closeAllConnections();
    fhir.server.close();
    if (url !== undefined) process.env['DATABASE_URL'] = url;
    await rm(directory, { recursive: true });
  });

  const cardhook = async (...args: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await main([...args, '--config', config], {
      stdout: (line) => out.push(line),
      stderr: (line) => err.push(line),
    });
    return { code, out, err };
  };
  const period = ['--tenant', 'clinic', '--since', '2026-01-01', '--until', '2026-01-03'];

  it('counts what a backfill would do, does it, and does not do it again', async () => {
    expect((await cardhook('backfill', ...period, '--dry-run')).out.at(-1)).toBe('2 ECGs');
    expect((await cardhook('jobs', 'list')).out).toEqual(['0 waiting, 0 active, 0 done, 0 flagged']);
    expect((await cardhook('backfill', ...period)).out.at(-1)).toBe('2 of 2 ECGs are new in the queue');
    // The days are done; nothing is even searched for.
    expect((await cardhook('backfill', ...period)).out).toEqual(['0 of 0 ECGs are new in the queue']);
    const overlapping = ['--tenant', 'clinic', '--since', '2026-01-02', '--until', '2026-01-10'];
    expect((await cardhook('backfill', ...overlapping)).out.at(-1)).toBe('1 of 2 ECGs are new in the queue');
    // Again from the first day on, but nothing of what still waits is lost or doubled.
    expect((await cardhook('backfill', ...period, '--again')).out.at(-1)).toBe('0 of 2 ECGs are new in the queue');
    expect((await cardhook('jobs', 'list')).out[0]).toMatch(/^3 waiting/);
  }, 120_000);

  it('refuses what is no period or no tenant', async () => {
    const refused = async (...args: string[]) => (await cardhook('backfill', ...args)).err.join();
    expect(await refused('--tenant', 'clinic', '--since', '2026-02-30', '--until', '2026-03-01')).toContain(
      'is no day',
    );
    expect(await refused('--tenant', 'clinic', '--since', '2026-03-02', '--until', '2026-03-01')).toContain(
      'after --since',
    );
    expect(await refused('--tenant', 'x', '--since', '2026-03-01', '--until', '2026-03-02')).toContain('no tenant x');
    expect((await cardhook('jobs', 'list', '--state', 'lost')).code).toBe(2);
    expect((await cardhook('jobs', 'retry')).code).toBe(2);
  });

  it('shows why a job was given up, tries it again and drops it', async () => {
    const database = await openDatabase({ directory: join(directory, 'database') });
    const queue = await openQueue(database, () => {});
    const perform = async () => {
      throw new EcgError('FHIR_FORBIDDEN', 'not on the list');
    };
    await startEcgWorkers(queue, { concurrency: 2, perTenant: 2, perform, log: pino({ level: 'silent' }) });
    // Five tries with their delays take too long; what counts is that the job ends up flagged.
    for (const { id } of await queue.records.list({ limit: 10 })) {
      await until(
        async () =>
          ((await queue.records.find(id))?.retries ?? 0) > 0 || (await queue.records.find(id))?.state === 'flagged',
      );
    }
    await queue.close();
    await database.close();

    const [headline, ...jobs] = (await cardhook('jobs', 'list')).out;
    expect(headline).toMatch(/^3 waiting, the oldest for \d+ s, 0 active, 0 done, 0 flagged$/);
    expect(jobs).toHaveLength(3);
    expect(jobs[0]).toMatch(/waiting {2}clinic {2}Observation\/day-\d {2}\d tries {2}FHIR_FORBIDDEN not on the list$/);
    const id = jobs[0]?.split('  ')[0] ?? '';
    expect(JSON.parse((await cardhook('jobs', 'show', id)).out.join('\n'))).toMatchObject({
      id,
      state: 'waiting',
      output: { code: 'FHIR_FORBIDDEN' },
    });
    expect((await cardhook('jobs', 'drop', id)).out).toEqual(['1 dropped']);
    expect((await cardhook('jobs', 'show', id)).err.join()).toContain('no job of this id');
  }, 120_000);

  it('says what to do while a service has the embedded database', async () => {
    const database = await openDatabase({ directory: join(directory, 'database') });
    expect((await cardhook('jobs', 'list')).err.join()).toMatch(
      /in use by another process; stop it, or .*DATABASE_URL/,
    );
    await database.close();
  });
});
