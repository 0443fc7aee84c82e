import type { Pace } from '../../cds/pace.ts';
import { EcgError } from '../../errors.ts';

/** Whose work it is. */
export interface Place {
  /** By `performance.now()`: until then somebody waits for it. */
  readonly deadlineMs: number;
  /** Gives the work up. */
  readonly signal: AbortSignal;
}

export interface Turns {
  /** A turn before all work that has a {@link Place}: for what every request needs before it can be placed. */
  first(): Promise<void>;
  /** The turns of one hook. */
  at(place: Place): Pace;
}

interface Waiting {
  readonly place: Place | undefined;
  /** Lasts beyond its turn, so that it starts only while few of its kind go on. */
  readonly isLong: boolean;
  readonly resolve: () => void;
  readonly reject: (error: EcgError) => void;
}

/**
 * One piece of work per turn of the event loop, that with the nearest deadline first. Work whose deadline is over, as its
 * hook was answered without it, has its turn when nobody waits for any other. Between two pieces the loop sees to timers
 * and sockets: however much there is to do, each hook is answered in time, and as many as can be with their reading.
 * @param maxLong how many of {@link Pace.few} go on at once.
 */
export function createTurns(maxLong: number): Turns {
  let waiting: readonly Waiting[] = [];
  let running = 0;
  let isScheduled = false;
  const mayStart = ({ isLong }: Waiting) => !isLong || running < maxLong;
  const schedule = () => {
    if (isScheduled || !waiting.some((each) => mayStart(each) || isGivenUp(each))) return;
    isScheduled = true;
    setImmediate(next);
  };
  const next = () => {
    for (const { reject } of waiting.filter(isGivenUp)) reject(new EcgError('OVERLOADED', GIVEN_UP));
    waiting = waiting.filter((each) => !isGivenUp(each));
    const startable = waiting.filter(mayStart);
    const nowMs = performance.now();
    const first = startable.find((each) => deadlineOf(each) === SOONEST || deadlineOf(each) > nowMs) ?? startable[0];
    waiting = waiting.filter((each) => each !== first);
    if (first?.isLong) running += 1;
    first?.resolve();
    isScheduled = false;
    schedule();
  };
  const take = (place?: Place, isLong = false) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Sorting keeps the order of those that are equal.
    waiting = [...waiting, { place, isLong, resolve, reject }].sort((a, b) => compare(deadlineOf(a), deadlineOf(b)));
    schedule();
    return promise;
  };
  return {
    first: () => take(),
    at: (place) => ({
      turn: () => take(place),
      few: async (work) => {
        await take(place, true);
        try {
          return await work();
        } finally {
          running -= 1;
          schedule();
        }
      },
    }),
  };
}

const SOONEST = Number.NEGATIVE_INFINITY;
const GIVEN_UP = 'more is asked for than can be done; this was given up, to be asked for again later';

function deadlineOf({ place }: Waiting): number {
  return place?.deadlineMs ?? SOONEST;
}

function isGivenUp({ place }: Waiting): boolean {
  return place?.signal.aborted === true;
}

/** Infinities have no difference. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
