import { setTimeout as wait } from 'node:timers/promises';
import { EcgError } from '../../errors.ts';
import { type EcgReading, type InterpretationContext, interpretEcg, type Models } from '../../interpret-ecg.ts';
import { type Agreement, compareReadings, versionedName } from '../../shadow/compare-readings.ts';
import type { ShadowCount, ShadowCounts } from '../../shadow/shadow-counts.ts';

/** What becomes of a reading that is offered for comparison. */
export type ShadowOutcome = 'compared' | 'dropped' | 'failed';

/** Reads in the shadow of the models that are shown. */
export interface ShadowReader {
  /** For a tenant: never waits, never fails, and writes nothing but counts. */
  readonly offer: (tenant: string, models: Models, read: EcgReading, context: InterpretationContext) => void;
  /** By model in the shadow and outcome, since the start. */
  readonly outcomes: () => ReadonlyMap<string, Readonly<Record<ShadowOutcome, number>>>;
  /** Since the start. */
  readonly counted: () => readonly ShadowCount[];
  /** Once what is under way is done and the counts are stored. */
  readonly close: () => Promise<void>;
}

export interface ShadowReaderOptions {
  readonly counts: ShadowCounts;
  /** Whether anything that somebody may be waiting for goes on. */
  readonly isBusy: () => boolean;
  readonly onFailure: (error: unknown) => void;
  /** How long one waits for a quiet moment before it is dropped. */
  readonly patienceMs?: number;
}

interface Offered {
  readonly tenant: string;
  readonly models: Models;
  readonly read: EcgReading;
  readonly context: InterpretationContext;
}

/** Tracings that wait; each may hold minutes of signal. */
const MAX_WAITING = 4;
const PATIENCE_MS = 2_000;
const LOOK_MS = 20;
const STORE_MS = 10_000;

/**
 * One at a time, and only in quiet moments: what comes while others wait too long is dropped and counted, so that the
 * models that are shown never wait for one that is not. Counts are stored every ten seconds.
 */
export function createShadowReader(options: ShadowReaderOptions): ShadowReader {
  const waiting: Offered[] = [];
  const outcomes = new Map<string, Record<ShadowOutcome, number>>();
  const total = new Map<string, ShadowCount>();
  let unstored = new Map<string, ShadowCount>();
  let running: Promise<void> | undefined;
  let isClosing = false;

  const count = ({ models }: Offered, outcome: ShadowOutcome) => {
    const name = nameOf(models);
    const sums = outcomes.get(name) ?? { compared: 0, dropped: 0, failed: 0 };
    outcomes.set(name, { ...sums, [outcome]: sums[outcome] + 1 });
  };
  const drain = async () => {
    for (let offered = waiting.shift(); offered !== undefined; offered = waiting.shift()) {
      if (isClosing || !(await isQuiet(options))) count(offered, 'dropped');
      else
        count(
          offered,
          await compare(offered, options, (added) => {
            addTo(total, added);
            addTo(unstored, added);
          }),
        );
    }
  };
  const store = async () => {
    const batch = unstored;
    unstored = new Map();
    try {
      await options.counts.add([...batch.values()]);
    } catch (error) {
      for (const each of batch.values()) addTo(unstored, each);
      options.onFailure(error);
    }
  };
  const timer = setInterval(() => void store(), STORE_MS).unref();
  return {
    offer: (tenant, models, read, context) => {
      const offered = { tenant, models, read, context };
      if (waiting.length >= MAX_WAITING) return count(offered, 'dropped');
      waiting.push(offered);
      running ??= drain().finally(() => {
        running = undefined;
      });
    },
    outcomes: () => outcomes,
    counted: () => [...total.values()],
    close: async () => {
      isClosing = true;
      clearInterval(timer);
      await running;
      await store();
    },
  };
}

async function isQuiet({ isBusy, patienceMs = PATIENCE_MS }: ShadowReaderOptions): Promise<boolean> {
  const lookUntilMs = performance.now() + patienceMs;
  // At least one turn of the event loop after what was shown went out.
  do {
    await wait(LOOK_MS);
    if (!isBusy()) return true;
  } while (performance.now() < lookUntilMs);
  return false;
}

async function compare(
  { tenant, models, read, context }: Offered,
  { onFailure }: ShadowReaderOptions,
  add: (count: ShadowCount) => void,
): Promise<ShadowOutcome> {
  try {
    const reading = await interpretEcg(read.ecg, models, context);
    const agreement = compareReadings(read, reading);
    if (agreement === undefined) return 'failed';
    const key = { tenant, shown: versionedName(read.manifest), shadow: versionedName(reading.manifest) };
    for (const [output, cell] of agreement) add({ ...key, output, ...inCell(cell) });
    return 'compared';
  } catch (error) {
    // An ECG that the model in the shadow cannot read is no fault of anything.
    if (!(error instanceof EcgError)) onFailure(error);
    return 'failed';
  }
}

function inCell(cell: Agreement) {
  return { both: 0, shownOnly: 0, shadowOnly: 0, neither: 0, [cell]: 1 };
}

function addTo(counts: Map<string, ShadowCount>, added: ShadowCount): void {
  const key = [added.tenant, added.shown, added.shadow, added.output].join(' ');
  const known = counts.get(key);
  counts.set(
    key,
    known === undefined
      ? added
      : {
          ...added,
          both: known.both + added.both,
          shownOnly: known.shownOnly + added.shownOnly,
          shadowOnly: known.shadowOnly + added.shadowOnly,
          neither: known.neither + added.neither,
        },
  );
}

function nameOf({ twelveLead, singleLead }: Models): string {
  const model = twelveLead ?? singleLead;
  return model === undefined ? 'none' : versionedName(model.manifest);
}
