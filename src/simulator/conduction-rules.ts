import { all, doubted, graded, type LabelContext, type LabelRule, obscured, type Presence } from './label-context.ts';
import type { Conduction } from './parameters.ts';

/** Beats from the ventricles hide how the bundles conduct. */
function conducts({ parameters: { rhythm, av, escapeFrom } }: LabelContext): boolean {
  const ventricular =
    ['ventricular tachycardia', 'idioventricular'].includes(rhythm) ||
    (rhythm.includes('paced') && rhythm !== 'atrial paced');
  return !ventricular && !(av === 'complete block' && escapeFrom === 'ventricular');
}

const has =
  (...kinds: readonly Conduction[]) =>
  (context: LabelContext): boolean =>
    conducts(context) && kinds.includes(context.parameters.conduction);

const RBBB_LAFB = 'right bundle branch and left anterior fascicular block';
const RBBB_LPFB = 'right bundle branch and left posterior fascicular block';

const qrsMs = ({ truth }: LabelContext): number => truth.qrsMs;

/** PR says something only where every P wave leads to a QRS after the same time. */
function prInterval({ parameters: { rhythm, av } }: LabelContext): boolean {
  return ['sinus', 'ectopic atrial', 'atrial paced'].includes(rhythm) && av === '1:1';
}

function axisIn(from: number, to: number, margin: number) {
  return (context: LabelContext): Presence => {
    const { axisDeg } = context.truth;
    const distance = Math.max(from - axisDeg, axisDeg - to);
    const presence = graded(distance, margin, -margin);
    return obscured(context) ? doubted(presence) : presence;
  };
}

const leftAxis = axisIn(-89, -30, 5);
const leftwardAxis = axisIn(-30, -15, 2);
const rightAxis = axisIn(96, 180, 5);
const rightwardAxis = axisIn(88, 102, 2);

function rsrPattern(context: LabelContext): Presence {
  if (obscured(context) || has('right bundle branch block', RBBB_LAFB, RBBB_LPFB)(context)) return false;
  const { r, s, rPrime } = context.measures.leads.V1;
  const pattern = all(graded(rPrime, 0.07, 0.13), graded(r, 0.02, 0.06), graded(s, 0.05, 0.15));
  return has('incomplete right bundle branch block')(context) ? doubted(pattern) : pattern;
}

/** Intervals, bundles, axis. */
export const CONDUCTION_RULES: readonly LabelRule[] = [
  {
    label: 79,
    grade: 'minor',
    present: (c) =>
      prInterval(c) ? graded(c.parameters.prMs, 198, 212) : c.parameters.av === 'mobitz I' ? undefined : false,
  },
  {
    label: 43,
    grade: 'minor',
    present: (c) =>
      prInterval(c) ? (has('preexcitation')(c) ? undefined : graded(c.parameters.prMs, 122, 112)) : false,
  },
  { label: 146, grade: 'abnormal', present: (c) => c.parameters.av === 'mobitz I' },
  { label: 121, grade: 'abnormal', present: (c) => c.parameters.av === 'complete block' },
  {
    label: 148,
    grade: 'abnormal',
    present: (c) =>
      c.parameters.av === 'dissociation' ||
      (c.parameters.av === 'complete block' ||
      c.parameters.rhythm === 'ventricular tachycardia' ||
      c.parameters.rhythm === 'idioventricular' ||
      c.parameters.rhythm === 'ventricular paced'
        ? undefined
        : false),
  },
  {
    label: 11,
    grade: 'abnormal',
    present: (c) => has('right bundle branch block')(c) || (has(RBBB_LAFB, RBBB_LPFB)(c) ? undefined : false),
  },
  {
    label: 18,
    grade: 'borderline',
    present: (c) => has('incomplete right bundle branch block')(c) || doubted(rsrPattern(c)),
  },
  {
    label: 96,
    grade: 'minor',
    present: (c) => (conducts(c) && c.parameters.rsrPrime > 0 ? rsrPattern(c) : doubted(rsrPattern(c))),
  },
  { label: 20, grade: 'abnormal', present: has('left bundle branch block') },
  { label: 62, grade: 'abnormal', present: (c) => has('incomplete left bundle branch block')(c) },
  {
    label: 36,
    grade: 'abnormal',
    present: (c) =>
      has('left anterior fascicular block')(c)
        ? graded(c.truth.axisDeg, -28, -42) || undefined
        : has(RBBB_LAFB)(c)
          ? undefined
          : conducts(c) && c.parameters.conduction !== 'left bundle branch block'
            ? doubted(graded(c.truth.axisDeg, -40, -55))
            : false,
  },
  {
    label: 70,
    grade: 'abnormal',
    present: (c) =>
      has('left posterior fascicular block')(c)
        ? graded(c.truth.axisDeg, 85, 100) || undefined
        : has(RBBB_LPFB)(c)
          ? undefined
          : false,
  },
  { label: 103, grade: 'abnormal', present: has(RBBB_LAFB) },
  { label: 139, grade: 'abnormal', present: has(RBBB_LPFB) },
  { label: 65, grade: 'abnormal', present: has(RBBB_LAFB, RBBB_LPFB) },
  {
    label: 89,
    grade: 'abnormal',
    present: (c) =>
      has('intraventricular delay')(c)
        ? graded(qrsMs(c), 108, 114)
        : all(conducts(c), c.parameters.conduction === 'normal') === true
          ? graded(qrsMs(c), 112, 125) === false
            ? false
            : undefined
          : false,
  },
  { label: 107, grade: 'abnormal', present: has('preexcitation') },
  { label: 8, grade: 'borderline', present: leftAxis },
  { label: 117, grade: 'neutral', present: leftwardAxis },
  { label: 37, grade: 'borderline', present: rightAxis },
  { label: 41, grade: 'neutral', present: rightwardAxis },
  { label: 73, grade: 'abnormal', present: axisIn(-180, -91, 6) },
  { label: 80, grade: 'abnormal', present: prolongedQt },
];

/** By Bazett's correction, where QRS and rate let it speak. */
function prolongedQt(context: LabelContext): Presence {
  const { qtMs, ratePerMinute } = context.truth;
  const qtc = qtMs / Math.sqrt(60 / ratePerMinute);
  const presence = graded(qtc, 462, 485);
  const clear =
    !obscured(context) &&
    ratePerMinute > 45 &&
    ratePerMinute < 105 &&
    qrsMs(context) < 120 &&
    context.parameters.rhythm === 'sinus';
  return clear ? presence : doubted(presence);
}
