/** How work that keeps the processor busy waits for its turn. Adapter: `edges/http/turns.ts`. */
export interface Pace {
  /** Waits for a turn at milliseconds of work. @throws EcgError OVERLOADED when the work was given up before. */
  readonly turn: () => Promise<void>;
  /** Does work in its turn, of which only a few go on at once. @throws EcgError OVERLOADED, as `turn`, and what `work` throws. */
  readonly few: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Where nothing else has to be done. */
export const AT_ONCE: Pace = { turn: async () => undefined, few: (work) => work() };
