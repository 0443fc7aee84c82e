import { all, doubted, graded, type LabelContext, type LabelRule, type Presence } from './label-context.ts';
import type { Rhythm } from './parameters.ts';

const is =
  (...rhythms: readonly Rhythm[]) =>
  ({ parameters }: LabelContext): boolean =>
    rhythms.includes(parameters.rhythm);

/** The sinus node drives the ventricles, at least most of the time. */
function sinusDriven({ parameters: { rhythm, av } }: LabelContext): boolean {
  return rhythm === 'sinus' && av !== 'complete block' && av !== 'dissociation';
}

/** Rate of the atria where they drive the ventricles. */
const rate = ({ parameters }: LabelContext): number => parameters.ratePerMinute;

function count({ truth }: LabelContext, kind: 'conducted' | 'ventricular' | 'fusion'): number {
  return truth.beats.filter((beat) => beat.premature && beat.kind === kind).length;
}

/** Swing of the RR intervals between normal beats, as a fraction of their mean. */
function rrSwing({ truth: { beats } }: LabelContext): number {
  const intervals = beats
    .slice(1)
    .flatMap((beat, index) =>
      beat.premature || beats[index]!.premature ? [] : [beat.qrsOnset - beats[index]!.qrsOnset],
    );
  if (intervals.length < 3) return 0;
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  return (Math.max(...intervals) - Math.min(...intervals)) / mean;
}

function regularSinus(context: LabelContext): boolean {
  const { parameters } = context;
  return (
    sinusDriven(context) && parameters.pauseSeconds === 0 && parameters.av === '1:1' && parameters.rhythm === 'sinus'
  );
}

function normalSinus(context: LabelContext): Presence {
  if (!sinusDriven(context)) return false;
  const inRange = all(graded(rate(context), 57, 61), graded(rate(context), 103, 99));
  const { parameters } = context;
  const plain =
    regularSinus(context) &&
    parameters.prMs <= 200 &&
    parameters.atrialEctopy === 0 &&
    parameters.ventricularEctopy === 0 &&
    rrSwing(context) < 0.16;
  return plain ? inRange : doubted(inRange);
}

function sinusRhythm(context: LabelContext): Presence {
  if (!sinusDriven(context)) return context.parameters.rhythm === 'sinus' ? undefined : false;
  const inRange = all(graded(rate(context), 57, 60), graded(rate(context), 103, 100));
  return inRange === false ? undefined : inRange;
}

function inRhythm(test: (context: LabelContext) => boolean, judge: (context: LabelContext) => Presence) {
  return (context: LabelContext): Presence => (test(context) ? judge(context) : false);
}

const ventricularRate = ({ truth }: LabelContext): number => truth.ratePerMinute;
const fibrillates = is('atrial fibrillation');

