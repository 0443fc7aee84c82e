import { createExpiringStore } from '../../../src/edges/smart-app/expiring-store.ts';

describe('a store that forgets', () => {
  let nowMs = 0;
  const create = (bounds: Partial<Parameters<typeof createExpiringStore<string>>[0]> = {}) =>
    createExpiringStore<string>({ capacity: 2, idleMs: 100, ...bounds }, () => nowMs);
  beforeEach(() => {
    nowMs = 0;
  });

  it('keeps what is asked for, and forgets what is not', () => {
    const store = create();
    store.set('a', 'A');
    nowMs = 60;
    expect(store.get('a')).toBe('A');
    nowMs = 150;
    expect(store.get('a')).toBe('A');
    nowMs = 250;
    expect(store.get('a')).toBeUndefined();
  });

  it('ends the longest life, however often it is asked for', () => {
    const store = create({ longestMs: 250 });
    store.set('a', 'A');
    for (nowMs = 0; nowMs < 250; nowMs += 50) expect(store.get('a')).toBe('A');
    expect(store.get('a')).toBeUndefined();
  });

  it('gives a value once', () => {
    const store = create();
    store.set('a', 'A');
    expect([store.take('a'), store.take('a')]).toEqual(['A', undefined]);
  });

  it('forgets of too many the one that was idle longest, and tells', () => {
    const gone: string[] = [];
    const store = create({ onExpiry: (value) => void gone.push(value) });
    store.set('a', 'A');
    store.set('b', 'B');
    store.get('a');
    store.set('c', 'C');
    expect([store.get('a'), store.get('b'), store.get('c')]).toEqual(['A', undefined, 'C']);
    expect(gone).toEqual(['B']);
  });
});
