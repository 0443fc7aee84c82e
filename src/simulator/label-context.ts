import type { Timeline } from './beats.ts';
import type { TemplateMeasures } from './measure-template.ts';
import type { SimulationParameters } from './parameters.ts';
import type { SimulationTruth } from './truth.ts';

/** true, false, or undefined where readers would disagree. */
export type Presence = boolean | undefined;

/** What a rule may look at. */
export interface LabelContext {
  readonly parameters: SimulationParameters;
  readonly truth: SimulationTruth;
  readonly measures: TemplateMeasures;
  readonly timeline: Timeline;
}

/** When one of ECGFounder's labels holds, and what it makes of the whole: an abnormal, borderline or otherwise normal ECG. */
export interface LabelRule {
  readonly label: number;
  readonly grade: 'abnormal' | 'borderline' | 'minor' | 'neutral';
  readonly present: (context: LabelContext) => Presence;
}

/** false up to one value, true from another (which may be the smaller one), a matter of opinion between. */
export function graded(value: number, no: number, yes: number): Presence {
  const direction = Math.sign(yes - no);
  if (direction * (value - yes) >= 0) return true;
  return direction * (value - no) <= 0 ? false : undefined;
}

/** Holds where all hold; fails where one fails. */
export function all(...presences: readonly Presence[]): Presence {
  if (presences.includes(false)) return false;
  return presences.includes(undefined) ? undefined : true;
}

/** Holds where one holds; fails where all fail. */
export function some(...presences: readonly Presence[]): Presence {
  if (presences.includes(true)) return true;
  return presences.includes(undefined) ? undefined : false;
}

/** A matter of opinion at most. */
export function doubted(presence: Presence): Presence {
  return presence === false ? false : undefined;
}

/** What the first case that applies says; false where none applies. */
export function firstCase(...cases: readonly (readonly [applies: boolean, presence: Presence])[]): Presence {
  const found = cases.find(([applies]) => applies);
  return found === undefined ? false : found[1];
}

/** Most beats start in the ventricles. */
export function ventricularOrigin({ parameters: { rhythm, av, escapeFrom } }: LabelContext): boolean {
  return (
    ['ventricular tachycardia', 'idioventricular'].includes(rhythm) ||
    ['ventricular paced', 'atrial-sensed ventricular paced', 'dual paced'].includes(rhythm) ||
    (av === 'complete block' && escapeFrom === 'ventricular')
  );
}

/** The ventricles activate from their own muscle or past a block: then axis, voltage, Q and ST-T say little. */
export function obscured(context: LabelContext): boolean {
  return (
    ventricularOrigin(context) || ['left bundle branch block', 'preexcitation'].includes(context.parameters.conduction)
  );
}
