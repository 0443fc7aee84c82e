import { between, oneOf, type Random } from './draw.ts';
import type { SimulationParameters, Wall } from './parameters.ts';

type Change = Partial<SimulationParameters>;

/** A finding that can be asked for: how it changes a recording's parameters. */
export interface SimulatedFinding {
  readonly name: string;
  /** Index of ECGFounder's label that it brings about. */
  readonly label: number;
  /** Findings of one kind exclude each other. */
  readonly kind:
    | 'rhythm'
    | 'ectopy'
    | 'av'
    | 'conduction'
    | 'axis'
    | 'atria'
    | 'ventricles'
    | 'infarct'
    | 'injury'
    | 'repolarisation'
    | 'voltage';
  /** How often a data set shows it, relative to the others. */
  readonly weight: number;
  readonly change: (random: Random) => Change;
}

const broad = (random: Random): number => between(random, 122, 165);

function scar(infarct: Wall): (random: Random) => Change {
  return (random) => ({
    infarct,
    infarctSeverity: between(random, 0.15, 1),
    horizontalDeg: between(random, -12, 12),
    ...(infarct.startsWith('infer') ? { frontalDeg: between(random, -48, 15) } : {}),
  });
}

function elevation(...walls: readonly [Wall, ...Wall[]]): (random: Random) => Change {
  return (random) => {
    const injury = oneOf(random, walls);
    const evolves = random() < 0.35 ? { infarct: injury, infarctSeverity: between(random, 0.2, 0.8) } : {};
    return { injury, injurySize: 0.15 + 0.45 * random() ** 1.5, ...evolves };
  };
}

const spikes = (random: Random): number => (random() < 0.12 ? between(random, 0, 0.1) : between(random, 0.25, 2.2));
const fibrillation =
  (low: number, high: number) =>
  (random: Random): Change => ({ rhythm: 'atrial fibrillation', ratePerMinute: between(random, low, high) });

