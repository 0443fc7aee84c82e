import type { Logger } from 'pino';
import { createEcgDecoder, type EcgDecoder } from '../../cds/ecg-decoder.ts';
import { EcgError } from '../../errors.ts';
import { createLateWork, type LateWork } from './late-work.ts';
import { createTurns, type Turns } from './turns.ts';

/** What keeps the work of all hooks within bounds. */
export interface HookWork {
  /** At work that keeps the event loop busy. */
  readonly turns: Turns;
  readonly decode: EcgDecoder;
  /** Takes over readings that come too late for their hook. */
  readonly late: LateWork;
}

/** 32 MB: some 70 twelve-lead ECGs of 10 s. */
const REMEMBERED_SAMPLES = 4_000_000;
const MAX_LATE = 64;
/** Keeps the network's workers busy, and few ECGs between a pressing one and its network. */
const MAX_INTERPRETING = 8;
const LATE_TIMEOUT_MS = 60_000;

export function createHookWork(log: Logger): HookWork {
  return {
    turns: createTurns(MAX_INTERPRETING),
    decode: createEcgDecoder(REMEMBERED_SAMPLES),
    late: createLateWork({
      maxRunning: MAX_LATE,
      timeoutMs: LATE_TIMEOUT_MS,
      onFailure: (error) =>
        log.warn({ code: error instanceof EcgError ? error.code : 'INTERNAL' }, 'late reading failed'),
    }),
  };
}
