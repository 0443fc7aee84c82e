/**
 * `npm run faults -- [SCENARIO…] [--ecgs N] [--kills N] [--database embedded|postgresql] [--seed N]`: reports must be exactly
 * one per ECG, whatever happens. Prints a line per scenario; exit code 1 where one is missing or double.
 */
import { parseArgs } from 'node:util';
import { hasPostgres } from '../edges/store/postgres-cluster.ts';
import { runScenario, type Scenario } from './scenario.ts';

const QUIET = { replicas: 1, kills: 0, databaseRestarts: 0, faultShare: 0 };

/** By name, with how often each is disturbed when run in full. */
const SCENARIOS: Readonly<Record<string, Omit<Scenario, 'ecgs' | 'seed'>>> = {
  'kill-embedded': { ...QUIET, database: 'embedded', kills: 200 },
  'kill-postgresql': { ...QUIET, database: 'postgresql', kills: 200 },
  'fhir-faults': { ...QUIET, database: 'embedded', faultShare: 0.05 },
  replicas: { ...QUIET, database: 'postgresql', replicas: 2, kills: 40, databaseRestarts: 10, faultShare: 0.02 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ecgs: { type: 'string', default: '500' },
    kills: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quiet: { type: 'boolean', default: false },
  },
});
const unknown = positionals.find((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown !== undefined) {
  console.error(`no scenario '${unknown}'; there are ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(2);
}

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  if (scenario.database === 'postgresql' && !hasPostgres) {
    console.log(`${name}: skipped, no PostgreSQL is installed`);
    continue;
  }
  const kills = scenario.kills > 0 && values.kills !== undefined ? Number(values.kills) : scenario.kills;
  const result = await runScenario({
    ...scenario,
    kills,
    ecgs: Number(values.ecgs),
    seed: Number(values.seed),
    onProgress: (text) => values.quiet || console.error(`  ${name}: ${text}`),
  });
  const { stored, reported, reports, performed, dealt, ...rest } = result;
  const missing = stored - reported;
  const doubled = reports - reported;
  console.log(
    `${name}: ${stored} ECGs, ${kills} kills, ${scenario.databaseRestarts} database restarts, ` +
      `${Object.values(dealt).reduce((sum, count) => sum + count, 0)} FHIR faults ${JSON.stringify(dealt)}: ` +
      `${reports} reports, ${missing} missing, ${doubled} double; ${rest.provenances} Provenances, ${rest.devices} Device; ` +
      `${rest.retried} jobs took more than one try, ${rest.flagged} given up, ${rest.ended} workers ended by themselves, ` +
      `done by the last workers: ${performed.join(' + ')}; ${rest.seconds.toFixed(0)} s`,
  );
  if (missing !== 0 || doubled !== 0) process.exitCode = 1;
}
