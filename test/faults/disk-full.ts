import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { DatabaseOptions } from '../../src/edges/store/open-database.ts';
import { type PostgresDisks, startPostgres } from '../edges/store/postgres-cluster.ts';
import { type AuditSummary, auditSummary } from './audit-summary.ts';
import { type AnsweredHooks, callHooks } from './call-hooks.ts';
import { type Child, startChild } from './child.ts';
import { notify, SECRET } from './notify.ts';
import { keepRunning, useUpWal } from './postgres-keeper.ts';
import { type Counts, countSchema } from './scenario.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { type SupervisedService, superviseService } from './supervised-service.ts';

export interface DiskFull {
  /** What lies on the disk: the embedded database, PostgreSQL, or its write-ahead log alone. */
  readonly database: 'embedded' | 'postgresql' | 'postgresql-wal';
  readonly ecgs: number;
  /** How often the disk fills up and is given room again. */
  readonly fills: number;
  readonly onProgress?: (text: string) => void;
}

interface Told {
  /** Notifications answered 2xx, and not sent again. */
  readonly acknowledged: number;
  readonly acknowledgedWhileFull: number;
  /** Answered otherwise; sent again when there was room, until they were acknowledged. */
  readonly refused: number;
}

export interface DiskFullResult extends Counts, Told {
  readonly hooks: AnsweredHooks;
  /** How often the service ended by itself and was started again. */
  readonly serviceRestarts: number;
  /** How often PostgreSQL stopped at once because it could not log a change, and recovered. */
  readonly postgresPanics: number;
  /** How often it did not come back by itself. */
  readonly postgresRestarts: number;
  readonly audit: AuditSummary;
  readonly seconds: number;
}

const DISK_MB = 160;
const NOTICE_MS = 100;
const RESEND_MS = 1_000;

/**
 * `cardhook serve` with its database on a small disk that fills up while ECGs arrive, and is given room again later. The
 * FHIR server cannot be searched by time, so that nothing but a notification that was acknowledged tells of an ECG.
 * @returns undefined where no file system can be mounted.
 */
export async function runDiskFull(options: DiskFull): Promise<DiskFullResult | undefined> {
  const started = performance.now();
  const disk = await mountSmallDisk(DISK_MB);
  if (disk === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'cardhook-faults-'));
  const fhir = startChild('fhir-process.ts', { seed: 1, faultShare: 0, isSearchable: false });
  const postgres = options.database === 'embedded' ? undefined : await startPostgres(disksOf(options, disk));
  const place = postgres ? { url: postgres.url } : { directory: join(disk.path, 'database') };
  const keeper = postgres && keepRunning(postgres.resume);
  try {
    const { port } = z.object({ port: z.int() }).parse(await fhir.ready);
    const fhirServer = `http://127.0.0.1:${port}/fhir`;
    const environment = postgres ? { DATABASE_URL: postgres.url } : {};
    const service = await superviseService(folder, configFor(fhirServer, place), environment);
    const stopHooks = callHooks(service.address, fhirServer);
    try {
      const fill = async () => {
        await disk.fill();
        if (options.database === 'postgresql-wal' && postgres) await useUpWal(postgres.url);
      };
      const told = await notifyAll(options, { fill, free: disk.free, fhir, service });
      const counts = await allReported(fhir, options);
      const hooks = await stopHooks();
      await service.stop();
      const audit = await auditSummary(place);
      return {
        ...{ ...counts, ...told, hooks, audit },
        serviceRestarts: service.restarts(),
        postgresPanics: (await postgres?.log())?.match(/ PANIC: /g)?.length ?? 0,
        postgresRestarts: keeper?.count() ?? 0,
        seconds: (performance.now() - started) / 1_000,
      };
    } finally {
      await stopHooks();
      await service.stop();
    }
  } finally {
    await keeper?.end();
    await fhir.kill();
    await postgres?.stop();
    await disk.remove();
    await rm(folder, { recursive: true });
  }
}

function disksOf({ database }: DiskFull, { path }: SmallDisk): PostgresDisks {
  return database === 'postgresql' ? { data: path } : { wal: path };
}

function configFor(fhirServer: string, { directory }: DatabaseOptions): object {
  return {
    tenants: [
      {
        ...{ name: 'clinic', fhirServer, authentication: 'none', fhirTimeoutMs: 10_000 },
        writeBack: { trigger: 'subscription', secret: SECRET, pdf: false },
      },
    ],
    publicUrl: 'http://127.0.0.1:1',
    models: { twelveLead: 'stand-in' },
    inference: { executionProvider: 'cpu', workers: 1 },
    ...(directory === undefined ? {} : { databaseDirectory: directory }),
  };
}

interface Stage {
  /** Takes all room. */
  readonly fill: () => Promise<void>;
  readonly free: () => Promise<void>;
  readonly fhir: Child;
  readonly service: SupervisedService;
}

/** Portions of ECGs, with room and without in turns; the last with room. */
async function notifyAll({ ecgs, fills, onProgress }: DiskFull, { fill, free, fhir, service }: Stage): Promise<Told> {
  const portions = 2 * fills + 1;
  const refused: string[] = [];
  const told = { acknowledged: 0, acknowledgedWhileFull: 0, refused: 0 };
  let id = 0;
  for (let portion = 0; portion < portions; portion += 1) {
    const isFull = portion % 2 === 1;
    if (isFull) await fill();
    for (; id < Math.round((ecgs * (portion + 1)) / portions); id += 1) {
      await fhir.ask({ store: 1 }, z.unknown());
      const reference = `DocumentReference/ecg-${id + 1}`;
      if (await notify(service.address, reference)) {
        told.acknowledged += 1;
        if (isFull) told.acknowledgedWhileFull += 1;
      } else refused.push(reference);
      await wait(NOTICE_MS);
    }
    if (isFull) await free();
    onProgress?.(`${id} notifications, ${refused.length} refused so far${isFull ? ', the disk was full' : ''}`);
  }
  told.refused = refused.length;
  for (const reference of refused) while (!(await notify(service.address, reference))) await wait(RESEND_MS);
  return told;
}

async function allReported(fhir: Child, { onProgress }: DiskFull): Promise<Counts> {
  for (;;) {
    const counts = await fhir.ask({ count: true }, countSchema);
    if (counts === undefined) throw new Error('the FHIR server ended');
    if (counts.reported >= counts.stored) return counts;
    onProgress?.(`${counts.reported} of ${counts.stored} reported`);
    await wait(2_000);
  }
}
