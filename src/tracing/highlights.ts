import { type LeadStrip, xOfSeconds } from './lead-strip.ts';
import type { Box } from './paper.ts';

/** A stretch of the recording that is to be set off, in all leads alike. */
export interface Stretch {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** 0 … 1 */
  readonly strength: number;
}

/** A stretch in its place on paper. */
export interface Highlight {
  readonly box: Box;
  readonly strength: number;
}

/** Where stretches of time are on a page: behind every strip, as far as it shows them. */
export function highlightsOf(stretches: readonly Stretch[], strips: readonly LeadStrip[]): readonly Highlight[] {
  return strips.flatMap((strip) =>
    stretches.flatMap(({ startSeconds, endSeconds, strength }) => {
      const from = Math.max(startSeconds, strip.startSeconds);
      const to = Math.min(endSeconds, strip.endSeconds);
      if (to <= from || strength <= 0) return [];
      const xMm = xOfSeconds(strip, from);
      return [{ box: { ...strip.box, xMm, widthMm: xOfSeconds(strip, to) - xMm }, strength }];
    }),
  );
}
