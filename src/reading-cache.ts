import type { ScoredReading } from './interpret-ecg.ts';

/** A reading without the tracing, which may have hundreds of megabytes. */
export type RememberedReading = Omit<ScoredReading, 'ecg'>;

/** Remembers readings by key, running and done; failed ones are forgotten so that the next caller tries again. */
export interface ReadingCache {
  get(key: string, make: () => Promise<RememberedReading>): Promise<RememberedReading>;
}

/**
 * Keeps the `capacity` most recently used readings. Two hooks that ask for the same ECG at once share one run.
 */
export function createReadingCache(capacity: number): ReadingCache {
  const readings = new Map<string, Promise<RememberedReading>>();
  return {
    get(key, make) {
      const known = readings.get(key);
      const reading = known ?? make();
      readings.delete(key);
      readings.set(key, reading);
      if (known === undefined) {
        reading.catch(() => {
          if (readings.get(key) === reading) readings.delete(key);
        });
      }
      for (const oldest of readings.keys()) {
        if (readings.size <= capacity) break;
        readings.delete(oldest);
      }
      return reading;
    },
  };
}
