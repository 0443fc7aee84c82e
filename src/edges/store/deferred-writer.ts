/** Takes items at once and writes them later, in order and in batches. */
export interface DeferredWriter<T> {
  /** Never waits and never fails. */
  add(item: T): void;
  /** Once what was added so far is written or was given up. */
  close(): Promise<void>;
}

export interface DeferredWriterOptions<T> {
  readonly write: (batch: readonly T[]) => Promise<void>;
  /** How many items may wait while the database is away; beyond, the newest are lost and counted. */
  readonly capacity: number;
  /** Told of every failed attempt; the batch stays. */
  readonly onFailure: (error: unknown) => void;
  /** Told how many items were lost since the last successful write; may return one to be written in their place. */
  readonly onLost: (count: number) => T | undefined;
}

const BATCH = 200;
const RETRY_MS = 1_000;
/** What comes meanwhile shares a transaction: one for each hook would take as long as the hook. */
const GATHER_MS = 100;
/** A process that stops does not wait for a database that is away. */
const CLOSE_ATTEMPTS = 2;

/** For what must not hold up or fail an answer: it is written after it, once, and again where that failed. */
export function createDeferredWriter<T>({
  write,
  capacity,
  onFailure,
  onLost,
}: DeferredWriterOptions<T>): DeferredWriter<T> {
  const waiting: T[] = [];
  let lost = 0;
  let running: Promise<void> | undefined;
  let attemptsLeft = Number.POSITIVE_INFINITY;
  let wake: () => void = () => undefined;

  const drain = async () => {
    if (attemptsLeft === Number.POSITIVE_INFINITY) await pause(GATHER_MS);
    while ((waiting.length > 0 || lost > 0) && attemptsLeft > 0) {
      const stand = lost;
      const marker = stand > 0 ? onLost(stand) : undefined;
      const batch = waiting.slice(0, BATCH);
      try {
        await write(marker === undefined ? batch : [...batch, marker]);
        waiting.splice(0, batch.length);
        lost -= stand;
      } catch (error) {
        onFailure(error);
        attemptsLeft -= 1;
        if (attemptsLeft > 0) await pause(RETRY_MS);
      }
    }
  };
  const pause = async (ms: number) => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const run = () => {
    running ??= drain().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    add(item) {
      if (waiting.length < capacity) waiting.push(item);
      else lost += 1;
      void run();
    },
    async close() {
      attemptsLeft = CLOSE_ATTEMPTS;
      wake();
      await run();
    },
  };
}
