import {
  all,
  doubted,
  firstCase,
  graded,
  type LabelContext,
  type LabelRule,
  type Presence,
  some,
} from './label-context.ts';
import type { Rhythm } from './parameters.ts';
import type { SimulatedBeat } from './truth.ts';

/** Rhythm, ectopy and pacing. */
export const RHYTHM_RULES: readonly LabelRule[] = [
  { label: 1, grade: 'neutral', present: normalSinus },
  { label: 3, grade: 'neutral', present: sinusRhythm },
  { label: 4, grade: 'minor', present: (c) => sinusDriven(c) && graded(c.parameters.ratePerMinute, 61, 58) },
  { label: 33, grade: 'borderline', present: (c) => sinusDriven(c) && graded(c.parameters.ratePerMinute, 50, 44) },
  { label: 6, grade: 'minor', present: (c) => sinusDriven(c) && graded(c.parameters.ratePerMinute, 99, 102) },
  { label: 34, grade: 'minor', present: (c) => steadySinus(c) && graded(rrSwing(c), 0.1, 0.18) },
  { label: 44, grade: 'minor', present: (c) => steadySinus(c) && graded(rrSwing(c), 0.3, 0.45) },
  { label: 142, grade: 'abnormal', present: (c) => graded(c.parameters.pauseSeconds, 0, 1) },
  { label: 5, grade: 'abnormal', present: fibrillation },
  {
    label: 28,
    grade: 'neutral',
    present: (c) => is(c, 'atrial fibrillation') && graded(c.truth.ratePerMinute, 98, 106),
  },
  {
    label: 67,
    grade: 'neutral',
    present: (c) => is(c, 'atrial fibrillation') && graded(c.truth.ratePerMinute, 62, 56),
  },
  { label: 32, grade: 'abnormal', present: (c) => is(c, 'atrial flutter') },
  { label: 127, grade: 'neutral', present: (c) => flutters(c, 'variable') },
  { label: 147, grade: 'neutral', present: (c) => c.parameters.av === '2:1' || doubted(flutters(c, 2)) },
  { label: 38, grade: 'abnormal', present: (c) => is(c, 'ectopic atrial') },
  {
    label: 149,
    grade: 'abnormal',
    present: (c) => is(c, 'multifocal atrial') && graded(c.truth.ratePerMinute, 92, 100),
  },
  { label: 93, grade: 'abnormal', present: (c) => is(c, 'supraventricular tachycardia') },
  { label: 49, grade: 'abnormal', present: (c) => is(c, 'junctional') || doubted(c.parameters.av === 'dissociation') },
  { label: 126, grade: 'neutral', present: (c) => is(c, 'junctional') && graded(c.truth.ratePerMinute, 50, 40) },
  { label: 98, grade: 'abnormal', present: (c) => is(c, 'ventricular tachycardia') },
  { label: 95, grade: 'abnormal', present: wideTachycardia },
  { label: 133, grade: 'abnormal', present: idioventricular },
  { label: 16, grade: 'minor', present: prematureAtrial },
  {
    label: 9,
    grade: 'borderline',
    present: (c) => premature(c, 'ventricular', 'second ventricular') > 0 || doubted(premature(c, 'fusion') > 0),
  },
  { label: 31, grade: 'neutral', present: (c) => premature(c, 'fusion') > 0 },
  { label: 91, grade: 'neutral', present: bigeminy },
  { label: 52, grade: 'abnormal', present: (c) => paced(c, 'ventricular paced') },
  { label: 75, grade: 'neutral', present: (c) => paced(c, 'ventricular paced') },
  { label: 50, grade: 'abnormal', present: (c) => paced(c, 'atrial paced') },
  { label: 76, grade: 'neutral', present: (c) => paced(c, 'atrial paced') },
  { label: 84, grade: 'abnormal', present: (c) => paced(c, 'atrial-sensed ventricular paced') },
  { label: 92, grade: 'abnormal', present: (c) => paced(c, 'dual paced') },
  { label: 85, grade: 'neutral', present: dualChamberPacemaker },
];

function is({ parameters }: LabelContext, ...rhythms: readonly Rhythm[]): boolean {
  return rhythms.includes(parameters.rhythm);
}

/** The sinus node drives the ventricles, at least most of the time. */
function sinusDriven({ parameters: { rhythm, av } }: LabelContext): boolean {
  return rhythm === 'sinus' && av !== 'complete block' && av !== 'dissociation';
}

