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

/** How many steps a stretch is drawn in. */
const STEPS = 5;

/** Stretches that follow each other, without edges that would look like measurements: strengths go over into each other. */
export function softened(stretches: readonly Stretch[]): readonly Stretch[] {
  return stretches.flatMap(({ startSeconds, endSeconds, strength }, index) => {
    const stepSeconds = (endSeconds - startSeconds) / STEPS;
    return Array.from({ length: STEPS }, (_, step): Stretch => {
      const place = (step + 0.5) / STEPS - 0.5;
      const neighbour = stretches[place < 0 ? index - 1 : index + 1]?.strength ?? strength;
      return {
        startSeconds: startSeconds + step * stepSeconds,
        endSeconds: startSeconds + (step + 1) * stepSeconds,
        strength: strength + Math.abs(place) * (neighbour - strength),
      };
    });
  });
}
