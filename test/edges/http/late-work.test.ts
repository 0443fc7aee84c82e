import { createLateWork } from '../../../src/edges/http/late-work.ts';

/** Work that goes on until it is ended, as a request to a FHIR server that hangs. */
function hanging() {
  const end = new AbortController();
  const work = new Promise((_resolve, reject) => {
    end.signal.addEventListener('abort', () => reject(new Error('ended')));
  });
  return { end, work };
}

function lateWork(options: { readonly maxRunning?: number; readonly timeoutMs?: number } = {}) {
  const failures: unknown[] = [];
  const late = createLateWork({
    maxRunning: 2,
    timeoutMs: 60_000,
    ...options,
    onFailure: (error) => void failures.push(error),
  });
  return { late, failures };
}

describe('work that its hook did not wait for', () => {
  it('goes on in a bounded number; what is too much is ended', async () => {
    const { late, failures } = lateWork();
    const all = [hanging(), hanging(), hanging()];
    for (const { work, end } of all) late.adopt(work, end);
    expect(all.map(({ end }) => end.signal.aborted)).toEqual([false, false, true]);
    await expect(all[2]?.work).rejects.toThrow('ended');
    expect(failures).toHaveLength(1);
    for (const { end } of all) end.abort();
  });

  it('makes room when it is done', async () => {
    const { late } = lateWork({ maxRunning: 1 });
    const done = Promise.resolve();
    late.adopt(done, new AbortController());
    await done;
    await new Promise((resolve) => setImmediate(resolve));
    const next = hanging();
    late.adopt(next.work, next.end);
    expect(next.end.signal.aborted).toBe(false);
    next.end.abort();
  });

  it('is ended after its time', async () => {
    const { late, failures } = lateWork({ timeoutMs: 1 });
    const { work, end } = hanging();
    late.adopt(work, end);
    await expect(work).rejects.toThrow('ended');
    expect(failures).toHaveLength(1);
  });
});
