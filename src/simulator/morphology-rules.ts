import {
  all,
  doubted,
  graded,
  type LabelContext,
  type LabelRule,
  obscured,
  type Presence,
  some,
} from './label-context.ts';
import type { LeadMeasures, MeasuredLead } from './measure-template.ts';
import type { Wall } from './parameters.ts';

const lead = ({ measures }: LabelContext, name: MeasuredLead): LeadMeasures => measures.leads[name];
const tall = ({ r, rPrime }: LeadMeasures): number => Math.max(r, rPrime);
const deep = ({ q, s }: LeadMeasures): number => Math.max(q, s);

/** Sokolow-Lyon, Cornell (with the women's limit as the doubtful one) and R in aVL. */
function leftVoltage(context: LabelContext): Presence {
  const sokolow = deep(lead(context, 'V1')) + Math.max(tall(lead(context, 'V5')), tall(lead(context, 'V6')));
  const cornell = tall(lead(context, 'aVL')) + deep(lead(context, 'V3'));
  return some(
    graded(sokolow, 3.4, 4),
    graded(cornell, 2.4, 3),
    context.truth.axisDeg > -30
      ? graded(tall(lead(context, 'aVL')), 1.05, 1.25)
      : graded(tall(lead(context, 'aVL')), 1.3, 1.8),
  );
}

function leftHypertrophy(context: LabelContext): Presence {
  if (obscured(context)) return context.parameters.leftVentricle > 0 ? undefined : false;
  const { leftVentricle, strain } = context.parameters;
  if (leftVentricle === 0) return doubted(leftVoltage(context));
  return all(leftVoltage(context), strain > 0.4 || leftVentricle > 0.5 ? true : undefined);
}

function rightHypertrophy(context: LabelContext): Presence {
  if (obscured(context) || context.parameters.rightVentricle === 0) return false;
  const { V1 } = context.measures.leads;
  return (
    all(graded(tall(V1) / Math.max(0.1, V1.s), 0.6, 1.1), graded(context.truth.axisDeg, 75, 95) ?? undefined) ||
    undefined
  );
}

