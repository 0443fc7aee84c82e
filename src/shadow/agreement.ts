import type { Interval } from '../evaluation/bootstrap.ts';

/** How often two readings of the same ECG stated one label. */
export interface AgreementCounts {
  readonly both: number;
  readonly shownOnly: number;
  readonly shadowOnly: number;
  readonly neither: number;
}

export interface Kappa {
  readonly value: number;
  /** 95 %. */
  readonly interval: Interval;
}

/** Quantile of the normal distribution for 95 %. */
const Z = 1.959964;

/**
 * Cohen's kappa (Educ Psychol Meas 1960;20:37), with the interval by the standard error of Fleiss, Cohen and Everitt
 * (Psychol Bull 1969;72:323). Undefined where one of the two says the same of every ECG: nothing can be told then.
 */
export function cohensKappa({ both, shownOnly, shadowOnly, neither }: AgreementCounts): Kappa | undefined {
  const n = both + shownOnly + shadowOnly + neither;
  const [a, b, c, d] = [both / n, shownOnly / n, shadowOnly / n, neither / n];
  const shown = [a + b, c + d] as const;
  const shadow = [a + c, b + d] as const;
  if (n === 0 || [...shown, ...shadow].some((share) => share === 0)) return undefined;
  const expected = shown[0] * shadow[0] + shown[1] * shadow[1];
  const value = (a + d - expected) / (1 - expected);
  const agreed =
    a * (1 - (shown[0] + shadow[0]) * (1 - value)) ** 2 + d * (1 - (shown[1] + shadow[1]) * (1 - value)) ** 2;
  const differed = (1 - value) ** 2 * (b * (shadow[0] + shown[1]) ** 2 + c * (shadow[1] + shown[0]) ** 2);
  const variance = (agreed + differed - (value - expected * (1 - value)) ** 2) / (n * (1 - expected) ** 2);
  const spread = Z * Math.sqrt(Math.max(0, variance));
  return { value, interval: { low: Math.max(-1, value - spread), high: Math.min(1, value + spread) } };
}
