import {
  all,
  doubted,
  firstCase,
  graded,
  type LabelContext,
  type LabelRule,
  obscured,
  type Presence,
  some,
} from './label-context.ts';
import type { LeadMeasures, MeasuredLead } from './measure-template.ts';
import type { Wall } from './parameters.ts';

/** Walls whose statement follows from an infarct of another: the same scar read more widely or narrowly. */
const NEAR: Readonly<Record<Wall, readonly Wall[]>> = {
  septal: ['anteroseptal', 'anterior'],
  anteroseptal: ['septal', 'anterior'],
  anterior: ['septal', 'anteroseptal', 'anterolateral'],
  anterolateral: ['anterior', 'lateral'],
  lateral: ['anterolateral', 'inferolateral'],
  inferior: ['inferoposterior', 'inferolateral'],
  inferolateral: ['inferior', 'lateral'],
  inferoposterior: ['inferior', 'posterior'],
  posterior: ['inferoposterior'],
};

/** Leads that face each wall. */
const FACING: Readonly<Record<Wall, readonly MeasuredLead[]>> = {
  septal: ['V1', 'V2'],
  anteroseptal: ['V1', 'V2', 'V3'],
  anterior: ['V2', 'V3', 'V4'],
  anterolateral: ['V4', 'V5', 'V6'],
  lateral: ['I', 'aVL', 'V6'],
  inferior: ['III', 'aVF'],
  inferolateral: ['III', 'aVF', 'V6'],
  inferoposterior: ['III', 'aVF'],
  posterior: [],
};

/** In these leads an infarct may show as an R that fails to grow instead of a Q. */
const LOSES_R: readonly MeasuredLead[] = ['V3', 'V4'];

/** Chambers, infarcts, injury, repolarisation. */
export const MORPHOLOGY_RULES: readonly LabelRule[] = [
  { label: 26, grade: 'abnormal', present: leftHypertrophy },
  { label: 63, grade: 'borderline', present: leftVoltageAlone },
  { label: 55, grade: 'neutral', present: (c) => all(leftHypertrophy(c), graded(c.parameters.strain, 0.1, 0.45)) },
  { label: 82, grade: 'abnormal', present: rightHypertrophy },
  { label: 13, grade: 'borderline', present: (c) => (rightAtrial(c) ? doubted(leftAtrial(c)) : leftAtrial(c)) },
  { label: 60, grade: 'borderline', present: (c) => (leftAtrial(c) ? doubted(rightAtrial(c)) : rightAtrial(c)) },
  { label: 74, grade: 'abnormal', present: (c) => all(leftAtrial(c), rightAtrial(c)) },
  { label: 15, grade: 'borderline', present: lowVoltage },
  { label: 86, grade: 'abnormal', present: (c) => visible(c, c.parameters.emphysema) },
  { label: 12, grade: 'abnormal', present: (c) => infarct(c, 'septal') },
  { label: 40, grade: 'abnormal', present: (c) => infarct(c, 'anteroseptal') },
  { label: 17, grade: 'abnormal', present: (c) => infarct(c, 'anterior') },
  { label: 54, grade: 'abnormal', present: (c) => infarct(c, 'anterolateral') },
  { label: 24, grade: 'abnormal', present: (c) => infarct(c, 'lateral') },
  { label: 61, grade: 'abnormal', present: (c) => infarct(c, 'inferior') },
  { label: 88, grade: 'abnormal', present: (c) => infarct(c, 'inferoposterior') },
  { label: 132, grade: 'abnormal', present: posteriorInfarct },
  { label: 128, grade: 'abnormal', present: (c) => injured(c, 'anterior', 'anteroseptal', 'septal') },
  { label: 140, grade: 'abnormal', present: (c) => injured(c, 'anterolateral') },
  { label: 104, grade: 'abnormal', present: (c) => injured(c, 'lateral') },
  { label: 109, grade: 'abnormal', present: (c) => injured(c, 'inferior', 'inferoposterior') },
  { label: 138, grade: 'abnormal', present: (c) => injured(c, 'inferolateral') },
  { label: 87, grade: 'abnormal', present: stElevation },
  { label: 131, grade: 'abnormal', present: (c) => visible(c, c.parameters.pericarditis) },
  { label: 99, grade: 'minor', present: (c) => visible(c, c.parameters.earlyRepolarisation) },
  { label: 14, grade: 'abnormal', present: (c) => nonspecific(c, { st: false, t: true }) },
  { label: 25, grade: 'abnormal', present: (c) => nonspecific(c, { st: true, t: false }) },
  { label: 35, grade: 'abnormal', present: (c) => nonspecific(c, { st: true, t: true }) },
];

