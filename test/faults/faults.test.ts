import { hasPostgres } from '../edges/store/postgres-cluster.ts';
import { runScenario, type Scenario } from './scenario.ts';

/** The scenarios of `npm run faults`, small. What they showed in full is in docs/write-back.md. */
describe('one report for every ECG, none missing and none double', () => {
  const QUIET: Scenario = {
    ...{ database: 'embedded', ecgs: 8, kills: 0, replicas: 1, databaseRestarts: 0, faultShare: 0, seed: 7 },
  };
  const onPostgres = hasPostgres ? it : it.skip;
  const expectExactlyOnce = async (scenario: Scenario) => {
    const { stored, reported, reports, provenances, devices, flagged } = await runScenario(scenario);
    // One for each reading: a report is replaced where another earlier ECG to compare with has come meanwhile.
    expect(provenances).toBeGreaterThanOrEqual(scenario.ecgs);
    expect({ stored, reported, reports, devices, flagged }).toEqual({
      stored: scenario.ecgs,
      reported: scenario.ecgs,
      reports: scenario.ecgs,
      devices: 1,
      flagged: 0,
    });
  };

  it('though the worker is killed again and again, on the embedded database', async () => {
    await expectExactlyOnce({ ...QUIET, kills: 3 });
  }, 180_000);

  onPostgres(
    'though one of two replicas is killed and PostgreSQL is stopped in the middle',
    async () => {
      await expectExactlyOnce({ ...QUIET, database: 'postgresql', replicas: 2, kills: 2, databaseRestarts: 1 });
    },
    180_000,
  );

  it('though the FHIR server is busy, fails, breaks off, hangs and loses its answers', async () => {
    await expectExactlyOnce({ ...QUIET, ecgs: 5, faultShare: 0.05 });
  }, 180_000);
});