function lowVoltage({ measures: { leads }, parameters }: LabelContext): Presence {
  const limb = Math.max(...(['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const).map((name) => leads[name].peakToPeak));
  const chest = Math.max(...(['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const).map((name) => leads[name].peakToPeak));
  const presence = some(graded(limb, 0.58, 0.48), all(graded(limb, 0.7, 0.55), graded(chest, 1.15, 0.95)));
  return parameters.rhythm === 'ventricular tachycardia' ? doubted(presence) : presence;
}

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

/** How deep and broad the wall's Q waves are: 0.03 s and a quarter of R count fully. */
function qSize(context: LabelContext, wall: Wall): number {
  const sizes = FACING[wall].map((name) => {
    const { q, qMs, r } = lead(context, name);
    const lostR = LOSES_R.includes(name) ? (0.4 - r) / 0.25 : 0;
    return Math.max(lostR, Math.min(q / 0.1, qMs / 25, q / (0.22 * r + 0.01)));
  });
  return sizes.length === 0 ? 1 : sizes.sort((a, b) => b - a)[Math.min(1, sizes.length - 1)]!;
}

function infarct(wall: Wall) {
  return (context: LabelContext): Presence => {
    const { infarct: scar, injury } = context.parameters;
    const hidden = obscured(context);
    if (scar === wall) return hidden ? undefined : graded(qSize(context, wall), 0.3, 0.9) || undefined;
    if (injury === wall) return undefined;
    if (scar !== undefined && NEAR[scar].includes(wall)) return undefined;
    if (hidden) return false;
    return doubted(graded(qSize(context, wall), 1.1, 1.6));
  };
}

function injured(...walls: readonly Wall[]) {
  return (context: LabelContext): Presence => {
    const { injury, injurySize } = context.parameters;
    if (injury === undefined) return false;
    if (walls.includes(injury)) return obscured(context) ? undefined : graded(injurySize, 0.08, 0.16) || undefined;
    return walls.some((wall) => NEAR[wall].includes(injury)) ? undefined : false;
  };
}

function stElevation(context: LabelContext): Presence {
  if (context.parameters.injury === undefined) return false;
  return obscured(context) ? undefined : graded(context.parameters.injurySize, 0.08, 0.22) || undefined;
}

/** Repolarisation already explained, so that no one would call it nonspecific. */
function explained(context: LabelContext): boolean {
  const { strain, injury, pericarditis, earlyRepolarisation, conduction, infarct: scar } = context.parameters;
  return (
    obscured(context) ||
    strain > 0 ||
    injury !== undefined ||
    pericarditis > 0 ||
    earlyRepolarisation > 0 ||
    scar !== undefined ||
    !['normal', 'left anterior fascicular block', 'left posterior fascicular block'].includes(conduction)
  );
}

/** Number of leads, aVR, III and V1 apart, whose T wave is flat or inverted against its QRS. */
function flatT({ measures: { leads } }: LabelContext): number {
  return (['I', 'II', 'aVL', 'V3', 'V4', 'V5', 'V6'] as const).filter((name) => {
    const { t, r, s } = leads[name];
    return r > s && t < Math.max(0.03, 0.1 * r);
  }).length;
}

function depressedSt({ measures: { leads } }: LabelContext): number {
  return Math.min(...(['I', 'II', 'V4', 'V5', 'V6'] as const).map((name) => leads[name].st));
}

function nonspecific(wanted: 'st' | 't' | 'both') {
  return (context: LabelContext): Presence => {
    const st = graded(depressedSt(context), -0.035, -0.065);
    const t = graded(flatT(context), 1, 3);
    const opposite = (presence: Presence): Presence => (presence === undefined ? undefined : !presence);
    const presence = wanted === 'both' ? all(st, t) : wanted === 'st' ? all(st, opposite(t)) : all(t, opposite(st));
    return explained(context) ? (some(st, t) === false ? false : undefined) : presence;
  };
}

const severity =
  (value: (context: LabelContext) => number, no: number, yes: number) =>
  (context: LabelContext): Presence =>
    graded(value(context), no, yes);

/** P waves can be judged. */
const withP =
  (judge: (context: LabelContext) => Presence) =>
  (context: LabelContext): Presence =>
    ['sinus', 'atrial-sensed ventricular paced'].includes(context.parameters.rhythm) ? judge(context) : false;

const leftAtrial = withP(severity(({ parameters }) => parameters.leftAtrium, 0.15, 0.45));
const rightAtrial = withP(severity(({ parameters }) => parameters.rightAtrium, 0.15, 0.45));

/** Chambers, infarcts, injury, repolarisation. */
export const MORPHOLOGY_RULES: readonly LabelRule[] = [
  { label: 26, grade: 'abnormal', present: leftHypertrophy },
  {
    label: 63,
    grade: 'borderline',
    present: (c) => (obscured(c) ? doubted(leftVoltage(c)) : leftHypertrophy(c) === true ? undefined : leftVoltage(c)),
  },
  {
    label: 55,
    grade: 'neutral',
    present: (c) =>
      leftHypertrophy(c) === false ? false : all(leftHypertrophy(c), graded(c.parameters.strain, 0.1, 0.45)),
  },
  { label: 82, grade: 'abnormal', present: rightHypertrophy },
  {
    label: 13,
    grade: 'borderline',
    present: (c) => (rightAtrial(c) === true ? doubted(leftAtrial(c)) : leftAtrial(c)),
  },
  {
    label: 60,
    grade: 'borderline',
    present: (c) => (leftAtrial(c) === true ? doubted(rightAtrial(c)) : rightAtrial(c)),
  },
  { label: 74, grade: 'abnormal', present: (c) => all(leftAtrial(c), rightAtrial(c)) },
  { label: 15, grade: 'borderline', present: lowVoltage },
  { label: 86, grade: 'abnormal', present: severity(({ parameters }) => parameters.emphysema, 0.2, 0.6) },
  { label: 12, grade: 'abnormal', present: infarct('septal') },
  { label: 40, grade: 'abnormal', present: infarct('anteroseptal') },
  { label: 17, grade: 'abnormal', present: infarct('anterior') },
  { label: 54, grade: 'abnormal', present: infarct('anterolateral') },
  { label: 24, grade: 'abnormal', present: infarct('lateral') },
  { label: 61, grade: 'abnormal', present: infarct('inferior') },
  { label: 88, grade: 'abnormal', present: infarct('inferoposterior') },
  {
    label: 132,
    grade: 'abnormal',
    present: (c) =>
      c.parameters.infarct === 'inferoposterior' || c.parameters.injury === 'inferoposterior'
        ? undefined
        : c.parameters.infarct === 'posterior'
          ? obscured(c)
            ? undefined
            : graded(tall(lead(c, 'V2')) / Math.max(0.1, lead(c, 'V2').s), 0.5, 0.9) || undefined
          : false,
  },
  { label: 128, grade: 'abnormal', present: injured('anterior', 'anteroseptal', 'septal') },
  { label: 140, grade: 'abnormal', present: injured('anterolateral') },
  { label: 104, grade: 'abnormal', present: injured('lateral') },
  { label: 109, grade: 'abnormal', present: injured('inferior', 'inferoposterior') },
  { label: 138, grade: 'abnormal', present: injured('inferolateral') },
  { label: 87, grade: 'abnormal', present: stElevation },
  { label: 131, grade: 'abnormal', present: severity(({ parameters }) => parameters.pericarditis, 0.2, 0.6) },
  { label: 99, grade: 'minor', present: severity(({ parameters }) => parameters.earlyRepolarisation, 0.2, 0.6) },
  { label: 14, grade: 'abnormal', present: nonspecific('t') },
  { label: 25, grade: 'abnormal', present: nonspecific('st') },
  { label: 35, grade: 'abnormal', present: nonspecific('both') },
];
