import { MS_PER_SAMPLE } from './analysis-signal.ts';
import { type Beat, IRREGULAR, variation } from './group-beats.ts';

/** When the ventricles beat. */
export interface Rhythm {
  /** All beats, per minute. */
  readonly ratePerMinute: number;
  /** Mean and standard deviation of the intervals between dominant beats that follow each other, none of them early, ms. */
  readonly rrMs: number;
  readonly rrDeviationMs: number;
  /** How many such intervals there are. */
  readonly intervalCount: number;
  readonly isIrregular: boolean;
}

/** @param beats at least two, ascending */
export function rhythmOf(beats: readonly Beat[]): Rhythm {
  const first = beats[0]!;
  const last = beats.at(-1)!;
  const isDominant = ({ group, premature }: Beat): boolean => group === 0 && !premature;
  const pairs = beats.slice(1).map((beat, i) => ({ beat, previous: beats[i]! }));
  const undisturbed = pairs.filter(({ beat, previous }) => isDominant(beat) && isDominant(previous));
  const used = undisturbed.length > 1 ? undisturbed : pairs;
  const intervals = used.map(({ beat, previous }) => (beat.at - previous.at) * MS_PER_SAMPLE);
  const rrMs = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const rrDeviationMs = variation(intervals) * rrMs;
  return {
    ratePerMinute: (60_000 * (beats.length - 1)) / ((last.at - first.at) * MS_PER_SAMPLE),
    rrMs,
    rrDeviationMs,
    intervalCount: intervals.length,
    isIrregular: rrDeviationMs > IRREGULAR * rrMs,
  };
}
