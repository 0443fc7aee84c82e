/**
 * How long a hook takes and what it costs: the real service with a network of full size, a FHIR server and the clients,
 * each in a process of its own on loopback. Warm: the ECG was read before. Cold: an ECG that nobody has read. Two: an earlier
 * ECG to compare it with comes along.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Answered, type Calls, callAll, callUntilRead, type Source } from './hook-clients.ts';
import { latencyObservation } from './hook-ecg.ts';
import { type RunningService, startHookService } from './hook-service.ts';
import { cpuMs } from './process-cpu.ts';
import { print } from './table.ts';

const BUDGET_MS = 500;
const CONCURRENCIES = [1, 20, 100];
/** A row ends with the first of the two. */
const MAX_HOOKS = 300;
const ROW_MS = 10_000;
/** Patients whose ECGs have been read. */
const WARM_PATIENTS = 20;
const COLUMNS = ['at once', 'hooks', 'p50 ms', 'p99 ms', 'max ms', 'CPU ms', 'read', 'alone', 'pending', 'not 200'];

interface Row {
  readonly ecg: 'warm' | 'cold';
  readonly source: Source;
  readonly concurrency: number;
}

export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cardhook-bench-'));
  const fhir = fork(fileURLToPath(new URL('hook-fhir-server.ts', import.meta.url)), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let service: RunningService | undefined;
  try {
    const fhirServer = `http://127.0.0.1:${await firstLine(fhir)}`;
    printHead();
    service = await startHookService(folder, { fhirServer, budgetMs: BUDGET_MS });
    for (const source of ['prefetch', 'prefetch, two', 'FHIR server'] as const) {
      for (const ecg of ['warm', 'cold'] as const) {
        for (const concurrency of CONCURRENCIES) {
          await measure({ ecg, source, concurrency }, { service, fhirServer });
        }
      }
    }
  } finally {
    await service?.stop();
    fhir.kill();
    await rm(folder, { recursive: true });
  }
}

async function measure(
  { ecg, source, concurrency }: Row,
  { service, fhirServer }: { readonly service: RunningService; readonly fhirServer: string },
): Promise<void> {
  const to = { address: service.address, fhirServer, source };
  const warm = Array.from({ length: WARM_PATIENTS }, (_, index) => `warm-${source.length}-${index}`);
  // Also until what was late before has been read, so that it does not burden this row.
  await callUntilRead(to, ecg === 'warm' ? warm : [`settled-${source.length}-${concurrency}`]);
  const patientOf = (index: number) =>
    ecg === 'warm' ? (warm[index % WARM_PATIENTS] ?? '') : `cold-${source.length}-${concurrency}-${index}`;
  const calls: Calls = { ...to, concurrency, patientOf, maxHooks: MAX_HOOKS, forMs: ROW_MS };
  const before = await cpuMs(service.pid);
  const answers = await callAll(calls);
  const spentMs = (await cpuMs(service.pid)) - before;
  printRow({ ecg, source, concurrency }, answers, spentMs / answers.length);
}

function printHead(): void {
  print(`hooks on ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, `);
  print(`load of the machine ${loadavg()[0]?.toFixed(1)} at start\n`);
  print(
    `ECG of ${(JSON.stringify(latencyObservation('p')).length / 1000).toFixed(0)} kB; clients call without a pause, `,
  );
  print('times are theirs, CPU is of the service, all threads\n');
  print(
    `aim: every answer is 200 and within ${BUDGET_MS} ms; CPU 10 ms warm, 60 ms cold, by prefetch, one at a time\n`,
  );
  print(`  ${'ECG'.padEnd(6)}${'from'.padEnd(15)}${COLUMNS.map((name) => name.padStart(9)).join('')}\n`);
}

function printRow({ ecg, source, concurrency }: Row, answers: readonly Answered[], cpuPerHookMs: number): void {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(0);
  const count = (kind: Answered['kind']) => answers.filter((answer) => answer.kind === kind).length;
  const cells = [
    ...[concurrency, answers.length, at(0.5), at(0.99), at(1), cpuPerHookMs.toFixed(1)],
    ...[count('read'), count('alone'), count('pending'), count('failed')],
  ];
  print(`  ${ecg.padEnd(6)}${source.padEnd(15)}${cells.map((cell) => String(cell).padStart(9)).join('')}\n`);
  for (const refusal of new Set(answers.flatMap(({ refusal }) => refusal ?? []))) print(`    not 200: ${refusal}\n`);
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the child has no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return String(line);
}
