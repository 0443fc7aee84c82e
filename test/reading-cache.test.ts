import { createReadingCache, type RememberedReading } from '../src/reading-cache.ts';

const reading = {} as RememberedReading;

describe('the reading cache', () => {
  it('runs once for two callers at the same time', async () => {
    const cache = createReadingCache(10);
    let runs = 0;
    const make = async () => {
      runs += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return reading;
    };
    await Promise.all([cache.get('a', make), cache.get('a', make)]);
    await cache.get('a', make);
    expect(runs).toBe(1);
  });

  it('forgets a failure, so that the next caller tries again', async () => {
    const cache = createReadingCache(10);
    await expect(cache.get('a', () => Promise.reject(new Error('once')))).rejects.toThrow('once');
    await expect(cache.get('a', async () => reading)).resolves.toBe(reading);
  });

  it('keeps the most recently used and drops the rest', async () => {
    const cache = createReadingCache(2);
    const made: string[] = [];
    const get = (key: string) =>
      cache.get(key, async () => {
        made.push(key);
        return reading;
      });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });
});
