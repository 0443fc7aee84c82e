import fc from 'fast-check';
import type { EcgJob } from '../../src/arrivals/ecg-job.ts';
import { type PollDeps, pollEcgs } from '../../src/arrivals/poll-ecgs.ts';
import type { FhirJson } from '../../src/fhir/fhir-server.ts';

const TENANT = { name: 'clinic', writeBack: { overlapSeconds: 60, lookbackHours: 24 } };
const NOON = Date.UTC(2026, 2, 10, 12);
const second = (n: number) => new Date(NOON + n * 1_000).toISOString();

/** A server that holds Observations, and what a search has left: jobs and cursors. */
function poller(sorts = true) {
  const stored: { readonly id: string; readonly at: string }[] = [];
  const cursors = new Map<string, Date>();
  const jobs: EcgJob[] = [];
  const queries: string[] = [];
  let isQueueDown = false;
  const deps: PollDeps = {
    now: new Date(NOON),
    server: {
      query: async (query, { maxResources } = { maxResources: 1 }) => {
        queries.push(query);
        const since = /_lastUpdated=ge([^&]+)/.exec(query)?.[1] ?? '';
        const found = query.startsWith('Observation?') ? stored.filter(({ at }) => at >= since) : [];
        const sorted = sorts ? found.toSorted((a, b) => a.at.localeCompare(b.at)) : found;
        return sorted
          .slice(0, maxResources)
          .map(
            ({ id, at }): FhirJson => ({ resourceType: 'Observation', id, meta: { lastUpdated: at, versionId: '1' } }),
          );
      },
    },
    cursors: {
      read: async (tenant, type) => cursors.get(`${tenant} ${type}`),
      advance: async (tenant, type, to) => void cursors.set(`${tenant} ${type}`, to),
    },
    queue: {
      enqueue: async (noticed) => {
        if (isQueueDown) throw new Error('down');
        const fresh = noticed.filter(({ reference }) => !jobs.some((job) => job.reference === reference));
        jobs.push(...fresh);
        return fresh.length;
      },
    },
  };
  return {
    stored,
    jobs,
    queries,
    cursor: () => cursors.get('clinic Observation')?.toISOString(),
    setQueueDown: (down: boolean) => {
      isQueueDown = down;
    },
    poll: () => pollEcgs(TENANT, deps),
  };
}

describe('searching for new ECGs', () => {
  it('goes back the configured time at first, and does not fetch the tracings', async () => {
    const { poll, queries } = poller();
    await poll();
    expect(queries[0]).toContain(`_lastUpdated=ge${second(-24 * 3_600)}`);
    expect(queries[0]).toContain('_elements=id,meta');
    expect(queries.map((query) => query.split('?')[0])).toEqual(['Observation', 'DocumentReference']);
  });

  it('finds what shows late, within the overlap', async () => {
    const { poll, stored, jobs } = poller();
    stored.push({ id: 'a', at: second(0) });
    expect(await poll()).toBe(1);
    // Committed only now, though stamped before.
    stored.push({ id: 'late', at: second(-50) });
    expect(await poll()).toBe(1);
    expect(jobs.map(({ reference }) => reference)).toEqual(['Observation/a', 'Observation/late']);
  });

  it('leaves the cursor where it is when jobs cannot be kept, and so misses nothing', async () => {
    const { poll, stored, jobs, cursor, setQueueDown } = poller();
    await poll();
    const before = cursor();
    stored.push({ id: 'a', at: second(-7_200) });
    setQueueDown(true);
    await expect(poll()).rejects.toThrow('down');
    expect(cursor()).toBe(before);
    setQueueDown(false);
    await poll();
    expect(jobs).toEqual([{ tenant: 'clinic', reference: 'Observation/a', versionId: '1' }]);
  });

  it('finds every ECG whatever their number and however many share an instant', async () => {
    const instants = fc.array(fc.integer({ min: -3_000, max: 3_000 }), { maxLength: 500 });
    const crowd = fc.record({ at: fc.integer({ min: 0, max: 9 }), size: fc.integer({ min: 0, max: 450 }) });
    await fc.assert(
      fc.asyncProperty(instants, crowd, async (times, { at, size }) => {
        const { poll, stored, jobs } = poller();
        for (const time of [...times, ...Array(size).fill(at)]) {
          stored.push({ id: String(stored.length), at: second(time) });
        }
        expect(await poll()).toBe(stored.length);
        expect(new Set(jobs.map(({ reference }) => reference)).size).toBe(stored.length);
        expect(await poll()).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a server that does not sort, since pages would skip ECGs', async () => {
    const { poll, stored } = poller(false);
    for (let n = 0; n < 120; n += 1) stored.push({ id: String(n), at: second(-n) });
    await expect(poll()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE', message: expect.stringContaining('sort') });
  });
});