/** Rhythm, ectopy and pacing. */
export const RHYTHM_RULES: readonly LabelRule[] = [
  { label: 1, grade: 'neutral', present: normalSinus },
  { label: 3, grade: 'neutral', present: sinusRhythm },
  { label: 4, grade: 'minor', present: inRhythm(sinusDriven, (c) => graded(rate(c), 61, 58)) },
  { label: 33, grade: 'borderline', present: inRhythm(sinusDriven, (c) => graded(rate(c), 50, 44)) },
  { label: 6, grade: 'minor', present: inRhythm(sinusDriven, (c) => graded(rate(c), 99, 102)) },
  { label: 34, grade: 'minor', present: inRhythm(regularSinus, (c) => graded(rrSwing(c), 0.1, 0.18)) },
  { label: 44, grade: 'minor', present: inRhythm(regularSinus, (c) => graded(rrSwing(c), 0.3, 0.45)) },
  {
    label: 5,
    grade: 'abnormal',
    present: (c) => (is('ventricular paced')(c) && c.timeline.fibrillation ? undefined : fibrillates(c)),
  },
  { label: 28, grade: 'neutral', present: inRhythm(fibrillates, (c) => graded(ventricularRate(c), 98, 106)) },
  { label: 67, grade: 'neutral', present: inRhythm(fibrillates, (c) => graded(ventricularRate(c), 62, 56)) },
  { label: 32, grade: 'abnormal', present: is('atrial flutter') },
  {
    label: 127,
    grade: 'neutral',
    present: inRhythm(is('atrial flutter'), (c) => c.parameters.flutterRatio === 'variable'),
  },
  {
    label: 147,
    grade: 'neutral',
    present: (c) =>
      c.parameters.av === '2:1' || (is('atrial flutter')(c) && c.parameters.flutterRatio === 2 ? undefined : false),
  },
  { label: 38, grade: 'abnormal', present: is('ectopic atrial') },
  {
    label: 149,
    grade: 'abnormal',
    present: inRhythm(is('multifocal atrial'), (c) => graded(ventricularRate(c), 92, 100)),
  },
  { label: 93, grade: 'abnormal', present: is('supraventricular tachycardia') },
  {
    label: 49,
    grade: 'abnormal',
    present: (c) => is('junctional')(c) || (c.parameters.av === 'dissociation' ? undefined : false),
  },
  { label: 126, grade: 'neutral', present: inRhythm(is('junctional'), (c) => graded(ventricularRate(c), 50, 40)) },
  { label: 98, grade: 'abnormal', present: is('ventricular tachycardia') },
  { label: 95, grade: 'abnormal', present: (c) => (is('ventricular tachycardia')(c) ? true : wideTachycardia(c)) },
  {
    label: 133,
    grade: 'abnormal',
    present: (c) =>
      is('idioventricular')(c) ||
      (c.parameters.av === 'complete block' && c.parameters.escapeFrom === 'ventricular' ? undefined : false),
  },
  { label: 142, grade: 'abnormal', present: (c) => graded(c.parameters.pauseSeconds, 0, 1) },
  {
    label: 16,
    grade: 'minor',
    present: (c) => (is('sinus', 'atrial paced')(c) ? count(c, 'conducted') > 0 : doubted(count(c, 'conducted') > 0)),
  },
  { label: 9, grade: 'borderline', present: (c) => count(c, 'ventricular') > 0 || doubted(count(c, 'fusion') > 0) },
  { label: 31, grade: 'neutral', present: (c) => count(c, 'fusion') > 0 },
  {
    label: 91,
    grade: 'neutral',
    present: (c) =>
      c.parameters.bigeminy && count(c, 'ventricular') > 2
        ? true
        : graded(count(c, 'ventricular') / Math.max(1, c.truth.beats.length), 0.3, 0.6) === false
          ? false
          : undefined,
  },
  ...pacingRules(),
];

/** A fast broad rhythm is that whatever its origin, but readers name the origin where they see it. */
function wideTachycardia(context: LabelContext): Presence {
  return context.truth.qrsMs >= 120 && ventricularRate(context) > 105 && !is('sinus')(context) ? undefined : false;
}

function pacingRules(): readonly LabelRule[] {
  /** Without its spike a paced beat is only broad. */
  const seen = (...rhythms: readonly Rhythm[]) =>
    inRhythm(is(...rhythms), ({ parameters }) => graded(parameters.spike, 0.1, 0.3));
  return [
    { label: 52, grade: 'abnormal', present: (c) => seen('ventricular paced')(c) },
    { label: 75, grade: 'neutral', present: (c) => seen('ventricular paced')(c) },
    { label: 50, grade: 'abnormal', present: seen('atrial paced') },
    { label: 76, grade: 'neutral', present: seen('atrial paced') },
    { label: 84, grade: 'abnormal', present: seen('atrial-sensed ventricular paced') },
    { label: 92, grade: 'abnormal', present: seen('dual paced') },
    {
      label: 85,
      grade: 'neutral',
      present: (c) => (is('atrial-sensed ventricular paced')(c) ? undefined : seen('dual paced')(c)),
    },
  ];
}
