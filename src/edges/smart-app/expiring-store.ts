/** Values that are forgotten: some time after they were last asked for, or when there are too many. */
export interface ExpiringStore<T> {
  set(key: string, value: T): void;
  /** Also keeps it alive, within its longest life. */
  get(key: string): T | undefined;
  /** Without keeping it alive. */
  peek(key: string): T | undefined;
  /** A value can be taken once. */
  take(key: string): T | undefined;
}

export interface ExpiryBounds<T> {
  readonly capacity: number;
  /** Without being asked for. */
  readonly idleMs: number;
  /** At most, however often asked for; as long as it is not idle unless given. */
  readonly longestMs?: number;
  /** Told of what is forgotten without being taken. */
  readonly onExpiry?: (value: T) => void;
}

interface Kept<T> {
  readonly value: T;
  readonly bornMs: number;
  readonly usedMs: number;
}

/** In memory; of too many values the one that nobody asked for longest goes. */
export function createExpiringStore<T>(bounds: ExpiryBounds<T>, nowMs: () => number): ExpiringStore<T> {
  const { capacity, idleMs, longestMs = Number.POSITIVE_INFINITY, onExpiry } = bounds;
  const kept = new Map<string, Kept<T>>();
  const forget = (key: string, value: T) => {
    kept.delete(key);
    onExpiry?.(value);
  };
  const sweep = () => {
    for (const [key, { value, bornMs, usedMs }] of kept) {
      const isOver = nowMs() - usedMs >= idleMs || nowMs() - bornMs >= longestMs;
      if (isOver || kept.size > capacity) forget(key, value);
    }
  };
  return {
    set(key, value) {
      kept.set(key, { value, bornMs: nowMs(), usedMs: nowMs() });
      sweep();
    },
    get(key) {
      sweep();
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, { ...found, usedMs: nowMs() });
      return found.value;
    },
    peek(key) {
      sweep();
      return kept.get(key)?.value;
    },
    take(key) {
      sweep();
      const found = kept.get(key);
      kept.delete(key);
      return found?.value;
    },
  };
}
