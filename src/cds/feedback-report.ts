import { wilsonInterval } from '../wilson-interval.ts';

/** What cards are counted by. */
export type FeedbackSubject = 'service' | 'rule' | 'finding';

/** Cards about one thing, by one version of a model, and what became of them. A card counts once, as accepted if it ever was. */
export interface FeedbackCount {
  readonly subject: FeedbackSubject;
  readonly service: string;
  /** The service, the id of a rule, or the output index of a finding. */
  readonly name: string;
  /** "name@version"; null for cards without a reading. */
  readonly model: string | null;
  readonly shown: number;
  readonly accepted: number;
  readonly overridden: number;
  /** Of the overridden, by the coded reason given last, most frequent first; the others gave none. */
  readonly reasons: readonly ReasonCount[];
}

/** How often cards were overridden for one reason. */
export interface ReasonCount {
  readonly system: string;
  readonly code: string;
  readonly count: number;
}

/** Port of where counts come from. Adapter: `edges/store`. */
export interface FeedbackCounts {
  /**
   * @param since cards issued from then on; all that are kept unless given.
   * @throws EcgError STORE_UNAVAILABLE.
   */
  count(since?: Date): Promise<readonly FeedbackCount[]>;
}

export interface Rate {
  readonly share: number;
  /** 95 %, Wilson. */
  readonly low: number;
  readonly high: number;
}

/** One line of the report: shares are of the cards that came back with feedback; most are never answered. */
export interface FeedbackLine extends FeedbackCount {
  readonly acceptance: Rate | null;
  readonly override: Rate | null;
}

/**
 * Acceptance and override by service, rule and finding.
 * @param textOf the wording of a finding by its output index.
 */
export function feedbackReport(
  counts: readonly FeedbackCount[],
  textOf: (index: number) => string,
): readonly FeedbackLine[] {
  return counts.map((count) => {
    const answered = count.accepted + count.overridden;
    return {
      ...count,
      name: count.subject === 'finding' ? textOf(Number(count.name)) : count.name,
      acceptance: rateOf(count.accepted, answered),
      override: rateOf(count.overridden, answered),
    };
  });
}

function rateOf(successes: number, trials: number): Rate | null {
  const interval = wilsonInterval(successes, trials);
  return interval ? { share: successes / trials, ...interval } : null;
}
