/**
 * ECGs interpreted and written back per second, end to end (search, job, read, network of full size with random weights,
 * report, in and out of a FHIR server), against what the network alone does on the same cores, interleaved. First with
 * everything on all cores: FHIR server and database, processes of their own, take their part of them. Then, on Linux
 * and two cores or more, with FHIR server and database on the last core and Cardhook on the others, as on machines of its own.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { saveModel } from '../src/edges/model-files/model-store.ts';
import { goldenInputs } from '../src/edges/onnx/golden-check.ts';
import { createOnnxModel } from '../src/edges/onnx/onnx-model.ts';
import type { Model } from '../src/model/model.ts';
import { hasPostgres, startPostgres } from '../test/edges/store/postgres-cluster.ts';
import { type Child, startChild } from '../test/faults/child.ts';
import { type SupervisedService, superviseService } from '../test/faults/supervised-service.ts';
import { fullSizeModel } from './full-size-model.ts';
import { cpuMs, cpuMsWithChildren } from './process-cpu.ts';
import { median, print, printRow } from './table.ts';

const ROUNDS = 5;
const ECGS = 100;
/** ECGs before the first round, while code is compiled and caches fill. */
const WARM_UP = 60;
/** ECGs under way at a time. */
const IN_FLIGHT = 8;
const MODEL = 'full-size';

export async function run(): Promise<void> {
  const cores = availableParallelism();
  print(`write-back on ${cpus()[0]?.model.trim()}, ${cores} cores, Node ${process.versions.node}, `);
  print(`load of the machine ${loadavg()[0]?.toFixed(1)} at start; ECGs of 12 leads, 10 s at 500 Hz, no PDF\n`);
  const folder = await mkdtemp(join(tmpdir(), 'cardhook-bench-'));
  const models = join(folder, 'models');
  try {
    const model = fullSizeModel(MODEL);
    await saveModel(models, model);
    const onnx = { manifest: model.manifest, folder: join(models, MODEL) };
    await compare(`all on ${cores} cores`, { folder, models, onnx, cores, isShared: true });
    if (cores > 1 && process.platform === 'linux') {
      const title = `Cardhook on ${cores - 1}, FHIR server and database on another`;
      await compare(title, { folder, models, onnx, cores: cores - 1, isShared: false });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Setting {
  readonly folder: string;
  readonly models: string;
  readonly onnx: { readonly manifest: Model['manifest']; readonly folder: string };
  /** For Cardhook and its network: as many workers. */
  readonly cores: number;
  /** Whether FHIR server and database use the same cores. */
  readonly isShared: boolean;
}

async function compare(title: string, setting: Setting): Promise<void> {
  const { folder, models, onnx, cores, isShared } = setting;
  const fhir = startChild('fhir-process.ts', { seed: 1, faultShare: 0, samplingRate: 500, ecgsPerPatient: 1 });
  const postgres = hasPostgres ? await startPostgres() : undefined;
  // Before anybody connects: its processes inherit it.
  if (!isShared) await pin([fhir.pid, ...(postgres ? [await postgres.pid()] : [])], String(cores));
  const { port } = z.object({ port: z.int() }).parse(await fhir.ready);
  const config = {
    ...configFor(`http://127.0.0.1:${port}/fhir`, cores),
    models: { directory: models, twelveLead: MODEL },
    databaseDirectory: join(folder, `database-${cores}`),
  };
  const service = await superviseService(folder, config, postgres ? { DATABASE_URL: postgres.url } : {});
  const processes = [
    ['Cardhook', () => cpuMs(service.pid())],
    ['FHIR server', () => cpuMs(fhir.pid)],
    ...(postgres ? [['PostgreSQL', async () => cpuMsWithChildren(await postgres.pid())] as const] : []),
  ] as const;
  if (!isShared) await pin([process.pid, service.pid()], `0-${cores - 1}`);
  const network = await createOnnxModel(onnx.manifest, onnx.folder, {
    ...{ executionProvider: 'cpu', workers: cores },
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  try {
    await writeBack(WARM_UP, fhir, service);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const alone = await timed([['network', () => cpuMs(process.pid)]], () => infer(network));
      rounds.push({ alone, endToEnd: await timed(processes, () => writeBack(ECGS, fhir, service)) });
    }
    printRounds(title, rounds);
  } finally {
    await service.stop();
    await Promise.all([network.close(), fhir.kill(), postgres?.stop()]);
  }
}

/** Binds processes, with all their threads and what they will start, to cores. */
async function pin(pids: readonly number[], cpuList: string): Promise<void> {
  for (const pid of pids) await promisify(execFile)('taskset', ['-acp', cpuList, String(pid)]);
}

function configFor(fhirServer: string, workers: number) {
  const writeBack = { trigger: 'poll', pollSeconds: 1, overlapSeconds: 5, pdf: false };
  return {
    tenants: [{ name: 'bench', fhirServer, authentication: 'none', fhirTimeoutMs: 30_000, writeBack }],
    jobs: { concurrency: IN_FLIGHT, perTenant: IN_FLIGHT },
    inference: { executionProvider: 'cpu', workers },
  };
}

async function writeBack(count: number, fhir: Child, service: SupervisedService): Promise<void> {
  const before = service.written();
  await fhir.ask({ store: count }, z.unknown());
  while (service.written() < before + count) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function infer({ run: inferOne }: Model): Promise<void> {
  const [, ecg] = goldenInputs(12 * 5000);
  let left = ECGS;
  const lane = async () => {
    while (left-- > 0) await inferOne(ecg);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

interface Timing {
  readonly perSecond: number;
  /** CPU per ECG, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

interface Round {
  readonly alone: Timing;
  readonly endToEnd: Timing;
}

async function timed(
  processes: readonly (readonly [string, () => Promise<number>])[],
  work: () => Promise<void>,
): Promise<Timing> {
  const before = await Promise.all(processes.map(([, spent]) => spent()));
  const started = performance.now();
  await work();
  const perSecond = (ECGS * 1_000) / (performance.now() - started);
  const after = await Promise.all(processes.map(([, spent]) => spent()));
  const spent = processes.map(([name], index) => [name, ((after[index] ?? 0) - (before[index] ?? 0)) / ECGS] as const);
  return { perSecond, cpuMs: Object.fromEntries(spent) };
}

function printRounds(title: string, rounds: readonly Round[]): void {
  const ratio = median(rounds.map(({ alone, endToEnd }) => endToEnd.perSecond / alone.perSecond));
  print(`${title}; median of ${rounds.length} rounds of ${ECGS} ECGs\n`);
  printRow('network alone', `${median(rounds.map(({ alone }) => alone.perSecond)).toFixed(1)} ECG/s`);
  const endToEnd = median(rounds.map(({ endToEnd: each }) => each.perSecond));
  printRow('end to end', `${endToEnd.toFixed(1)} ECG/s`, `${ratio.toFixed(2)} x network alone`);
  const inNetwork = median(rounds.map(({ alone }) => alone.cpuMs['network'] ?? Number.NaN));
  printRow('CPU of the network alone', `${inNetwork.toFixed(1)} ms/ECG`);
  for (const name of Object.keys(rounds[0]?.endToEnd.cpuMs ?? {})) {
    const spent = median(rounds.map(({ endToEnd: { cpuMs: by } }) => by[name] ?? Number.NaN));
    printRow(`CPU of ${name}, end to end`, `${spent.toFixed(1)} ms/ECG`);
  }
}
