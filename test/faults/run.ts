/**
 * `npm run faults -- [SCENARIO…] [--ecgs N] [--kills N] [--seed N] [--quiet]`: reports must be exactly one per ECG, whatever
 * happens, and memory flat. Prints a line per scenario; exit code 1 where one is missing or double, or memory grows.
 */
import { parseArgs } from 'node:util';
import { hasPostgres } from '../edges/store/postgres-cluster.ts';
import { type DiskFull, runDiskFull } from './disk-full.ts';
import { type MemoryScenario, runMemory, textOf } from './memory.ts';
import { type Counts, runScenario, type Scenario } from './scenario.ts';

const QUIET = { replicas: 1, kills: 0, databaseRestarts: 0, faultShare: 0 };

/** By name, with how often each is disturbed when run in full. */
const SCENARIOS: Readonly<Record<string, Omit<Scenario, 'ecgs' | 'seed'>>> = {
  'kill-embedded': { ...QUIET, database: 'embedded', kills: 200 },
  'kill-postgresql': { ...QUIET, database: 'postgresql', kills: 200 },
  'fhir-faults': { ...QUIET, database: 'embedded', faultShare: 0.05 },
  replicas: { ...QUIET, database: 'postgresql', replicas: 2, kills: 40, databaseRestarts: 10, faultShare: 0.02 },
};
const DISK_FULL: Readonly<Record<string, Omit<DiskFull, 'ecgs'>>> = {
  'disk-full-embedded': { database: 'embedded', fills: 5 },
  'disk-full-postgresql': { database: 'postgresql', fills: 5 },
  'disk-full-postgresql-wal': { database: 'postgresql-wal', fills: 5 },
};
const MEMORY: Readonly<Record<string, Pick<MemoryScenario, 'database'>>> = {
  'memory-embedded': { database: 'embedded' },
  'memory-postgresql': { database: 'postgresql' },
};
const NAMES = [SCENARIOS, DISK_FULL, MEMORY].flatMap((each) => Object.keys(each));
const ECGS = { disturbed: 500, memory: 10_000 };
/** kB of memory per ECG that cannot be told from none. */
const MAX_SLOPE_KB = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ecgs: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`usage: npm run faults -- [SCENARIO…] [--ecgs N] [--kills N] [--seed N] [--quiet]

Scenarios, all of them unless named: ${NAMES.join(', ')}.
--ecgs and --kills: fewer or more than in full (${ECGS.disturbed} ECGs, ${ECGS.memory} for memory; 200 kills).
--seed: other random instants and faults. --quiet: no progress.`);
  process.exit(0);
}
const unknown = positionals.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`no scenario '${unknown}'; there are ${NAMES.join(', ')}`);
  process.exit(2);
}

for (const name of NAMES) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const database = (SCENARIOS[name] ?? DISK_FULL[name] ?? MEMORY[name])?.database;
  if (database !== 'embedded' && !hasPostgres) {
    console.log(`${name}: skipped, no PostgreSQL is installed`);
    continue;
  }
  const text = (await runDisturbed(name)) ?? (await runGrowing(name)) ?? (await runFull(name));
  console.log(`${name}: ${text ?? 'skipped, no file system can be mounted here (that takes root)'}`);
}

async function runDisturbed(name: string): Promise<string | undefined> {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) return undefined;
  const kills = scenario.kills > 0 && values.kills !== undefined ? Number(values.kills) : scenario.kills;
  const result = await runScenario({ ...scenario, kills, ...settings(name), seed: Number(values.seed) });
  const { dealt, retried, flagged, ended, performed, seconds } = result;
  return (
    `${kills} kills, ${scenario.databaseRestarts} database restarts, ` +
    `${Object.values(dealt).reduce((sum, count) => sum + count, 0)} FHIR faults ${JSON.stringify(dealt)}: ` +
    `${verdict(result)}; ${retried} jobs took more than one try, ${flagged} given up, ${ended} workers ended by ` +
    `themselves, done by the last workers: ${performed.join(' + ')}; ${seconds.toFixed(0)} s`
  );
}

async function runFull(name: string): Promise<string | undefined> {
  const scenario = DISK_FULL[name];
  const result = scenario && (await runDiskFull({ ...scenario, ...settings(name) }));
  if (result === undefined) return undefined;
  const { hooks, audit, refused, acknowledgedWhileFull, seconds } = result;
  if (hooks.failed > 0 || !audit.isUnbroken) process.exitCode = 1;
  return (
    `disk full ${scenario?.fills} times: ${verdict(result)}; ${acknowledgedWhileFull} notifications acknowledged while it ` +
    `was full, ${refused} refused and sent again; ${hooks.answered} hooks answered with 200, ${hooks.failed} not, slowest ` +
    `${hooks.slowestMs.toFixed(0)} ms; audit trail ${audit.isUnbroken ? 'unbroken' : 'BROKEN'}, ${audit.written} reports ` +
    `written in it; the service ended ${result.serviceRestarts} times, PostgreSQL panicked ${result.postgresPanics} times ` +
    `and was started again ${result.postgresRestarts} times; ${seconds.toFixed(0)} s`
  );
}

async function runGrowing(name: string): Promise<string | undefined> {
  const scenario = MEMORY[name];
  if (scenario === undefined) return undefined;
  const result = await runMemory({ ...scenario, ...settings(name, ECGS.memory) });
  const { slope, samples, seconds } = result;
  if (slope.high > MAX_SLOPE_KB) process.exitCode = 1;
  return (
    `${verdict(result)}; memory ${slope.perUnit.toFixed(2)} kB per ECG (95 % interval ${slope.low.toFixed(2)} to ` +
    `${slope.high.toFixed(2)}, limit ${MAX_SLOPE_KB}); at the end ${textOf(samples.at(-1)!)}; ${seconds.toFixed(0)} s`
  );
}

function settings(name: string, ecgs = ECGS.disturbed) {
  return {
    ecgs: Number(values.ecgs ?? ecgs),
    onProgress: (text: string) => values.quiet || console.error(`  ${name}: ${text}`),
  };
}

function verdict({ stored, reported, reports, provenances, devices }: Counts): string {
  const missing = stored - reported;
  const doubled = reports - reported;
  if (missing !== 0 || doubled !== 0) process.exitCode = 1;
  return `${stored} ECGs, ${reports} reports, ${missing} missing, ${doubled} double, ${provenances} Provenances, ${devices} Device`;
}
