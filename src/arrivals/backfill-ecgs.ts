import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { ECG_SEARCHES } from '../fhir/patient-ecgs.ts';
import type { EcgJob, EcgQueue } from './ecg-job.ts';
import type { ArrivalCursors } from './poll-ecgs.ts';
import { storedVersion } from './stored-version.ts';

export interface Backfill {
  readonly tenant: string;
  /** Days by the date of the ECG: from the first until before the last. */
  readonly since: Date;
  readonly until: Date;
  /** Only counts. */
  readonly dryRun: boolean;
  /** Also what is done already: after a change of model or pipeline, or for ECGs that older ones have joined since. */
  readonly again: boolean;
}

export interface BackfillDeps {
  readonly server: Pick<FhirServer, 'query'>;
  readonly cursors: ArrivalCursors;
  readonly queue: EcgQueue;
  /** Takes jobs that are done off the record, so that they can be put there again. @throws EcgError STORE_UNAVAILABLE. */
  readonly forgetDone: (jobs: readonly EcgJob[]) => Promise<void>;
  /** Waits until there is room for more jobs of history. */
  readonly room: () => Promise<void>;
  readonly onDay: (progress: BackfillProgress) => void;
}

/** After each day. */
export interface BackfillProgress {
  readonly day: Date;
  readonly found: number;
  readonly enqueued: number;
}

const DAY_MS = 86_400_000;
/** ECGs of one type on one day. */
const MAX_PER_DAY = 5_000;

/**
 * Enqueues the ECGs of a period, day by day, behind those that are new. Each day is kept once its jobs are on record: run again
 * with the same period, it goes on where it ended; what is to be done again begins anew.
 * @returns the sum over the days that were left to do.
 * @throws EcgError FHIR_UNAVAILABLE, STORE_UNAVAILABLE; run it again then. SOURCE_TOO_LARGE for a day of more than 5,000 ECGs.
 */
export async function backfillEcgs(backfill: Backfill, deps: BackfillDeps): Promise<Omit<BackfillProgress, 'day'>> {
  const { tenant, since, until, dryRun, again } = backfill;
  const cursor = `backfill ${since.toISOString()} ${until.toISOString()}`;
  const reached = dryRun || again ? undefined : await deps.cursors.read(tenant, cursor);
  let found = 0;
  let enqueued = 0;
  for (let at = reached ?? since; at < until; at = new Date(Math.min(at.getTime() + DAY_MS, until.getTime()))) {
    await deps.room();
    const end = new Date(Math.min(at.getTime() + DAY_MS, until.getTime()));
    const jobs = await jobsBetween(tenant, { since: at, until: end }, deps.server);
    if (!dryRun) {
      if (again) await deps.forgetDone(jobs);
      enqueued += await deps.queue.enqueue(jobs, 'history');
      await deps.cursors.advance(tenant, cursor, end);
    }
    found += jobs.length;
    deps.onDay({ day: at, found, enqueued });
  }
  return { found, enqueued };
}

async function jobsBetween(
  tenant: string,
  { since, until }: { readonly since: Date; readonly until: Date },
  server: Pick<FhirServer, 'query'>,
) {
  const period = `date=ge${since.toISOString()}&date=lt${until.toISOString()}`;
  const jobs = [];
  for (const [type, search] of Object.entries(ECG_SEARCHES)) {
    const query = `${type}?${search}&${period}&_count=${MAX_PER_DAY}&_elements=id,meta`;
    const resources = await server.query(query, { maxResources: MAX_PER_DAY });
    if (resources.length === MAX_PER_DAY) {
      throw new EcgError('SOURCE_TOO_LARGE', `more than ${MAX_PER_DAY} ECGs on ${since.toISOString().slice(0, 10)}`);
    }
    for (const { reference, versionId } of resources.map(storedVersion)) jobs.push({ tenant, reference, versionId });
  }
  return jobs;
}