/** Sokolow-Lyon, Cornell (with the women's limit as the doubtful one) and R in aVL, of which a left axis has more. */
function leftVoltage({ measures: { leads }, truth }: LabelContext): Presence {
  const sokolow = deepest(leads.V1) + Math.max(tallest(leads.V5), tallest(leads.V6));
  const cornell = tallest(leads.aVL) + deepest(leads.V3);
  const aVL = truth.axisDeg > -30 ? graded(tallest(leads.aVL), 1.05, 1.25) : graded(tallest(leads.aVL), 1.3, 1.8);
  return some(graded(sokolow, 3.4, 4), graded(cornell, 2.4, 3), aVL);
}

function leftHypertrophy(context: LabelContext): Presence {
  const { leftVentricle, strain } = context.parameters;
  return firstCase(
    [obscured(context), doubted(leftVentricle > 0)],
    [leftVentricle === 0, doubted(leftVoltage(context))],
    [true, all(leftVoltage(context), strain > 0.4 || leftVentricle > 0.5 || undefined)],
  );
}

/** Readers name the voltage where they do not name the hypertrophy. */
function leftVoltageAlone(context: LabelContext): Presence {
  const voltage = leftVoltage(context);
  if (obscured(context)) return doubted(voltage);
  return leftHypertrophy(context) === true ? undefined : voltage;
}

function rightHypertrophy(context: LabelContext): Presence {
  if (obscured(context) || context.parameters.rightVentricle === 0) return false;
  const { V1 } = context.measures.leads;
  return all(graded(tallest(V1) / Math.max(0.1, V1.s), 0.6, 1.1), graded(context.truth.axisDeg, 75, 95)) || undefined;
}

const hasVisibleP = ({ parameters: { rhythm } }: LabelContext): boolean =>
  rhythm === 'sinus' || rhythm === 'atrial-sensed ventricular paced';

function leftAtrial(context: LabelContext): Presence {
  return hasVisibleP(context) && graded(context.parameters.leftAtrium, 0.15, 0.45);
}

function rightAtrial(context: LabelContext): Presence {
  return hasVisibleP(context) && graded(context.parameters.rightAtrium, 0.15, 0.45);
}

function lowVoltage({ measures: { leads }, parameters }: LabelContext): Presence {
  const largest = (...names: readonly MeasuredLead[]): number =>
    Math.max(...names.map((name) => leads[name].peakToPeak));
  const limb = largest('I', 'II', 'III', 'aVR', 'aVL', 'aVF');
  const chest = largest('V1', 'V2', 'V3', 'V4', 'V5', 'V6');
  const presence = some(graded(limb, 0.58, 0.48), all(graded(limb, 0.7, 0.55), graded(chest, 1.15, 0.95)));
  return parameters.rhythm === 'ventricular tachycardia' ? doubted(presence) : presence;
}

/** How deep and broad the wall's Q waves are: 25 ms, 0.1 mV and a fifth of R count as 1. */
function qSize({ measures: { leads } }: LabelContext, wall: Wall): number {
  const sizes = FACING[wall].map((name) => {
    const { q, qMs, r } = leads[name];
    const lostR = LOSES_R.includes(name) ? (0.4 - r) / 0.25 : 0;
    return Math.max(lostR, Math.min(q / 0.1, qMs / 25, q / (0.22 * r + 0.01)));
  });
  return sizes.sort((a, b) => b - a)[1] ?? 0;
}

