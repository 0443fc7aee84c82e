import type { VentricularBeat } from './beats.ts';
import { conductedQrs, ventricularQrs } from './depolarisation.ts';
import { between, factor, normal, type Random } from './draw.ts';
import { type Dipole, INDEPENDENT_LEADS, type LeadField, type LeadVector, project } from './lead-field.ts';
import type { SimulationParameters } from './parameters.ts';
import { conductedRepolarisation, discordantRepolarisation, type Repolarisation } from './repolarisation.ts';
import { drawVentricularFocus } from './ventricular-foci.ts';
import { type DipoleWave, type LeadWave, toLeadWave } from './waves.ts';

/** One kind of ventricular beat as the leads see it. */
export interface BeatTemplate {
  readonly qrs: readonly LeadWave[];
  readonly qrsMs: number;
  readonly st: LeadVector;
  readonly t: LeadVector;
  readonly earlyT: LeadVector;
  readonly u: LeadVector;
  /** Length of the T wave relative to the usual, and where in it the peak lies. */
  readonly tWidth: number;
  readonly tPeak: number;
}

/** Gains that leave every lead as it is. */
export const UNIT_GAINS: LeadVector = new Float64Array(INDEPENDENT_LEADS.length).fill(1);

/** Every kind of beat of one recording. */
export type BeatTemplates = Readonly<Record<VentricularBeat['kind'], BeatTemplate>>;

/** Draws them; the same foci all through a recording. */
export function drawBeatTemplates(parameters: SimulationParameters, field: LeadField, random: Random): BeatTemplates {
  const conducted = conductedTemplate(parameters, field, random);
  const ventricular = ventricularTemplate(parameters, field, random);
  const paced = pacedTemplate(parameters, field, random);
  return {
    conducted,
    ventricular,
    fusion: fusionTemplate(conducted, ventricular),
    paced,
    'second ventricular': ventricularTemplate(parameters, field, random),
    aberrant: aberrantTemplate(parameters, field, random),
  };
}

/** ST and T of one beat, ending `qtSeconds` after QRS onset, and the U wave after them. */
export function repolarisationWaves(template: BeatTemplate, qtSeconds: number): readonly LeadWave[] {
  const qrs = template.qrsMs / 1000;
  const tSeconds = Math.min(0.28, Math.max(0.1, 0.5 * (qtSeconds - 0.06) * template.tWidth), (qtSeconds - qrs) * 0.9);
  const tStart = qtSeconds - tSeconds;
  const tPeak = tStart + template.tPeak * tSeconds;
  const stTop = Math.min(qrs + 0.01, tStart);
  return [
    {
      start: qrs * 0.72,
      peak: stTop,
      hold: Math.max(stTop, tStart + 0.3 * tSeconds),
      end: qtSeconds,
      amplitudes: template.st,
    },
    { start: tStart, peak: tPeak, hold: tPeak, end: qtSeconds, amplitudes: template.t },
    {
      start: Math.max(qrs * 0.9, tStart - 0.06),
      peak: tStart + 0.3 * tSeconds,
      hold: tStart + 0.3 * tSeconds,
      end: tStart + 0.8 * tSeconds,
      amplitudes: template.earlyT,
    },
    {
      start: qtSeconds - 0.01,
      peak: qtSeconds + 0.07,
      hold: qtSeconds + 0.07,
      end: qtSeconds + 0.18,
      amplitudes: template.u,
    },
  ];
}

/** A beat that came down from the atria. */
function conductedTemplate(parameters: SimulationParameters, field: LeadField, random: Random): BeatTemplate {
  const qrs = conductedQrs(parameters, random);
  const repolarisation = conductedRepolarisation(parameters, qrs, random);
  const { torsoVariation } = parameters;
  return {
    ...toTemplate(qrs, parameters.qrsMs, { field, repolarisation }),
    tWidth: factor(random, 0.17 * torsoVariation),
    tPeak: 0.57 + 0.04 * torsoVariation * normal(random),
  };
}

/** A beat from a focus in the ventricles. */
function ventricularTemplate(parameters: SimulationParameters, field: LeadField, random: Random): BeatTemplate {
  const { dipole, qrsMs } = drawVentricularFocus(random);
  return fromFocus(scaled(dipole, parameters.qrsGain * factor(random, 0.25)), qrsMs, { field, random });
}

/** A conducted beat that finds one bundle branch refractory, more often the right one; where one is blocked anyway, no other. */
function aberrantTemplate(parameters: SimulationParameters, field: LeadField, random: Random): BeatTemplate {
  const conduction = random() < 0.7 ? 'right bundle branch block' : 'left bundle branch block';
  const aberrant = { ...parameters, conduction, qrsMs: between(random, 118, 152) } as const;
  return conductedTemplate(parameters.conduction === 'normal' ? aberrant : parameters, field, random);
}

/** A beat paced from the right ventricle's apex or septum, or from both ventricles. */
function pacedTemplate(parameters: SimulationParameters, field: LeadField, random: Random): BeatTemplate {
  const focus: Dipole = parameters.biventricularPacing
    ? [-0.45, between(random, -0.7, 0.3), between(random, -0.5, 0.3)]
    : [between(random, 0.35, 0.75), between(random, -0.95, 0.15), between(random, 0.55, 0.95)];
  const qrsMs = parameters.biventricularPacing ? between(random, 118, 155) : between(random, 138, 185);
  return fromFocus(scaled(focus, parameters.qrsGain * factor(random, 0.15)), qrsMs, { field, random });
}

/** Two activations that meet: half of each. */
function fusionTemplate(conducted: BeatTemplate, ventricular: BeatTemplate): BeatTemplate {
  const half = (wave: LeadWave): LeadWave => ({ ...wave, amplitudes: wave.amplitudes.map((value) => value / 2) });
  const mean = (a: LeadVector, b: LeadVector): LeadVector => a.map((value, lead) => (value + b[lead]!) / 2);
  return {
    qrs: [...conducted.qrs.map(half), ...ventricular.qrs.map(half)],
    qrsMs: Math.max(conducted.qrsMs, ventricular.qrsMs),
    st: mean(conducted.st, ventricular.st),
    t: mean(conducted.t, ventricular.t),
    earlyT: mean(conducted.earlyT, ventricular.earlyT),
    u: mean(conducted.u, ventricular.u),
    tWidth: conducted.tWidth,
    tPeak: conducted.tPeak,
  };
}

function fromFocus(
  focus: Dipole,
  qrsMs: number,
  { field, random }: { readonly field: LeadField; readonly random: Random },
): BeatTemplate {
  const qrs = ventricularQrs(focus, qrsMs, random);
  const repolarisation = discordantRepolarisation(qrs, between(random, 0.6, 1.3));
  // Little ST segment is left: T begins where the QRS ends.
  return { ...toTemplate(qrs, qrsMs, { field, repolarisation }), tWidth: between(random, 1.2, 1.7) };
}

function toTemplate(
  qrs: readonly DipoleWave[],
  qrsMs: number,
  { field, repolarisation }: { readonly field: LeadField; readonly repolarisation: Repolarisation },
): BeatTemplate {
  return {
    qrs: qrs.map((wave) => toLeadWave(wave, field.ventricles)),
    qrsMs,
    st: project(repolarisation.st, field.ventricles),
    t: project(repolarisation.t, field.ventricles),
    earlyT: project(repolarisation.earlyT, field.ventricles),
    u: project(repolarisation.u, field.ventricles),
    tWidth: 1,
    tPeak: 0.57,
  };
}

function scaled([x, y, z]: Dipole, by: number): Dipole {
  return [x * by, y * by, z * by];
}
