import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startPostgres } from '../edges/store/postgres-cluster.ts';
import { type Child, startChild } from './child.ts';
import { notify, SECRET } from './notify.ts';
import { type Counts, countSchema } from './scenario.ts';
import { type Slope, slopeOf } from './slope.ts';
import { type SupervisedService, superviseService } from './supervised-service.ts';

export interface MemoryScenario {
  readonly database: 'embedded' | 'postgresql';
  readonly ecgs: number;
  readonly onProgress?: (text: string) => void;
}

/** What the service holds after so many ECGs. */
interface Sample {
  readonly written: number;
  /** Resident memory of the process, MB. */
  readonly rssMb: number;
  /** JavaScript heap in use, MB; between two collections it swings. */
  readonly heapMb: number;
  /** Length of what `/metrics` answers: a label that takes ever new values would show. */
  readonly metricsKb: number;
  /** Files of the embedded database. */
  readonly databaseMb: number;
}

export interface MemoryResult extends Counts {
  readonly samples: readonly Sample[];
  /** Of the resident memory after the warm-up, kB per ECG. */
  readonly slope: Slope;
  readonly seconds: number;
}

/** Caches fill, code is compiled and the heap finds its size during this share of all ECGs. */
const WARM_UP = 0.25;
const SAMPLES = 60;
/** ECGs that were told of and are not yet written, at most: what is measured is work, not a queue. */
const IN_FLIGHT = 50;

/** `cardhook serve` with the stand-in, which writes back one ECG after the other, told of each by a notification. */
export async function runMemory(scenario: MemoryScenario): Promise<MemoryResult> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'cardhook-faults-'));
  const fhir = startChild('fhir-process.ts', { seed: 1, faultShare: 0, isSearchable: false });
  const postgres = scenario.database === 'postgresql' ? await startPostgres() : undefined;
  try {
    const { port } = z.object({ port: z.int() }).parse(await fhir.ready);
    const databaseDirectory = join(folder, 'database');
    const config = { ...configFor(`http://127.0.0.1:${port}/fhir`), databaseDirectory };
    const service = await superviseService(folder, config, postgres ? { DATABASE_URL: postgres.url } : {});
    try {
      const sample = () => sampleOf(service, postgres ? undefined : databaseDirectory);
      const samples = await writeAll(scenario, { fhir, service, sample });
      const counts = await fhir.ask({ count: true }, countSchema);
      if (counts === undefined) throw new Error('the FHIR server ended');
      const settled = samples.filter(({ written }) => written >= scenario.ecgs * WARM_UP);
      const slope = slopeOf(settled.map(({ written, rssMb }) => [written, rssMb * 1_000]));
      return { ...counts, samples, slope, seconds: (performance.now() - started) / 1_000 };
    } finally {
      await service.stop();
    }
  } finally {
    await fhir.kill();
    await postgres?.stop();
    await rm(folder, { recursive: true });
  }
}

interface Stage {
  readonly fhir: Child;
  readonly service: SupervisedService;
  readonly sample: () => Promise<Sample>;
}

async function writeAll({ ecgs, onProgress }: MemoryScenario, { fhir, service, sample }: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  let told = 0;
  while (service.written() < ecgs) {
    if (service.written() >= (samples.length * ecgs) / SAMPLES) {
      const taken = await sample();
      samples.push(taken);
      onProgress?.(textOf(taken));
    }
    if (told < ecgs && told - service.written() < IN_FLIGHT) {
      await fhir.ask({ store: 1 }, z.unknown());
      told += 1;
      while (!(await notify(service.address, `DocumentReference/ecg-${told}`))) await wait(100);
    } else await wait(20);
  }
  samples.push(await sample());
  return samples;
}

async function sampleOf(service: SupervisedService, databaseDirectory: string | undefined): Promise<Sample> {
  const written = service.written();
  const metrics = await (await fetch(`${service.address}/metrics`)).text();
  const gauge = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  const used = databaseDirectory && (await promisify(execFile)('du', ['-sk', databaseDirectory])).stdout;
  const status = await readFile(`/proc/${service.pid()}/status`, 'utf8');
  return {
    written,
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_000,
    heapMb: gauge('nodejs_heap_size_used_bytes') / 1e6,
    metricsKb: metrics.length / 1_000,
    databaseMb: used ? Number.parseInt(used, 10) / 1_000 : 0,
  };
}

export function textOf({ written, rssMb, heapMb, metricsKb, databaseMb }: Sample): string {
  const embedded = databaseMb > 0 ? `, database ${databaseMb.toFixed(0)} MB` : '';
  return `${written} written, RSS ${rssMb.toFixed(0)} MB, heap ${heapMb.toFixed(0)} MB, metrics ${metricsKb.toFixed(1)} kB${embedded}`;
}

function configFor(fhirServer: string): object {
  const writeBack = { trigger: 'subscription', secret: SECRET, pdf: false };
  return {
    tenants: [{ name: 'clinic', fhirServer, authentication: 'none', fhirTimeoutMs: 30_000, writeBack }],
    publicUrl: 'http://127.0.0.1:1',
    models: { twelveLead: 'stand-in' },
    inference: { executionProvider: 'cpu', workers: 1 },
  };
}
