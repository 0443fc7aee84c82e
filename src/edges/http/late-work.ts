/** Work whose hook has been answered without it. */
export interface LateWork {
  /** Lets it go on in the background, or ends it where too much goes on already. */
  adopt(work: Promise<unknown>, end: AbortController): void;
}

export interface LateWorkOptions {
  readonly maxRunning: number;
  /** How long one may go on. */
  readonly timeoutMs: number;
  /** Called for each that fails, also when ended. */
  readonly onFailure: (error: unknown) => void;
}

/** Bounds what goes on in the background in number and time, whatever FHIR servers and models do. */
export function createLateWork({ maxRunning, timeoutMs, onFailure }: LateWorkOptions): LateWork {
  let running = 0;
  return {
    adopt(work, end) {
      running += 1;
      if (running > maxRunning) end.abort();
      const timer = setTimeout(() => end.abort(), timeoutMs);
      timer.unref();
      work.catch(onFailure).finally(() => {
        clearTimeout(timer);
        running -= 1;
      });
    },
  };
}
