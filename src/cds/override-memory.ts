import { createHmac } from 'node:crypto';
import type { CardSubject } from './cds-service.ts';
import type { FeedbackRecord } from './feedback.ts';
import type { IssuedCard } from './issued-cards.ts';

/** A problem that one user need not be told of again for one patient. Both names are pseudonyms. */
export interface SilencedProblem {
  readonly audience: string;
  readonly problem: string;
  readonly until: Date;
}

/** Port of where overrides with a reason are kept: no id of a patient, a user or a record goes in. Adapter: `edges/store`. */
export interface OverrideMemory {
  /** Keeps problems silent; the later end counts. */
  silence(problems: readonly SilencedProblem[]): Promise<void>;
  /** What is silent for an audience at a time. */
  silenced(audience: string, now: Date): Promise<ReadonlySet<string>>;
}

/** How long an override with a reason keeps its card away from the user who gave it. */
export interface SilenceSettings {
  readonly silenceHours: number;
  /** Of a critical card: a short time, whatever else is configured. */
  readonly criticalSilenceHours: number;
}

/** What is remembered of a card so that its override can be kept. */
export interface Silencing {
  readonly audience: string;
  readonly problems: readonly string[];
  readonly forMs: number;
}

const HOUR_MS = 3_600_000;

/** A keyed hash (HMAC-SHA-256) of what must not be kept in clear: without the key nobody can try ids out. */
export type Pseudonym = (...parts: readonly string[]) => string;

export function createPseudonym(key: Uint8Array): Pseudonym {
  return (...parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex');
}

/** How the override of a card is to be kept; undefined for a card that cannot be overridden. */
export function silencingOf(
  { problems = [], isCritical = true }: CardSubject,
  audience: string,
  { pseudonym, settings }: { readonly pseudonym: Pseudonym; readonly settings: SilenceSettings },
): Silencing | undefined {
  if (problems.length === 0) return undefined;
  const hours = isCritical ? settings.criticalSilenceHours : settings.silenceHours;
  return { audience, problems: problems.map((problem) => pseudonym(audience, problem)), forMs: hours * HOUR_MS };
}

/** The problems that a batch of feedback silences: overrides with a coded reason, from when they were given. */
export function silencedBy(
  records: readonly FeedbackRecord[],
  issued: ReadonlyMap<string, IssuedCard>,
  now: Date,
): readonly SilencedProblem[] {
  return records.flatMap(({ card, service, overrideReason, outcomeTimestamp }) => {
    const known = issued.get(card);
    if (overrideReason === undefined || known?.service !== service || known.silencing === undefined) return [];
    const { audience, problems, forMs } = known.silencing;
    const until = new Date(Math.min(now.getTime(), Date.parse(outcomeTimestamp)) + forMs);
    return problems.map((problem) => ({ audience, problem, until }));
  });
}
