/**
 * How long a hook takes: the real service with a network of full size, a FHIR server and the clients, each in a
 * process of its own on loopback. Warm: the ECG was read before. Cold: an ECG that nobody has read.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { latencyObservation, searchset } from './hook-ecg.ts';
import { print } from './table.ts';

const BUDGET_MS = 500;
const CONCURRENCIES = [1, 20, 100];
const HOOKS_PER_ROW = 300;
const START_TIMEOUT_MS = 120_000;
/** Patients whose ECGs have been read. */
const WARM_PATIENTS = 20;

type Source = 'prefetch' | 'FHIR server';

interface Hook {
  readonly address: string;
  readonly fhirServer: string;
  readonly source: Source;
  readonly patientId: string;
}

interface Answered {
  readonly ms: number;
  readonly kind: 'reading' | 'pending' | 'failed';
}

export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cardhook-bench-'));
  const fhir = fork(fileURLToPath(new URL('hook-fhir-server.ts', import.meta.url)), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let service: ChildProcess | undefined;
  try {
    const fhirServer = `http://127.0.0.1:${await firstLine(fhir)}`;
    const port = await freePort();
    service = await startService(folder, { fhirServer, port });
    const address = `http://127.0.0.1:${port}`;
    await ready(address);
    print(`hooks on ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, `);
    print(`load ${loadavg()[0]?.toFixed(1)} at start; budget ${BUDGET_MS} ms, ECG of ${ecgBytes()} kB\n`);
    print(
      `  ${'ECG'.padEnd(6)}${'from'.padEnd(13)}${'at once'.padStart(8)}${'p50 ms'.padStart(10)}${'p99 ms'.padStart(10)}${'pending'.padStart(10)}${'failed'.padStart(9)}\n`,
    );
    for (const source of ['prefetch', 'FHIR server'] as const) {
      await measureWarm({ address, fhirServer, source });
      await measureCold({ address, fhirServer, source });
    }
  } finally {
    service?.kill('SIGTERM');
    if (service && service.exitCode === null) await once(service, 'exit');
    fhir.kill();
    await rm(folder, { recursive: true });
  }
}

async function measureWarm(base: Omit<Hook, 'patientId'>): Promise<void> {
  const patients = Array.from({ length: WARM_PATIENTS }, (_, index) => `warm-${index}`);
  await untilRead(base, patients);
  for (const concurrency of CONCURRENCIES) {
    const answers = await callAll(base, concurrency, (index) => patients[index % WARM_PATIENTS] ?? '');
    printAnswers('warm', { source: base.source, concurrency }, answers);
  }
}

async function measureCold(base: Omit<Hook, 'patientId'>): Promise<void> {
  for (const concurrency of CONCURRENCIES) {
    const name = `cold-${base.source === 'prefetch' ? 'p' : 'f'}-${concurrency}`;
    const answers = await callAll(base, concurrency, (index) => `${name}-${index}`);
    printAnswers('cold', { source: base.source, concurrency }, answers);
    await settle(base);
  }
}

/** As many clients as said, each calling again as soon as it is answered. */
async function callAll(
  base: Omit<Hook, 'patientId'>,
  concurrency: number,
  patientOf: (index: number) => string,
): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  let next = 0;
  const client = async () => {
    while (next < HOOKS_PER_ROW) answers.push(await call({ ...base, patientId: patientOf(next++) }));
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return answers;
}

async function call({ address, fhirServer, source, patientId }: Hook): Promise<Answered> {
  const prefetch = {
    patient: { resourceType: 'Patient', id: patientId, birthDate: '1960-01-01' },
    ecgObservations: searchset(latencyObservation(patientId)),
    ecgDocuments: searchset(),
  };
  const body = JSON.stringify({
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    fhirServer,
    context: { userId: 'Practitioner/1', patientId },
    ...(source === 'prefetch' ? { prefetch } : {}),
  });
  const start = performance.now();
  const response = await fetch(`${address}/cds-services/ecg-patient-view`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  const text = await response.text();
  const kind = !response.ok ? 'failed' : text.includes('not ready yet') ? 'pending' : 'reading';
  return { ms: performance.now() - start, kind };
}

async function untilRead(base: Omit<Hook, 'patientId'>, patients: readonly string[]): Promise<void> {
  for (const patientId of patients) while ((await call({ ...base, patientId })).kind === 'pending');
}

/** Until what was late has been read, so that it does not burden the next row. */
async function settle(base: Omit<Hook, 'patientId'>): Promise<void> {
  await untilRead(base, ['settle-a', 'settle-b', 'settle-c']);
}

function printAnswers(
  ecg: string,
  { source, concurrency }: { readonly source: Source; readonly concurrency: number },
  answers: readonly Answered[],
): void {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN).toFixed(0);
  const count = (kind: Answered['kind']) => String(answers.filter((answer) => answer.kind === kind).length);
  print(
    `  ${ecg.padEnd(6)}${source.padEnd(13)}${String(concurrency).padStart(8)}${at(0.5).padStart(10)}${at(0.99).padStart(10)}${count('pending').padStart(10)}${count('failed').padStart(9)}\n`,
  );
}

async function startService(
  folder: string,
  { fhirServer, port }: { readonly fhirServer: string; readonly port: number },
): Promise<ChildProcess> {
  const config = {
    port,
    tenants: [{ name: 'bench', fhirServer, hookBudgetMs: BUDGET_MS, authentication: 'none' }],
    models: { directory: join(folder, 'models'), twelveLead: 'untrained-12-lead' },
    inference: { executionProvider: 'cpu' },
    databaseDirectory: join(folder, 'database'),
    logLevel: 'error',
  };
  const file = join(folder, 'cardhook.json');
  await writeFile(file, JSON.stringify(config));
  const main = fileURLToPath(new URL('../src/cardhook.js', import.meta.url));
  return spawn(process.execPath, [main, 'serve', '--config', file], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function ready(address: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const response = await fetch(`${address}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the service does not start');
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the child has no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return String(line);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

function ecgBytes(): string {
  return (JSON.stringify(latencyObservation('p')).length / 1000).toFixed(0);
}
