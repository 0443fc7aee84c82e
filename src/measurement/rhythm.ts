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

/**
 * @param beats ascending
 * @param missing 1 where there is no signal: an interval across it may hide a beat, and does not count
 * @returns undefined where no interval is known
 */
export function rhythmOf(beats: readonly Beat[], missing: Uint8Array): Rhythm | undefined {
  const isDominant = ({ group, premature }: Beat): boolean => group === 0 && !premature;
  const pairs = beats
    .slice(1)
    .map((beat, i) => ({ beat, previous: beats[i]! }))
    .filter(({ beat, previous }) => !missing.subarray(previous.at, beat.at).includes(1));
  if (pairs.length === 0) return undefined;
  const undisturbed = pairs.filter(({ beat, previous }) => isDominant(beat) && isDominant(previous));
  const used = undisturbed.length > 1 ? undisturbed : pairs;
  const intervals = used.map(({ beat, previous }) => (beat.at - previous.at) * MS_PER_SAMPLE);
  const rrMs = meanInterval(used);
  const rrDeviationMs = variation(intervals) * rrMs;
  return {
    ratePerMinute: 60_000 / meanInterval(pairs),
    rrMs,
    rrDeviationMs,
    intervalCount: intervals.length,
    isIrregular: rrDeviationMs > IRREGULAR * rrMs,
  };
}

interface Pair {
  readonly beat: Beat;
  readonly previous: Beat;
}

function meanInterval(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, { beat, previous }) => sum + (beat.at - previous.at) * MS_PER_SAMPLE, 0) / pairs.length;
}
