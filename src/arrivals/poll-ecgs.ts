import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { ECG_SEARCHES } from '../fhir/patient-ecgs.ts';
import type { EcgQueue } from './ecg-job.ts';
import { type StoredVersion, storedVersion } from './stored-version.ts';

/** How far a tenant's server was searched, by resource type. Adapter: `edges/store`. */
export interface ArrivalCursors {
  /** @throws EcgError STORE_UNAVAILABLE. */
  read(tenant: string, type: string): Promise<Date | undefined>;
  /** Moves forward only: a replica that is behind does not take another back. @throws EcgError STORE_UNAVAILABLE. */
  advance(tenant: string, type: string, to: Date): Promise<void>;
}

export interface PollDeps {
  readonly server: Pick<FhirServer, 'query'>;
  readonly cursors: ArrivalCursors;
  readonly queue: EcgQueue;
  readonly now: Date;
}

export interface PolledTenant {
  readonly name: string;
  readonly writeBack: { readonly overlapSeconds: number; readonly lookbackHours: number };
}

const PAGE = 100;
const MAX_PAGE = 12_800;

/**
 * Searches a tenant's FHIR server for ECGs stored since the last search, and some time before it. The cursor follows
 * the server's own `meta.lastUpdated` and advances only once the jobs are on record, so that nothing is lost wherever
 * this ends; what is found again makes no second job.
 * @returns how many ECGs are new.
 * @throws EcgError FHIR_UNAVAILABLE also for a server that does not sort by `_lastUpdated`; STORE_UNAVAILABLE.
 */
export async function pollEcgs(tenant: PolledTenant, deps: PollDeps): Promise<number> {
  let found = 0;
  for (const [type, search] of Object.entries(ECG_SEARCHES)) found += await pollType(tenant, { type, search }, deps);
  return found;
}

async function pollType(
  { name, writeBack }: PolledTenant,
  { type, search }: { readonly type: string; readonly search: string },
  { server, cursors, queue, now }: PollDeps,
): Promise<number> {
  const known = await cursors.read(name, type);
  let from = known
    ? known.getTime() - writeBack.overlapSeconds * 1_000
    : now.getTime() - writeBack.lookbackHours * 3_600_000;
  if (known === undefined) await cursors.advance(name, type, new Date(from));
  let found = 0;
  for (let count = PAGE; ; ) {
    const since = `_lastUpdated=ge${new Date(from).toISOString()}`;
    // The tracing itself stays on the server.
    const query = `${type}?${search}&${since}&_sort=_lastUpdated&_count=${count}&_elements=id,meta`;
    const page = (await server.query(query, { maxResources: count })).map(storedVersion);
    if (page.length === 0) return found;
    found += await queue.enqueue(page.map(({ reference, versionId }) => ({ tenant: name, reference, versionId })));
    const last = Math.max(...page.map(({ lastUpdated }) => lastUpdated.getTime()));
    if (page.length === count && !isAscending(page)) throw unsearchable('does not sort by _lastUpdated');
    await cursors.advance(name, type, new Date(last));
    if (page.length < count) return found;
    // More of one instant than a page holds: a larger page, or the search would stand still.
    if (last > from) from = last;
    else if (count < MAX_PAGE) count *= 2;
    else throw unsearchable(`has more than ${MAX_PAGE} ECGs of one instant; use cardhook backfill for these`);
  }
}

function isAscending(page: readonly StoredVersion[]): boolean {
  return page.every(({ lastUpdated }, index) => lastUpdated >= (page[index - 1]?.lastUpdated ?? lastUpdated));
}

function unsearchable(what: string): EcgError {
  return new EcgError('FHIR_UNAVAILABLE', `new ECGs cannot be searched for: the FHIR server ${what}`);
}