/** Every beat of the sinus node is conducted, and none is missing. */
function steadySinus({ parameters: { rhythm, av, pauseSeconds } }: LabelContext): boolean {
  return rhythm === 'sinus' && av === '1:1' && pauseSeconds === 0;
}

function normalSinus(context: LabelContext): Presence {
  if (!sinusDriven(context)) return false;
  const { ratePerMinute, prMs, atrialEctopy, ventricularEctopy } = context.parameters;
  const atRest = all(graded(ratePerMinute, 57, 61), graded(ratePerMinute, 103, 99));
  const undisturbed = prMs <= 200 && atrialEctopy === 0 && ventricularEctopy === 0 && rrSwing(context) < 0.16;
  return steadySinus(context) && undisturbed ? atRest : doubted(atRest);
}

/** Brady- and tachycardia have their own names, and some readers add this one. */
function sinusRhythm(context: LabelContext): Presence {
  const { ratePerMinute } = context.parameters;
  if (!sinusDriven(context)) return doubted(is(context, 'sinus'));
  return all(graded(ratePerMinute, 57, 60), graded(ratePerMinute, 103, 100)) || undefined;
}

/** Swing of the RR intervals between normal beats, as a fraction of their mean. */
function rrSwing({ truth: { beats } }: LabelContext): number {
  const intervals = beats.slice(1).flatMap((beat, index) => {
    const before = beats[index]!;
    return beat.premature || before.premature ? [] : [beat.qrsOnset - before.qrsOnset];
  });
  if (intervals.length < 3) return 0;
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  return (Math.max(...intervals) - Math.min(...intervals)) / mean;
}

/** Under ventricular pacing readers may mention it or not. */
function fibrillation(context: LabelContext): Presence {
  return is(context, 'atrial fibrillation') || doubted(context.timeline.fibrillation);
}

function flutters(context: LabelContext, ratio: 2 | 'variable'): boolean {
  return is(context, 'atrial flutter') && context.parameters.flutterRatio === ratio;
}

/** Broad and fast is that whatever its origin, but readers name the origin where they see it. */
function wideTachycardia(context: LabelContext): Presence {
  const { qrsMs, ratePerMinute } = context.truth;
  return (
    is(context, 'ventricular tachycardia') || doubted(qrsMs >= 120 && ratePerMinute > 105 && !is(context, 'sinus'))
  );
}

function idioventricular(context: LabelContext): Presence {
  const { av, escapeFrom } = context.parameters;
  return is(context, 'idioventricular') || doubted(av === 'complete block' && escapeFrom === 'ventricular');
}

function premature({ truth }: LabelContext, ...kinds: readonly SimulatedBeat['kind'][]): number {
  return truth.beats.filter((beat) => beat.premature && kinds.includes(beat.kind)).length;
}

/** Late ones, and blocked ones, are missed by some; under pacing of the ventricles they are hard to tell. */
function prematureAtrial(context: LabelContext): Presence {
  const { truth, parameters, timeline } = context;
  const cycle = 60 / parameters.ratePerMinute;
  const couplings = truth.beats.flatMap(({ premature: early, kind, qrsOnset }, index) => {
    const before = truth.beats[index - 1];
    return early && before && ['conducted', 'aberrant'].includes(kind) ? [(qrsOnset - before.qrsOnset) / cycle] : [];
  });
  const fired = timeline.atrial.some(
    (beat) => beat.premature && beat.seconds > 0 && beat.seconds < parameters.durationSeconds,
  );
  const found = some(couplings.length > 0 && graded(Math.min(...couplings), 0.93, 0.82), doubted(fired));
  return is(context, 'sinus', 'atrial paced') ? found : doubted(found);
}

function bigeminy(context: LabelContext): Presence {
  const count = premature(context, 'ventricular', 'second ventricular');
  const share = count / Math.max(1, context.truth.beats.length);
  return firstCase([context.parameters.bigeminy && count > 2, true], [true, doubted(graded(share, 0.3, 0.6))]);
}

/** Without its spike a paced beat is only broad. */
function paced(context: LabelContext, rhythm: Rhythm): Presence {
  return is(context, rhythm) && graded(context.parameters.spike, 0.1, 0.3);
}

function dualChamberPacemaker(context: LabelContext): Presence {
  return is(context, 'atrial-sensed ventricular paced') ? undefined : paced(context, 'dual paced');
}
