/** What drives the ventricles. */
export type Rhythm =
  | 'sinus'
  | 'ectopic atrial'
  | 'multifocal atrial'
  | 'atrial fibrillation'
  | 'atrial flutter'
  | 'supraventricular tachycardia'
  | 'junctional'
  | 'ventricular tachycardia'
  | 'idioventricular'
  | 'atrial paced'
  | 'ventricular paced'
  | 'atrial-sensed ventricular paced'
  | 'dual paced';

/** How atrial beats reach the ventricles. */
export type AvConduction = '1:1' | 'mobitz I' | '2:1' | 'complete block' | 'dissociation';

/** How activation spreads in the ventricles. */
export type Conduction =
  | 'normal'
  | 'right bundle branch block'
  | 'incomplete right bundle branch block'
  | 'left bundle branch block'
  | 'incomplete left bundle branch block'
  | 'left anterior fascicular block'
  | 'left posterior fascicular block'
  | 'right bundle branch and left anterior fascicular block'
  | 'right bundle branch and left posterior fascicular block'
  | 'intraventricular delay'
  | 'preexcitation';

/** A wall of the left ventricle, as the leads name it. */
export type Wall =
  | 'septal'
  | 'anteroseptal'
  | 'anterior'
  | 'anterolateral'
  | 'lateral'
  | 'inferior'
  | 'inferolateral'
  | 'inferoposterior'
  | 'posterior';

/** Standard deviations in mV of each kind of noise at an electrode, and how often it happens. */
export interface NoiseParameters {
  readonly baseline: number;
  readonly muscle: number;
  readonly mains: number;
  readonly mainsFrequency: 50 | 60;
  /** Electrode motion: bumps in a minute and their size in mV. */
  readonly motionPerMinute: number;
  readonly motion: number;
  /** The chest electrode (1 to 6) that has lost contact, if any. */
  readonly looseElectrode?: number;
}

/** Everything that distinguishes one simulated recording from another; the same parameters give the same signal. */
export interface SimulationParameters {
  readonly seed: number;
  readonly samplingRate: number;
  readonly durationSeconds: number;

  readonly rhythm: Rhythm;
  /** Of the atria where they drive the ventricles, else of the ventricles. */
  readonly ratePerMinute: number;
  /** Fraction by which RR intervals swing with respiration. */
  readonly sinusArrhythmia: number;
  readonly respirationsPerMinute: number;
  readonly av: AvConduction;
  readonly flutterRatio: 2 | 3 | 4 | 'variable';
  /** Seconds for which the sinus node falls silent; 0 for never. */
  readonly pauseSeconds: number;
  readonly escapeFrom: 'junctional' | 'ventricular';
  /** Probability that a beat is followed by a premature one; unless 0, there is one at least. */
  readonly atrialEctopy: number;
  readonly ventricularEctopy: number;
  readonly bigeminy: boolean;
  /** Late-coupled ventricular beats that merge with the conducted one. */
  readonly fusion: boolean;

  readonly prMs: number;
  readonly pMs: number;
  readonly qrsMs: number;
  /** QT at 60/min; at other rates QT scales with RR to the power 0.4. */
  readonly qtcMs: number;

  readonly conduction: Conduction;
  /** 0 barely, 1 fully developed. */
  readonly conductionSeverity: number;
  /** For some of the beats a bundle branch fails. */
  readonly intermittentBlock: boolean;
  readonly rsrPrime: number;

  /** Turns of the heart away from the template's normal axis, degrees. */
  readonly frontalDeg: number;
  readonly horizontalDeg: number;
  readonly torsoVariation: number;
  readonly pGain: number;
  readonly qrsGain: number;
  readonly tGain: number;

  /** 0 none to 1 marked. */
  readonly leftAtrium: number;
  readonly rightAtrium: number;
  readonly leftVentricle: number;
  readonly rightVentricle: number;
  readonly strain: number;
  readonly emphysema: number;

  readonly infarct?: Wall;
  readonly infarctSeverity: number;
  /** Wall with ST elevation. */
  readonly injury?: Wall;
  /** ST elevation in mV where it is highest. */
  readonly injurySize: number;
  readonly pericarditis: number;
  readonly earlyRepolarisation: number;
  /** Nonspecific ST depression and T flattening or inversion, 0 to 1. */
  readonly stDepression: number;
  readonly tFlattening: number;
  /** Normal variants: how open the T loop is, the U wave and the J point's elevation, 0 for none. */
  readonly tLoop: number;
  readonly uWave: number;
  readonly jPoint: number;

  /** Pacing spikes in mV. */
  readonly spike: number;
  readonly biventricularPacing: boolean;

  readonly noise: NoiseParameters;
}

/** The heart of a healthy adult at rest, ten seconds of it, without noise. */
export const HEALTHY: SimulationParameters = {
  seed: 1,
  samplingRate: 500,
  durationSeconds: 10,
  rhythm: 'sinus',
  ratePerMinute: 70,
  sinusArrhythmia: 0.02,
  respirationsPerMinute: 14,
  av: '1:1',
  flutterRatio: 2,
  pauseSeconds: 0,
  escapeFrom: 'junctional',
  atrialEctopy: 0,
  ventricularEctopy: 0,
  bigeminy: false,
  fusion: false,
  prMs: 155,
  pMs: 104,
  qrsMs: 90,
  qtcMs: 405,
  conduction: 'normal',
  conductionSeverity: 1,
  intermittentBlock: false,
  rsrPrime: 0,
  frontalDeg: 0,
  horizontalDeg: 0,
  torsoVariation: 0,
  pGain: 1,
  qrsGain: 1,
  tGain: 1,
  leftAtrium: 0,
  rightAtrium: 0,
  leftVentricle: 0,
  rightVentricle: 0,
  strain: 0,
  emphysema: 0,
  infarctSeverity: 0,
  injurySize: 0,
  pericarditis: 0,
  earlyRepolarisation: 0,
  stDepression: 0,
  tFlattening: 0,
  tLoop: 0,
  uWave: 0,
  jPoint: 0,
  spike: 0,
  biventricularPacing: false,
  noise: { baseline: 0, muscle: 0, mains: 0, mainsFrequency: 50, motionPerMinute: 0, motion: 0 },
};