/** A Q wave too small to be sure of leaves its own infarct in doubt, and a large one in doubt where there is none. */
function infarct(context: LabelContext, wall: Wall): Presence {
  const { infarct: scar, injury } = context.parameters;
  return firstCase(
    [scar === wall, obscured(context) ? undefined : graded(qSize(context, wall), 0.3, 0.9) || undefined],
    [injury === wall || (scar !== undefined && NEAR[scar].includes(wall)), undefined],
    [obscured(context), false],
    [true, doubted(graded(qSize(context, wall), 1.1, 1.6))],
  );
}

/** Seen from the front, its Q wave is a tall R in V2. */
function posteriorInfarct(context: LabelContext): Presence {
  const { infarct: scar, injury } = context.parameters;
  const { V2 } = context.measures.leads;
  return firstCase(
    [scar === 'inferoposterior' || injury === 'inferoposterior', undefined],
    [scar !== 'posterior', false],
    [obscured(context), undefined],
    [true, graded(tallest(V2) / Math.max(0.1, V2.s), 0.5, 0.9) || undefined],
  );
}

function injured(context: LabelContext, ...walls: readonly Wall[]): Presence {
  const { injury, injurySize } = context.parameters;
  if (injury === undefined) return false;
  if (!walls.includes(injury)) return doubted(walls.some((wall) => NEAR[wall].includes(injury)));
  return obscured(context) ? undefined : graded(injurySize, 0.08, 0.16) || undefined;
}

function stElevation(context: LabelContext): Presence {
  if (context.parameters.injury === undefined) return false;
  return obscured(context) ? undefined : graded(context.parameters.injurySize, 0.08, 0.22) || undefined;
}

/** What shapes conducted beats only, by its severity. */
function visible(context: LabelContext, severity: number): Presence {
  const presence = graded(severity, 0.2, 0.6);
  return obscured(context) ? doubted(presence) : presence;
}

/** ST depression and flat or inverted T waves, of which the wanted ones are there and the others are not. */
function nonspecific(context: LabelContext, wanted: { readonly st: boolean; readonly t: boolean }): Presence {
  const st = graded(lowestSt(context), -0.035, -0.065);
  const t = graded(flatT(context), 1, 3);
  const agrees = (presence: Presence, want: boolean): Presence =>
    want || presence === undefined ? presence : !presence;
  return explained(context) ? doubted(some(st, t)) : all(agrees(st, wanted.st), agrees(t, wanted.t));
}

/** Repolarisation is explained already, so that no one would call it nonspecific. */
function explained(context: LabelContext): boolean {
  const { strain, injury, pericarditis, earlyRepolarisation, conduction, infarct: scar } = context.parameters;
  const narrow = ['normal', 'left anterior fascicular block', 'left posterior fascicular block'].includes(conduction);
  const cause = strain > 0 || injury !== undefined || scar !== undefined || pericarditis + earlyRepolarisation > 0;
  return obscured(context) || !narrow || cause;
}

/** Number of leads with an R whose T wave is flat or inverted. */
function flatT({ measures: { leads } }: LabelContext): number {
  return (['I', 'II', 'aVL', 'V3', 'V4', 'V5', 'V6'] as const).filter((name) => {
    const { t, r, s } = leads[name];
    return r > s && t < Math.max(0.03, 0.1 * r);
  }).length;
}

function lowestSt({ measures: { leads } }: LabelContext): number {
  return Math.min(...(['I', 'II', 'V4', 'V5', 'V6'] as const).map((name) => leads[name].st));
}

function tallest({ r, rPrime }: LeadMeasures): number {
  return Math.max(r, rPrime);
}

function deepest({ q, s }: LeadMeasures): number {
  return Math.max(q, s);
}
