import { between, oneOf, type Random } from './draw.ts';
import { findingsOf, type SimulatedFinding } from './finding-row.ts';
import type { SimulationParameters, Wall } from './parameters.ts';

/** Chambers, infarcts, injury and repolarisation. */
export const MORPHOLOGY_FINDINGS: readonly SimulatedFinding[] = [
  ...findingsOf('atria', [
    { name: 'left atrial enlargement', label: 13, weight: 4, ranges: { leftAtrium: [0.4, 1], pMs: [116, 145] } },
    { name: 'right atrial enlargement', label: 60, weight: 2.5, ranges: { rightAtrium: [0.4, 1] } },
    {
      name: 'biatrial enlargement',
      label: 74,
      weight: 1,
      ranges: { leftAtrium: [0.45, 1], rightAtrium: [0.45, 1], pMs: [116, 140] },
    },
  ]),
  ...findingsOf('ventricles', [
    {
      name: 'left ventricular hypertrophy',
      label: 26,
      weight: 5,
      ranges: { leftVentricle: [0.5, 1.1], qrsGain: [1, 1.6], qrsMs: [86, 114] },
      also: (random) => ({ strain: random() < 0.55 ? between(random, 0.4, 1) : 0 }),
    },
    {
      name: 'voltage criteria for left ventricular hypertrophy',
      label: 63,
      weight: 4,
      set: { leftVentricle: 0 },
      ranges: { qrsGain: [1.4, 2.1] },
    },
    {
      name: 'with repolarization abnormality',
      label: 55,
      weight: 2,
      ranges: { leftVentricle: [0.6, 1.1], strain: [0.5, 1], qrsGain: [1, 1.6] },
    },
    {
      name: 'right ventricular hypertrophy',
      label: 82,
      weight: 2.5,
      ranges: { rightVentricle: [0.5, 1.1], frontalDeg: [25, 80] },
      also: (random) => ({ strain: random() < 0.6 ? between(random, 0.3, 1) : 0 }),
    },
    {
      name: 'pulmonary disease pattern',
      label: 86,
      weight: 1.5,
      ranges: { emphysema: [0.5, 1], rightAtrium: [0.2, 0.8], qrsGain: [0.45, 0.85], frontalDeg: [20, 60] },
    },
  ]),
  ...findingsOf('infarct', [
    { name: 'septal infarct', label: 12, weight: 4, also: scar('septal') },
    { name: 'anteroseptal infarct', label: 40, weight: 3, also: scar('anteroseptal') },
    { name: 'anterior infarct', label: 17, weight: 3.5, also: scar('anterior') },
    { name: 'anterolateral infarct', label: 54, weight: 2, also: scar('anterolateral') },
    { name: 'lateral infarct', label: 24, weight: 2.5, also: scar('lateral') },
    { name: 'inferior infarct', label: 61, weight: 6, also: scar('inferior') },
    { name: 'inferior-posterior infarct', label: 88, weight: 1.2, also: scar('inferoposterior') },
    { name: 'posterior infarct', label: 132, weight: 1, also: scar('posterior') },
  ]),
  ...findingsOf('injury', [
    { name: 'anterior injury pattern', label: 128, weight: 2, also: elevation('anterior', 'anteroseptal') },
    { name: 'anterolateral injury pattern', label: 140, weight: 1.2, also: elevation('anterolateral') },
    { name: 'lateral injury pattern', label: 104, weight: 1.2, also: elevation('lateral') },
    {
      name: 'inferior injury pattern',
      label: 109,
      weight: 2.5,
      also: elevation('inferior', 'inferior', 'inferoposterior'),
    },
    { name: 'inferolateral injury pattern', label: 138, weight: 1.2, also: elevation('inferolateral') },
    {
      name: 'acute mi / stemi',
      label: 87,
      weight: 1,
      also: elevation('anterior', 'anterolateral', 'inferior', 'inferolateral'),
    },
  ]),
  ...findingsOf('repolarisation', [
    { name: 'acute pericarditis', label: 131, weight: 1.5, ranges: { pericarditis: [0.6, 1.5] } },
    { name: 'early repolarization', label: 99, weight: 2.5, ranges: { earlyRepolarisation: [0.6, 1.5] } },
    { name: 'nonspecific t wave abnormality', label: 14, weight: 6, ranges: { tFlattening: [0.55, 1.3] } },
    {
      name: 'nonspecific st abnormality',
      label: 25,
      weight: 7,
      ranges: { stDepression: [0.45, 1.4], tFlattening: [0, 0.35] },
    },
    {
      name: 'nonspecific st and t wave abnormality',
      label: 35,
      weight: 4,
      ranges: { stDepression: [0.45, 1.8], tFlattening: [0.6, 1.4] },
    },
    { name: 'prolonged qt', label: 80, weight: 4, ranges: { qtcMs: [485, 570] } },
  ]),
  ...findingsOf('voltage', [{ name: 'low voltage qrs', label: 15, weight: 3, ranges: { qrsGain: [0.22, 0.43] } }]),
];

type Change = (random: Random) => Partial<SimulationParameters>;

/** An old infarct. Inferior ones are often low QS complexes on a horizontal axis, with flat T waves. */
function scar(infarct: Wall): Change {
  return (random) => ({
    infarct,
    infarctSeverity: between(random, 0.15, 1),
    horizontalDeg: between(random, -12, 12),
    ...(infarct.startsWith('infer') ? inferiorScar(random) : {}),
  });
}

function inferiorScar(random: Random): Partial<SimulationParameters> {
  const low = random() < 0.5 ? { qrsGain: between(random, 0.5, 0.9), tFlattening: between(random, 0.1, 0.8) } : {};
  return { frontalDeg: between(random, -50, 15), ...low };
}

/** Acute injury of one of the walls, which has left Q waves already in a third. */
function elevation(...walls: readonly [Wall, ...Wall[]]): Change {
  return (random) => {
    const injury = oneOf(random, walls);
    const evolves = random() < 0.35 ? { infarct: injury, infarctSeverity: between(random, 0.2, 0.8) } : {};
    return { injury, injurySize: 0.15 + 0.45 * random() ** 1.5, ...evolves };
  };
}
