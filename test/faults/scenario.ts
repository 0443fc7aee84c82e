import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { seededRandom } from '../../src/random.ts';
import { type PostgresCluster, startPostgres } from '../edges/store/postgres-cluster.ts';
import { type Child, startChild } from './child.ts';

export interface Scenario {
  readonly database: 'embedded' | 'postgresql';
  readonly ecgs: number;
  /** Workers killed with SIGKILL at random instants. */
  readonly kills: number;
  /** Workers at a time; more than one only on PostgreSQL. */
  readonly replicas: number;
  /** Immediate stops of PostgreSQL while work is under way. */
  readonly databaseRestarts: number;
  /** Share of FHIR requests that fail, 0 to 1. */
  readonly faultShare: number;
  readonly seed: number;
  readonly onProgress?: (text: string) => void;
}

export const countSchema = z.object({
  stored: z.int(),
  /** ECGs that have a report. */
  reported: z.int(),
  reports: z.int(),
  provenances: z.int(),
  devices: z.int(),
  dealt: z.record(z.string(), z.number()),
});

export type Counts = z.infer<typeof countSchema>;

export interface ScenarioResult extends Counts {
  /** ECGs that each worker alive at the end had done itself. */
  readonly performed: readonly number[];
  readonly flagged: number;
  /** Jobs that took more than one try. */
  readonly retried: number;
  /** Workers that ended by themselves, and were started again as an orchestrator would. */
  readonly ended: number;
  readonly seconds: number;
}

const backlogSchema = z.object({
  waiting: z.int(),
  active: z.int(),
  done: z.int(),
  flagged: z.int(),
  retried: z.int(),
  performed: z.int(),
});

/** Life of a worker that is at work before it is killed, at most. */
const LIFE_MS = 900;
/** One kill in so many comes while the worker is still starting. */
const EARLY_KILLS = 6;
const STARTING_MS = 1_500;

/**
 * Lets ECGs arrive at a FHIR server while everything around is killed, restarted or failing, and counts the reports once
 * all work is done.
 */
export async function runScenario(scenario: Scenario): Promise<ScenarioResult> {
  const started = performance.now();
  const directory = await mkdtemp(join(tmpdir(), 'cardhook-faults-'));
  const postgres = scenario.database === 'postgresql' ? await startPostgres() : undefined;
  const fhir = startChild('fhir-process.ts', { seed: scenario.seed, faultShare: scenario.faultShare });
  try {
    const { port } = z.object({ port: z.int() }).parse(await fhir.ready);
    const place = postgres ? { url: postgres.url } : { directory };
    // On a busy machine a sound server may be slow; one that hangs is to be given up soon.
    const fhirTimeoutMs = scenario.faultShare > 0 ? 2_000 : 10_000;
    const parameters = { fhirServer: `http://127.0.0.1:${port}/fhir`, fhirTimeoutMs, ...place };
    const workers = new Workers(scenario.replicas, () => startChild('worker-process.ts', parameters));
    await disturb(scenario, { workers, postgres, fhir });
    const outcome = await workers.drained(scenario);
    const counts = await fhir.ask({ count: true }, countSchema);
    await workers.killAll();
    if (counts === undefined) throw new Error('the FHIR server ended');
    return { ...counts, ...outcome, seconds: (performance.now() - started) / 1_000 };
  } finally {
    await fhir.kill();
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Workers, each of which is replaced when it is gone. */
class Workers {
  readonly #children: Child[];
  readonly #start: () => Child;
  #ended = 0;

  constructor(count: number, start: () => Child) {
    this.#start = start;
    this.#children = Array.from({ length: count }, start);
  }

  async killOne(random: () => number): Promise<void> {
    const index = Math.floor(random() * this.#children.length);
    const worker = this.#children[index];
    const isEarly = random() < 1 / EARLY_KILLS;
    if (!isEarly) await worker?.ready.catch(() => undefined);
    await wait(random() * (isEarly ? STARTING_MS : LIFE_MS));
    await worker?.kill();
    this.#children[index] = this.#start();
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#children.map((worker) => worker.kill()));
  }

  /** Waits until every ECG has been noticed and nothing is left to do. */
  async drained({ ecgs, onProgress }: Scenario) {
    for (;;) {
      await wait(1_000);
      const backlogs = [];
      for (const [index, worker] of this.#children.entries()) {
        await worker.ready.catch(() => undefined);
        if (worker.hasEnded()) {
          this.#ended += 1;
          this.#children[index] = this.#start();
        } else backlogs.push(await worker.ask({}, backlogSchema));
      }
      const [first] = backlogs;
      if (first === undefined || backlogs.length < this.#children.length) continue;
      onProgress?.(`${first.waiting} waiting, ${first.active} under way, ${first.done} done`);
      const isIdle = first.waiting === 0 && first.active === 0 && first.done + first.flagged >= ecgs;
      if (!isIdle) continue;
      const { flagged, retried } = first;
      return { flagged, retried, ended: this.#ended, performed: backlogs.map((each) => each?.performed ?? 0) };
    }
  }
}

interface Stage {
  readonly workers: Workers;
  readonly postgres: PostgresCluster | undefined;
  readonly fhir: Child;
}

/** ECGs arrive in as many portions as there are disturbances, each while the one before may still be worked on. */
async function disturb(scenario: Scenario, { workers, postgres, fhir }: Stage): Promise<void> {
  const { ecgs, kills, databaseRestarts, onProgress } = scenario;
  const random = seededRandom(scenario.seed);
  const steps = Math.max(kills + databaseRestarts, 1);
  const sharesTo = (step: number, whole: number) => Math.round((whole * step) / steps);
  for (let step = 0; step < steps; step += 1) {
    await fhir.ask({ store: sharesTo(step + 1, ecgs) - sharesTo(step, ecgs) }, z.unknown());
    if (sharesTo(step + 1, databaseRestarts) > sharesTo(step, databaseRestarts)) {
      await wait(random() * LIFE_MS);
      await postgres?.restart();
    } else if (kills > 0) await workers.killOne(random);
    if ((step + 1) % 20 === 0) onProgress?.(`${step + 1} of ${steps} disturbances`);
  }
}
