import type { BeatTemplates } from './beat-template.ts';
import { dominantKind, type Timeline, type VentricularBeat } from './beats.ts';
import type { SimulationParameters } from './parameters.ts';

/**
 * One beat within the recording, in seconds from its start. Intervals begin and end where the waves do, which are flat
 * there: through noise a reader sees them begin some milliseconds later and end as much earlier.
 */
export interface SimulatedBeat {
  readonly kind: VentricularBeat['kind'];
  readonly premature: boolean;
  readonly pOnset?: number;
  readonly pOffset?: number;
  readonly qrsOnset: number;
  readonly qrsOffset: number;
  readonly tOffset: number;
}

/** What is true of a simulated recording, by construction. */
export interface SimulationTruth {
  /** Ventricular beats per minute over the recording. */
  readonly ratePerMinute: number;
  /** Of the dominant beat; absent where no P wave leads to it. */
  readonly prMs?: number;
  readonly qrsMs: number;
  readonly qtMs: number;
  /** QRS axis in the frontal plane, degrees. */
  readonly axisDeg: number;
  readonly beats: readonly SimulatedBeat[];
  /** Every P onset, also of those that lead to no QRS. */
  readonly pOnsets: readonly number[];
}

/** Reads off what was drawn. */
export function readTruth({
  parameters,
  timeline,
  templates,
  qts,
  axisDeg,
}: {
  readonly parameters: SimulationParameters;
  readonly timeline: Timeline;
  readonly templates: BeatTemplates;
  /** One per ventricular beat, seconds. */
  readonly qts: readonly number[];
  readonly axisDeg: number;
}): SimulationTruth {
  const beats = timeline.ventricular
    .map((beat, index) => ({ beat, qt: qts[index]! }))
    .filter(({ beat }) => beat.seconds >= 0 && beat.seconds < parameters.durationSeconds)
    .map(
      ({ beat, qt }): SimulatedBeat => ({
        kind: beat.kind,
        premature: beat.premature,
        ...(beat.pSeconds === undefined
          ? {}
          : { pOnset: beat.pSeconds, pOffset: beat.pSeconds + parameters.pMs / 1000 }),
        qrsOnset: beat.seconds,
        qrsOffset: beat.seconds + templates[beat.kind].qrsMs / 1000,
        tOffset: beat.seconds + qt,
      }),
    );
  const dominant = dominantKind(timeline);
  const leading = beats.filter(({ kind, premature }) => kind === dominant && !premature);
  const prs = leading.flatMap(({ pOnset, qrsOnset }) => (pOnset === undefined ? [] : [qrsOnset - pOnset]));
  const span = beats.length > 1 ? beats.at(-1)!.qrsOnset - beats[0]!.qrsOnset : 0;
  return {
    ratePerMinute: span > 0 ? (60 * (beats.length - 1)) / span : parameters.ratePerMinute,
    ...(prs.length === 0 ? {} : { prMs: 1000 * median(prs) }),
    qrsMs: templates[dominant].qrsMs,
    qtMs: 1000 * median(leading.map(({ tOffset, qrsOnset }) => tOffset - qrsOnset)),
    axisDeg,
    beats,
    pOnsets: timeline.atrial
      .map(({ seconds }) => seconds)
      .filter((seconds) => seconds >= 0 && seconds < parameters.durationSeconds),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
