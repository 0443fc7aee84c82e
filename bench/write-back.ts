/**
 * ECGs interpreted and written back per second, end to end (notice, job, read, network of full size with random weights,
 * report, in and out of a FHIR server), against what the network alone does on the same cores in the same run, interleaved.
 * The FHIR server is the embedded one in a process of its own, on the same cores: it looks at every resource for every search
 * and is the slowest part by far. So the CPU time of Cardhook's own process is compared as well, which leaves it out.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { openModels } from '../src/cli/open-models.ts';
import { openWriteBack } from '../src/cli/open-write-back.ts';
import { parseConfig, type Tenant } from '../src/config.ts';
import { createFhirServer } from '../src/edges/fhir-server/fhir-kit-server.ts';
import { goldenInputs } from '../src/edges/onnx/golden-check.ts';
import { createExclusively } from '../src/edges/store/exclusively.ts';
import { openDatabase } from '../src/edges/store/open-database.ts';
import { createAuditTrail } from '../src/edges/store/sql-audit-trail.ts';
import { createTelemetry } from '../src/edges/telemetry/telemetry.ts';
import { createReadingCache } from '../src/reading-cache.ts';
import { createWriteGuard } from '../src/write-back/write-guard.ts';
import { startChild } from '../test/faults/child.ts';
import { median, print, printRow } from './table.ts';

const ROUNDS = 3;
const ECGS = 30;
/** Requests under way at the network at any time. */
const IN_FLIGHT = 6;

export async function run(): Promise<void> {
  print(`write-back on ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}\n`);
  const directory = await mkdtemp(join(tmpdir(), 'cardhook-bench-'));
  const fhir = startChild('fhir-process.ts', { seed: 1, faultShare: 0 });
  const { port } = z.object({ port: z.int() }).parse(await fhir.ready);
  const log = pino({ level: 'silent' });
  const models = await openModels({
    ...{ directory, twelveLead: 'untrained-12-lead', log },
    inference: { executionProvider: 'cpu', workers: availableParallelism() },
  });
  const database = await openDatabase({});
  const audit = createAuditTrail(database, log);
  const fhirServer = `http://127.0.0.1:${port}/fhir`;
  const writeBack = await openWriteBack({
    ...{ config: configFor(fhirServer), database, models, log },
    accounts: { telemetry: createTelemetry(), audit },
    readings: createReadingCache(10),
    guard: createWriteGuard(createExclusively(database)),
    openFhirServer: (tenant: Tenant) =>
      createFhirServer({
        ...{ baseUrl: fhirServer, allowList: [fhirServer] },
        ...{ timeoutMs: tenant.fhirTimeoutMs, maxBytes: 50_000_000 },
      }),
  });
  if (writeBack === undefined || models.twelveLead === undefined) throw new Error('nothing to measure');
  try {
    await writeBack.start();
    const done = async () => (await writeBack.records.backlog()).done;
    const [, ecg] = goldenInputs(12 * 5000);
    const { run: infer } = models.twelveLead;
    const rates: { readonly endToEnd: Rate; readonly network: Rate }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const network = await rateOf(() => inFlight(() => infer(ecg)));
      const before = await done();
      const endToEnd = await rateOf(async () => {
        await fhir.ask({ store: ECGS }, z.unknown());
        while ((await done()) < before + ECGS) await new Promise((resolve) => setTimeout(resolve, 50));
      });
      rates.push({ endToEnd, network });
    }
    compare(
      '',
      'ECG/s',
      rates.map(({ endToEnd, network }) => [endToEnd.perSecond, network.perSecond]),
    );
    compare(
      ', CPU',
      'ms/ECG',
      rates.map(({ endToEnd, network }) => [endToEnd.cpuMs, network.cpuMs]),
    );
    printRow('memory', `${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`);
  } finally {
    await writeBack.close();
    await audit.close();
    await Promise.all([models.close(), database.close(), fhir.kill()]);
    await rm(directory, { recursive: true });
  }
}

function configFor(fhirServer: string) {
  const writeBack = { trigger: 'poll', pollSeconds: 1, pdf: false };
  const tenants = [{ name: 'bench', fhirServer, authentication: 'none', fhirTimeoutMs: 30_000, writeBack }];
  return parseConfig({ tenants, jobs: { concurrency: 8, perTenant: 8 } });
}

async function inFlight(infer: () => Promise<unknown>): Promise<void> {
  let left = ECGS;
  const lane = async () => {
    while (left-- > 0) await infer();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

interface Rate {
  readonly perSecond: number;
  /** Of this process, per ECG. */
  readonly cpuMs: number;
}

async function rateOf(work: () => Promise<void>): Promise<Rate> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (ECGS * 1_000) / (performance.now() - started), cpuMs: (user + system) / 1_000 / ECGS };
}

function compare(what: string, unit: string, pairs: readonly (readonly [endToEnd: number, network: number])[]): void {
  const ratio = median(pairs.map(([endToEnd, network]) => endToEnd / network));
  printRow(`network alone${what}`, `${median(pairs.map(([, network]) => network)).toFixed(1)} ${unit}`);
  const endToEnd = median(pairs.map(([each]) => each));
  printRow(`end to end${what}`, `${endToEnd.toFixed(1)} ${unit}`, `${ratio.toFixed(2)} x network`);
}
