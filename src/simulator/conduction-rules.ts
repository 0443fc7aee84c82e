import {
  all,
  doubted,
  firstCase,
  graded,
  type LabelContext,
  type LabelRule,
  obscured,
  type Presence,
  ventricularOrigin,
} from './label-context.ts';
import type { Conduction } from './parameters.ts';

const RBBB_LAFB = 'right bundle branch and left anterior fascicular block';
const RBBB_LPFB = 'right bundle branch and left posterior fascicular block';

/** Intervals, bundles, axis. */
export const CONDUCTION_RULES: readonly LabelRule[] = [
  { label: 79, grade: 'minor', present: firstDegreeBlock },
  { label: 43, grade: 'minor', present: shortPr },
  { label: 146, grade: 'abnormal', present: ({ parameters }) => parameters.av === 'mobitz I' },
  { label: 121, grade: 'abnormal', present: ({ parameters }) => parameters.av === 'complete block' },
  { label: 148, grade: 'abnormal', present: dissociation },
  { label: 11, grade: 'abnormal', present: rightBundleBlock },
  { label: 18, grade: 'borderline', present: incompleteRightBundleBlock },
  { label: 96, grade: 'minor', present: rsrPrime },
  { label: 20, grade: 'abnormal', present: leftBundleBlock },
  { label: 62, grade: 'abnormal', present: (c) => has(c, 'incomplete left bundle branch block') },
  { label: 36, grade: 'abnormal', present: leftAnteriorBlock },
  { label: 70, grade: 'abnormal', present: leftPosteriorBlock },
  { label: 103, grade: 'abnormal', present: (c) => has(c, RBBB_LAFB) },
  { label: 139, grade: 'abnormal', present: (c) => has(c, RBBB_LPFB) },
  { label: 65, grade: 'abnormal', present: (c) => has(c, RBBB_LAFB, RBBB_LPFB) },
  { label: 89, grade: 'abnormal', present: intraventricularDelay },
  { label: 107, grade: 'abnormal', present: (c) => has(c, 'preexcitation') },
  { label: 8, grade: 'borderline', present: axisIn(-89, -30, 5) },
  { label: 117, grade: 'neutral', present: axisIn(-30, -15, 2) },
  { label: 37, grade: 'borderline', present: axisIn(96, 180, 5) },
  { label: 41, grade: 'neutral', present: axisIn(88, 102, 2) },
  { label: 73, grade: 'abnormal', present: axisIn(-180, -91, 6) },
  { label: 80, grade: 'abnormal', present: prolongedQt },
];

/** Beats from the ventricles hide how the bundles conduct. */
function has(context: LabelContext, ...kinds: readonly Conduction[]): boolean {
  return !ventricularOrigin(context) && kinds.includes(context.parameters.conduction);
}

/** PR says something only where every P wave leads to a QRS after the same time. */
function hasPrInterval({ parameters: { rhythm, av } }: LabelContext): boolean {
  return ['sinus', 'ectopic atrial', 'atrial paced'].includes(rhythm) && av === '1:1';
}

function firstDegreeBlock(context: LabelContext): Presence {
  const { av, prMs } = context.parameters;
  return firstCase([hasPrInterval(context), graded(prMs, 198, 212)], [av === 'mobitz I', undefined]);
}

function shortPr(context: LabelContext): Presence {
  if (!hasPrInterval(context)) return false;
  return firstCase([has(context, 'preexcitation'), undefined], [true, graded(context.parameters.prMs, 122, 112)]);
}

/** Complete block and ventricular rhythms imply it; readers say it of some. */
function dissociation({ parameters: { av, rhythm } }: LabelContext): Presence {
  const implied = ['ventricular tachycardia', 'idioventricular', 'ventricular paced'].includes(rhythm);
  return av === 'dissociation' || doubted(implied || av === 'complete block');
}

function rightBundleBlock(context: LabelContext): Presence {
  const { intermittentBlock } = context.parameters;
  return has(context, 'right bundle branch block') || doubted(has(context, RBBB_LAFB, RBBB_LPFB) || intermittentBlock);
}

function leftBundleBlock(context: LabelContext): Presence {
  return has(context, 'left bundle branch block') || doubted(context.parameters.intermittentBlock);
}

function incompleteRightBundleBlock(context: LabelContext): Presence {
  return has(context, 'incomplete right bundle branch block') || doubted(rsrPattern(context));
}

function rsrPrime(context: LabelContext): Presence {
  const named = context.parameters.rsrPrime > 0 && !has(context, 'incomplete right bundle branch block');
  return named ? rsrPattern(context) : doubted(rsrPattern(context));
}

function rsrPattern(context: LabelContext): Presence {
  if (obscured(context) || has(context, 'right bundle branch block', RBBB_LAFB, RBBB_LPFB)) return false;
  const { r, s, rPrime } = context.measures.leads.V1;
  return all(graded(rPrime, 0.07, 0.13), graded(r, 0.02, 0.06), graded(s, 0.05, 0.15));
}

function leftAnteriorBlock(context: LabelContext): Presence {
  const { axisDeg } = context.truth;
  return firstCase(
    [has(context, 'left anterior fascicular block'), graded(axisDeg, -28, -42) || undefined],
    [has(context, RBBB_LAFB), undefined],
    [ventricularOrigin(context) || has(context, 'left bundle branch block'), false],
    [true, doubted(graded(axisDeg, -40, -55))],
  );
}

function leftPosteriorBlock(context: LabelContext): Presence {
  return firstCase(
    [has(context, 'left posterior fascicular block'), graded(context.truth.axisDeg, 85, 100) || undefined],
    [has(context, RBBB_LPFB), undefined],
  );
}

function intraventricularDelay(context: LabelContext): Presence {
  const { qrsMs } = context.truth;
  return firstCase(
    [has(context, 'intraventricular delay'), graded(qrsMs, 108, 114)],
    [has(context, 'normal'), doubted(graded(qrsMs, 112, 125))],
  );
}

function axisIn(from: number, to: number, margin: number): (context: LabelContext) => Presence {
  return (context) => {
    const { axisDeg } = context.truth;
    const presence = graded(Math.max(from - axisDeg, axisDeg - to), margin, -margin);
    return obscured(context) ? doubted(presence) : presence;
  };
}

/** By Bazett's correction, where QRS and rate let it speak. */
function prolongedQt(context: LabelContext): Presence {
  const { qtMs, qrsMs, ratePerMinute } = context.truth;
  const presence = graded(qtMs / Math.sqrt(60 / ratePerMinute), 462, 485);
  const atRest = ratePerMinute > 45 && ratePerMinute < 105 && context.parameters.rhythm === 'sinus';
  return atRest && qrsMs < 120 && !obscured(context) ? presence : doubted(presence);
}
