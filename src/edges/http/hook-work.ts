import type { Logger } from 'pino';
import { createEcgDecoder, type EcgDecoder } from '../../cds/ecg-decoder.ts';
import { EcgError } from '../../errors.ts';
import { createLateWork, type LateWork } from './late-work.ts';
import { createTurns } from './turns.ts';

/** What keeps the work of all hooks within bounds. */
export interface HookWork {
  /** Waits for a turn at work that keeps the event loop busy. */
  readonly turn: () => Promise<void>;
  readonly decode: EcgDecoder;
  /** Takes over readings that come too late for their hook. */
  readonly late: LateWork;
}

/** 32 MB: some 70 twelve-lead ECGs of 10 s. */
const REMEMBERED_SAMPLES = 4_000_000;
const MAX_LATE = 64;
const LATE_TIMEOUT_MS = 60_000;

export function createHookWork(log: Logger): HookWork {
  const turn = createTurns();
  return {
    turn,
    decode: createEcgDecoder({ maxSamples: REMEMBERED_SAMPLES, turn }),
    late: createLateWork({
      maxRunning: MAX_LATE,
      timeoutMs: LATE_TIMEOUT_MS,
      onFailure: (error) =>
        log.warn({ code: error instanceof EcgError ? error.code : 'INTERNAL' }, 'late reading failed'),
    }),
  };
}