/** One row per finding, by the name of its label. */
export const FINDINGS: readonly SimulatedFinding[] = [
  {
    name: 'sinus rhythm',
    label: 3,
    kind: 'rhythm',
    weight: 0,
    change: (r) => ({ rhythm: 'sinus', ratePerMinute: between(r, 62, 96) }),
  },
  {
    name: 'normal sinus rhythm',
    label: 1,
    kind: 'rhythm',
    weight: 0,
    change: (r) => ({ rhythm: 'sinus', ratePerMinute: between(r, 62, 96) }),
  },
  {
    name: 'normal ecg',
    label: 2,
    kind: 'rhythm',
    weight: 0,
    change: (r) => ({ rhythm: 'sinus', ratePerMinute: between(r, 62, 96) }),
  },
  {
    name: 'sinus bradycardia',
    label: 4,
    kind: 'rhythm',
    weight: 5,
    change: (r) => ({ ratePerMinute: between(r, 44, 59) }),
  },
  {
    name: 'marked sinus bradycardia',
    label: 33,
    kind: 'rhythm',
    weight: 1.5,
    change: (r) => ({ ratePerMinute: between(r, 32, 44) }),
  },
  {
    name: 'sinus tachycardia',
    label: 6,
    kind: 'rhythm',
    weight: 5,
    change: (r) => ({ ratePerMinute: between(r, 101, 148) }),
  },
  {
    name: 'with sinus arrhythmia',
    label: 34,
    kind: 'rhythm',
    weight: 4,
    change: (r) => ({ sinusArrhythmia: between(r, 0.09, 0.2), ratePerMinute: between(r, 50, 85) }),
  },
  {
    name: 'with marked sinus arrhythmia',
    label: 44,
    kind: 'rhythm',
    weight: 1.5,
    change: (r) => ({ sinusArrhythmia: between(r, 0.22, 0.34), ratePerMinute: between(r, 50, 80) }),
  },
  {
    name: 'with sinus pause',
    label: 142,
    kind: 'rhythm',
    weight: 1.2,
    change: (r) => ({ pauseSeconds: between(r, 1, 2.6), ratePerMinute: between(r, 48, 80) }),
  },
  { name: 'atrial fibrillation', label: 5, kind: 'rhythm', weight: 5, change: fibrillation(62, 100) },
  { name: 'with rapid ventricular response', label: 28, kind: 'rhythm', weight: 3, change: fibrillation(105, 170) },
  { name: 'with slow ventricular response', label: 67, kind: 'rhythm', weight: 1.5, change: fibrillation(36, 58) },
  {
    name: 'atrial flutter',
    label: 32,
    kind: 'rhythm',
    weight: 4,
    change: (r) => ({ rhythm: 'atrial flutter', flutterRatio: oneOf(r, [2, 2, 3, 4, 4]) }),
  },
  {
    name: 'with variable av block',
    label: 127,
    kind: 'rhythm',
    weight: 1.5,
    change: () => ({ rhythm: 'atrial flutter', flutterRatio: 'variable' }),
  },
  {
    name: 'ectopic atrial rhythm',
    label: 38,
    kind: 'rhythm',
    weight: 2,
    change: (r) => ({ rhythm: 'ectopic atrial', ratePerMinute: between(r, 52, 100), prMs: between(r, 105, 165) }),
  },
  {
    name: 'multifocal atrial tachycardia',
    label: 149,
    kind: 'rhythm',
    weight: 1,
    change: (r) => ({ rhythm: 'multifocal atrial', ratePerMinute: between(r, 104, 145) }),
  },
  {
    name: 'supraventricular tachycardia',
    label: 93,
    kind: 'rhythm',
    weight: 2,
    change: (r) => ({ rhythm: 'supraventricular tachycardia', ratePerMinute: between(r, 142, 220) }),
  },
  {
    name: 'junctional rhythm',
    label: 49,
    kind: 'rhythm',
    weight: 2,
    change: (r) => ({ rhythm: 'junctional', ratePerMinute: between(r, 44, 78) }),
  },
  {
    name: 'junctional bradycardia',
    label: 126,
    kind: 'rhythm',
    weight: 0.8,
    change: (r) => ({ rhythm: 'junctional', ratePerMinute: between(r, 30, 40) }),
  },
  {
    name: 'ventricular tachycardia',
    label: 98,
    kind: 'rhythm',
    weight: 1.5,
    change: (r) => ({ rhythm: 'ventricular tachycardia', ratePerMinute: between(r, 122, 215) }),
  },
  {
    name: 'wide qrs tachycardia',
    label: 95,
    kind: 'rhythm',
    weight: 0.5,
    change: (r) => ({ rhythm: 'ventricular tachycardia', ratePerMinute: between(r, 122, 215) }),
  },
  {
    name: 'idioventricular rhythm',
    label: 133,
    kind: 'rhythm',
    weight: 1,
    change: (r) => ({ rhythm: 'idioventricular', ratePerMinute: between(r, 30, 95) }),
  },
  {
    name: 'electronic ventricular pacemaker',
    label: 52,
    kind: 'rhythm',
    weight: 2.5,
    change: (r) => ({
      rhythm: 'ventricular paced',
      ratePerMinute: between(r, 58, 95),
      spike: spikes(r),
      biventricularPacing: r() < 0.15,
    }),
  },
  {
    name: 'ventricular-paced rhythm',
    label: 75,
    kind: 'rhythm',
    weight: 0.5,
    change: (r) => ({ rhythm: 'ventricular paced', ratePerMinute: between(r, 58, 95), spike: spikes(r) }),
  },
  {
    name: 'atrial-paced rhythm',
    label: 76,
    kind: 'rhythm',
    weight: 1.2,
    change: (r) => ({
      rhythm: 'atrial paced',
      ratePerMinute: between(r, 58, 90),
      spike: spikes(r),
      prMs: between(r, 150, 250),
    }),
  },
  {
    name: 'electronic atrial pacemaker',
    label: 50,
    kind: 'rhythm',
    weight: 0.3,
    change: (r) => ({
      rhythm: 'atrial paced',
      ratePerMinute: between(r, 58, 90),
      spike: spikes(r),
      prMs: between(r, 150, 250),
    }),
  },
  {
    name: 'atrial-sensed ventricular-paced rhythm',
    label: 84,
    kind: 'rhythm',
    weight: 1.2,
    change: (r) => ({
      rhythm: 'atrial-sensed ventricular paced',
      ratePerMinute: between(r, 60, 100),
      spike: spikes(r),
      prMs: between(r, 120, 190),
      biventricularPacing: r() < 0.2,
    }),
  },
  {
    name: 'av dual-paced rhythm',
    label: 92,
    kind: 'rhythm',
    weight: 1.2,
    change: (r) => ({
      rhythm: 'dual paced',
      ratePerMinute: between(r, 58, 85),
      spike: spikes(r),
      prMs: between(r, 130, 200),
    }),
  },

  {
    name: 'premature atrial complexes',
    label: 16,
    kind: 'ectopy',
    weight: 5,
    change: (r) => ({ atrialEctopy: between(r, 0.1, 0.35) }),
  },
  {
    name: 'premature ventricular complexes',
    label: 9,
    kind: 'ectopy',
    weight: 5,
    change: (r) => ({ ventricularEctopy: between(r, 0.1, 0.4) }),
  },
  {
    name: 'in a pattern of bigeminy',
    label: 91,
    kind: 'ectopy',
    weight: 1.2,
    change: () => ({ ventricularEctopy: 1, bigeminy: true }),
  },
  {
    name: 'fusion complexes',
    label: 31,
    kind: 'ectopy',
    weight: 1,
    change: (r) => ({ ventricularEctopy: between(r, 0.25, 0.5), fusion: true }),
  },

  {
    name: 'with 1st degree av block',
    label: 79,
    kind: 'av',
    weight: 6,
    change: (r) => ({ prMs: between(r, 208, 330) }),
  },
  {
    name: 'with short pr',
    label: 43,
    kind: 'av',
    weight: 2,
    change: (r) => ({ prMs: between(r, 86, 114), pMs: between(r, 78, 96) }),
  },
  {
    name: 'with 2nd degree av block mobitz i',
    label: 146,
    kind: 'av',
    weight: 1.5,
    change: (r) => ({ av: 'mobitz I', prMs: between(r, 160, 220), ratePerMinute: between(r, 60, 98) }),
  },
  {
    name: 'with 2:1 av conduction',
    label: 147,
    kind: 'av',
    weight: 1.2,
    change: (r) => ({ av: '2:1', ratePerMinute: between(r, 66, 115) }),
  },
  {
    name: 'with complete heart block',
    label: 121,
    kind: 'av',
    weight: 1.5,
    change: (r) => ({
      av: 'complete block',
      escapeFrom: oneOf(r, ['junctional', 'ventricular']),
      ratePerMinute: between(r, 62, 108),
    }),
  },
  {
    name: 'with av dissociation',
    label: 148,
    kind: 'av',
    weight: 0.8,
    change: (r) => ({ av: 'dissociation', ratePerMinute: between(r, 48, 78) }),
  },

  {
    name: 'right bundle branch block',
    label: 11,
    kind: 'conduction',
    weight: 5,
    change: (r) => ({ conduction: 'right bundle branch block', qrsMs: broad(r) }),
  },
  {
    name: 'incomplete right bundle branch block',
    label: 18,
    kind: 'conduction',
    weight: 4,
    change: (r) => ({
      conduction: 'incomplete right bundle branch block',
      conductionSeverity: r(),
      qrsMs: between(r, 98, 118),
    }),
  },
  {
    name: "rsr' pattern in v1",
    label: 96,
    kind: 'conduction',
    weight: 2,
    change: (r) => ({ rsrPrime: between(r, 0.5, 1.1), qrsMs: between(r, 80, 102) }),
  },
  {
    name: 'left bundle branch block',
    label: 20,
    kind: 'conduction',
    weight: 4,
    change: (r) => ({
      conduction: 'left bundle branch block',
      qrsMs: between(r, 126, 175),
      frontalDeg: between(r, -45, 15),
    }),
  },
  {
    name: 'incomplete left bundle branch block',
    label: 62,
    kind: 'conduction',
    weight: 1.5,
    change: (r) => ({
      conduction: 'incomplete left bundle branch block',
      qrsMs: between(r, 104, 119),
      frontalDeg: between(r, -40, 10),
    }),
  },
  {
    name: 'left anterior fascicular block',
    label: 36,
    kind: 'conduction',
    weight: 5,
    change: (r) => ({
      conduction: 'left anterior fascicular block',
      qrsMs: between(r, 86, 116),
      frontalDeg: between(r, -28, 12),
    }),
  },
  {
    name: 'left posterior fascicular block',
    label: 70,
    kind: 'conduction',
    weight: 1.5,
    change: (r) => ({
      conduction: 'left posterior fascicular block',
      qrsMs: between(r, 86, 114),
      frontalDeg: between(r, -5, 28),
    }),
  },
  {
    name: 'rbbb and left anterior fascicular block',
    label: 103,
    kind: 'conduction',
    weight: 2.5,
    change: (r) => ({
      conduction: 'right bundle branch and left anterior fascicular block',
      qrsMs: broad(r),
      frontalDeg: between(r, -25, 10),
    }),
  },
  {
    name: 'rbbb and left posterior fascicular block',
    label: 139,
    kind: 'conduction',
    weight: 0.8,
    change: (r) => ({
      conduction: 'right bundle branch and left posterior fascicular block',
      qrsMs: broad(r),
      frontalDeg: between(r, -5, 20),
    }),
  },
  {
    name: 'nonspecific intraventricular conduction delay',
    label: 89,
    kind: 'conduction',
    weight: 3,
    change: (r) => ({ conduction: 'intraventricular delay', qrsMs: between(r, 112, 150) }),
  },
  {
    name: 'wolff-parkinson-white',
    label: 107,
    kind: 'conduction',
    weight: 2.5,
    change: (r) => ({
      conduction: 'preexcitation',
      conductionSeverity: between(r, 0.35, 1),
      qrsMs: between(r, 112, 155),
      prMs: between(r, 80, 122),
      pMs: between(r, 78, 100),
    }),
  },

  {
    name: 'left axis deviation',
    label: 8,
    kind: 'axis',
    weight: 3,
    change: (r) => ({ frontalDeg: between(r, -92, -62) }),
  },
  { name: 'leftward axis', label: 117, kind: 'axis', weight: 1, change: (r) => ({ frontalDeg: between(r, -46, -32) }) },
  {
    name: 'right axis deviation',
    label: 37,
    kind: 'axis',
    weight: 2.5,
    change: (r) => ({ frontalDeg: between(r, 58, 110) }),
  },
  { name: 'rightward axis', label: 41, kind: 'axis', weight: 1, change: (r) => ({ frontalDeg: between(r, 36, 48) }) },
  {
    name: 'right superior axis deviation',
    label: 73,
    kind: 'axis',
    weight: 0.8,
    change: (r) => ({ frontalDeg: between(r, 150, 200) }),
  },

  {
    name: 'left atrial enlargement',
    label: 13,
    kind: 'atria',
    weight: 4,
    change: (r) => ({ leftAtrium: between(r, 0.4, 1), pMs: between(r, 116, 145) }),
  },
  {
    name: 'right atrial enlargement',
    label: 60,
    kind: 'atria',
    weight: 2.5,
    change: (r) => ({ rightAtrium: between(r, 0.4, 1) }),
  },
  {
    name: 'biatrial enlargement',
    label: 74,
    kind: 'atria',
    weight: 1,
    change: (r) => ({ leftAtrium: between(r, 0.45, 1), rightAtrium: between(r, 0.45, 1), pMs: between(r, 116, 140) }),
  },

  {
    name: 'left ventricular hypertrophy',
    label: 26,
    kind: 'ventricles',
    weight: 5,
    change: (r) => ({
      leftVentricle: between(r, 0.5, 1.1),
      strain: r() < 0.55 ? between(r, 0.4, 1) : 0,
      qrsGain: between(r, 1, 1.6),
      qrsMs: between(r, 86, 114),
    }),
  },
  {
    name: 'voltage criteria for left ventricular hypertrophy',
    label: 63,
    kind: 'ventricles',
    weight: 4,
    change: (r) => ({ qrsGain: between(r, 1.4, 2.1), leftVentricle: 0 }),
  },
  {
    name: 'with repolarization abnormality',
    label: 55,
    kind: 'ventricles',
    weight: 2,
    change: (r) => ({ leftVentricle: between(r, 0.6, 1.1), strain: between(r, 0.5, 1), qrsGain: between(r, 1, 1.6) }),
  },
  {
    name: 'right ventricular hypertrophy',
    label: 82,
    kind: 'ventricles',
    weight: 2.5,
    change: (r) => ({
      rightVentricle: between(r, 0.5, 1.1),
      strain: r() < 0.6 ? between(r, 0.3, 1) : 0,
      frontalDeg: between(r, 25, 80),
    }),
  },
  {
    name: 'pulmonary disease pattern',
    label: 86,
    kind: 'ventricles',
    weight: 1.5,
    change: (r) => ({
      emphysema: between(r, 0.5, 1),
      rightAtrium: between(r, 0.2, 0.8),
      qrsGain: between(r, 0.45, 0.85),
      frontalDeg: between(r, 20, 60),
    }),
  },

  { name: 'septal infarct', label: 12, kind: 'infarct', weight: 4, change: scar('septal') },
  { name: 'anteroseptal infarct', label: 40, kind: 'infarct', weight: 3, change: scar('anteroseptal') },
  { name: 'anterior infarct', label: 17, kind: 'infarct', weight: 3.5, change: scar('anterior') },
  { name: 'anterolateral infarct', label: 54, kind: 'infarct', weight: 2, change: scar('anterolateral') },
  { name: 'lateral infarct', label: 24, kind: 'infarct', weight: 2.5, change: scar('lateral') },
  { name: 'inferior infarct', label: 61, kind: 'infarct', weight: 6, change: scar('inferior') },
  { name: 'inferior-posterior infarct', label: 88, kind: 'infarct', weight: 1.2, change: scar('inferoposterior') },
  { name: 'posterior infarct', label: 132, kind: 'infarct', weight: 1, change: scar('posterior') },

  {
    name: 'anterior injury pattern',
    label: 128,
    kind: 'injury',
    weight: 2,
    change: elevation('anterior', 'anteroseptal'),
  },
  { name: 'anterolateral injury pattern', label: 140, kind: 'injury', weight: 1.2, change: elevation('anterolateral') },
  { name: 'lateral injury pattern', label: 104, kind: 'injury', weight: 1.2, change: elevation('lateral') },
  {
    name: 'inferior injury pattern',
    label: 109,
    kind: 'injury',
    weight: 2.5,
    change: elevation('inferior', 'inferior', 'inferoposterior'),
  },
  { name: 'inferolateral injury pattern', label: 138, kind: 'injury', weight: 1.2, change: elevation('inferolateral') },
  {
    name: 'acute mi / stemi',
    label: 87,
    kind: 'injury',
    weight: 1,
    change: elevation('anterior', 'anterolateral', 'inferior', 'inferolateral'),
  },

  {
    name: 'acute pericarditis',
    label: 131,
    kind: 'repolarisation',
    weight: 1.5,
    change: (r) => ({ pericarditis: between(r, 0.6, 1.5) }),
  },
  {
    name: 'early repolarization',
    label: 99,
    kind: 'repolarisation',
    weight: 2.5,
    change: (r) => ({ earlyRepolarisation: between(r, 0.6, 1.5) }),
  },
  {
    name: 'nonspecific t wave abnormality',
    label: 14,
    kind: 'repolarisation',
    weight: 6,
    change: (r) => ({ tFlattening: between(r, 0.6, 1.25) }),
  },
  {
    name: 'nonspecific st abnormality',
    label: 25,
    kind: 'repolarisation',
    weight: 3,
    change: (r) => ({ stDepression: between(r, 0.9, 1.8), tFlattening: between(r, 0, 0.2) }),
  },
  {
    name: 'nonspecific st and t wave abnormality',
    label: 35,
    kind: 'repolarisation',
    weight: 4,
    change: (r) => ({ stDepression: between(r, 0.7, 2), tFlattening: between(r, 0.6, 1.4) }),
  },
  {
    name: 'prolonged qt',
    label: 80,
    kind: 'repolarisation',
    weight: 4,
    change: (r) => ({ qtcMs: between(r, 485, 570) }),
  },
  {
    name: 'low voltage qrs',
    label: 15,
    kind: 'voltage',
    weight: 3,
    change: (r) => ({ qrsGain: between(r, 0.22, 0.43) }),
  },
];

/** The row of a finding by its name, in any case. */
export function findingByName(name: string): SimulatedFinding | undefined {
  return FINDINGS.find((finding) => finding.name === name.toLowerCase());
}
