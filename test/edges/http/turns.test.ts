import { createTurns } from '../../../src/edges/http/turns.ts';

const { signal } = new AbortController();
/** A hook that is waited for until so many minutes from now. */
const inMinutes = (minutes: number) => ({ deadlineMs: performance.now() + minutes * 60_000, signal });

describe('turns at heavy work', () => {
  it('come one per turn of the event loop, and let timers in between', async () => {
    const turns = createTurns(1);
    const order: string[] = [];
    const pieces = ['a', 'b', 'c', 'd'].map(async (name) => {
      await turns.at(inMinutes(1)).turn();
      order.push(name);
      // As long as a timer needs to become due.
      const until = performance.now() + 3;
      while (performance.now() < until);
    });
    setTimeout(() => order.push('timer'), 1);
    await Promise.all(pieces);
    expect(order.filter((name) => name !== 'timer')).toEqual(['a', 'b', 'c', 'd']);
    expect(order.indexOf('timer')).toBeLessThan(order.indexOf('d'));
  });

  it('go to what is needed of every request, then to the nearest deadline, and last to what nobody waits for', async () => {
    const turns = createTurns(1);
    const order: string[] = [];
    const done = (name: string) => () => void order.push(name);
    await Promise.all([
      turns.at(inMinutes(-1)).turn().then(done('late')),
      turns.at(inMinutes(2)).turn().then(done('later')),
      turns.at(inMinutes(1)).turn().then(done('soon')),
      turns.first().then(done('request')),
    ]);
    expect(order).toEqual(['request', 'soon', 'later', 'late']);
  });

  it('let only a few long works go on at once, and others past those that wait', async () => {
    const turns = createTurns(2);
    const running: string[] = [];
    const ends = new Map<string, () => void>();
    const long = (name: string) =>
      turns.at(inMinutes(1)).few(async () => {
        running.push(name);
        await new Promise<void>((resolve) => ends.set(name, resolve));
      });
    const works = ['a', 'b', 'c'].map(long);
    await turns.at(inMinutes(2)).turn();
    await turns.at(inMinutes(2)).turn();
    expect(running).toEqual(['a', 'b']);
    ends.get('a')?.();
    await works[0];
    await turns.at(inMinutes(2)).turn();
    expect(running).toEqual(['a', 'b', 'c']);
    for (const end of ends.values()) end();
    await Promise.all(works);
  });

  it('make room when long work fails', async () => {
    const pace = createTurns(1).at(inMinutes(1));
    await expect(pace.few(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await pace.few(async () => 'next')).toBe('next');
  });

  it('are refused to work that was given up while it waited', async () => {
    const turns = createTurns(1);
    const end = new AbortController();
    const waiting = turns.at({ ...inMinutes(1), signal: end.signal }).turn();
    end.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' });
    await turns.first();
  });
});
