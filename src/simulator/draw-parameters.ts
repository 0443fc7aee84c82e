import { between, factor, normal, oneOf, type Random } from './draw.ts';
import { type SimulatedFinding, withFinding } from './finding-row.ts';
import { FINDINGS } from './findings.ts';
import { HEALTHY, type NoiseParameters, type SimulationParameters } from './parameters.ts';

export type NoiseLevel = 'none' | 'low' | 'typical' | 'high';

export interface DrawOptions {
  readonly seed: number;
  readonly samplingRate?: number;
  readonly durationSeconds?: number;
  /** Drawn if not given. */
  readonly noise?: NoiseLevel;
  /** Draws normal variants of repolarisation too: what healthy people differ in and readers pass over. */
  readonly variants?: boolean;
  /** What the recording shall show; drawn, with what goes together, if not given. */
  readonly findings?: readonly SimulatedFinding[];
}

/** Share of the drawn recordings that nothing is wrong with. */
const HEALTHY_SHARE = 0.28;
const NOISE_SIZE: Readonly<Record<NoiseLevel, number>> = { none: 0, low: 0.35, typical: 1, high: 2.6 };

/** Parameters of one recording: a person, what they have, and how well they were wired. */
export function drawParameters(random: Random, options: DrawOptions): SimulationParameters {
  let affected = drawPerson(random);
  const findings = options.findings ?? drawFindings(random);
  for (const finding of findings) affected = withFinding(affected, finding, random);
  const level = options.noise ?? oneOf<NoiseLevel>(random, ['low', 'low', 'typical', 'typical', 'typical', 'high']);
  return {
    ...consistent(options.findings ? affected : withCompanions(affected, random)),
    seed: options.seed,
    samplingRate: options.samplingRate ?? HEALTHY.samplingRate,
    durationSeconds: options.durationSeconds ?? HEALTHY.durationSeconds,
    noise: drawNoise(random, level),
    ...(options.variants ? drawVariants(random) : {}),
  };
}

/** T waves that peak earlier in some leads than in others, U waves in half, ST elevated in V2 and V3 in most. */
function drawVariants(random: Random): Pick<SimulationParameters, 'tLoop' | 'uWave' | 'jPoint'> {
  return {
    tLoop: between(random, 0, 0.45),
    uWave: random() < 0.5 ? between(random, 0.1, 1) : 0,
    jPoint: Math.abs(normal(random)),
  };
}

function drawPerson(random: Random): SimulationParameters {
  return {
    ...HEALTHY,
    ratePerMinute: within(76 + 13 * normal(random), 60, 99),
    sinusArrhythmia: between(random, 0.004, 0.045),
    respirationsPerMinute: between(random, 9, 22),
    prMs: within(156 + 18 * normal(random), 120, 197),
    pMs: within(103 + 8 * normal(random), 82, 116),
    qrsMs: within(90 + 8 * normal(random), 72, 110),
    qtcMs: within(403 + 17 * normal(random), 360, 445),
    frontalDeg: within(19 * normal(random), -52, 42),
    horizontalDeg: 17 * normal(random),
    torsoVariation: between(random, 0.7, 1.4),
    pGain: factor(random, 0.32),
    qrsGain: within(factor(random, 0.2), 0.6, 1.38),
    tGain: within(factor(random, 0.3), 0.55, 2),
  };
}

/** One finding that the recording is about, and by chance others of other kinds. */
function drawFindings(random: Random): readonly SimulatedFinding[] {
  if (random() < HEALTHY_SHARE) return [];
  const count = 1 + (random() < 0.5 ? 1 : 0) + (random() < 0.22 ? 1 : 0);
  const findings: SimulatedFinding[] = [];
  while (findings.length < count) {
    const candidates = FINDINGS.filter(({ kind }) => findings.every((chosen) => chosen.kind !== kind));
    findings.push(weighted(random, candidates));
  }
  // The rhythm comes first, so that what the others say of rate and intervals holds.
  return findings.sort((a, b) => Number(b.kind === 'rhythm') - Number(a.kind === 'rhythm'));
}

function weighted(random: Random, candidates: readonly SimulatedFinding[]): SimulatedFinding {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const candidate of candidates) {
    left -= candidate.weight;
    if (left < 0) return candidate;
  }
  return candidates[0]!;
}

/** What tends to come along. */
function withCompanions(parameters: SimulationParameters, random: Random): SimulationParameters {
  let { ventricularEctopy, atrialEctopy, leftAtrium, pMs, tFlattening, stDepression, horizontalDeg } = parameters;
  const fibrillates = parameters.rhythm === 'atrial fibrillation';
  if (ventricularEctopy === 0 && random() < (fibrillates || parameters.infarct ? 0.15 : 0.03))
    ventricularEctopy = between(random, 0.02, 0.25);
  if (atrialEctopy === 0 && random() < 0.03) atrialEctopy = between(random, 0.02, 0.25);
  const intermittentBlock = parameters.conduction === 'normal' && random() < 0.015;
  if (leftAtrium === 0 && parameters.leftVentricle > 0 && random() < 0.35) {
    leftAtrium = between(random, 0.3, 0.9);
    pMs = between(random, 114, 138);
  }
  const explained = parameters.strain > 0 || parameters.injury !== undefined;
  if (!explained && (fibrillates || parameters.infarct) && random() < 0.35) {
    tFlattening = Math.max(tFlattening, between(random, 0.2, 1.1));
    if (random() < 0.4) stDepression = Math.max(stDepression, between(random, 0.3, 1.2));
  }
  if (random() < 0.08) horizontalDeg += between(random, -25, 25);
  return {
    ...parameters,
    ...{ ventricularEctopy, atrialEctopy, intermittentBlock, leftAtrium, pMs },
    ...{ tFlattening, stDepression, horizontalDeg },
  };
}

/** Removes what cannot be together: intervals that do not fit the rate, AV block without P waves. */
function consistent(parameters: SimulationParameters): SimulationParameters {
  const { rhythm, ratePerMinute } = parameters;
  const sinus = rhythm === 'sinus';
  const cycleMs = 60_000 / ratePerMinute;
  const ectopic = ![
    'ventricular tachycardia',
    'idioventricular',
    'supraventricular tachycardia',
    'multifocal atrial',
  ].includes(rhythm);
  const broken = parameters.conduction === 'preexcitation' && !sinus;
  return {
    ...parameters,
    av: sinus ? parameters.av : '1:1',
    prMs: Math.min(parameters.prMs, 0.52 * cycleMs),
    qtcMs: Math.min(parameters.qtcMs, ratePerMinute > 100 ? 480 : 600),
    atrialEctopy: sinus || rhythm === 'atrial paced' ? parameters.atrialEctopy : 0,
    ventricularEctopy: ectopic && parameters.av === '1:1' ? parameters.ventricularEctopy : 0,
    bigeminy: parameters.bigeminy && ratePerMinute < 120,
    pauseSeconds: sinus && parameters.av === '1:1' ? parameters.pauseSeconds : 0,
    intermittentBlock: parameters.intermittentBlock && sinus && parameters.av === '1:1',
    ...(broken ? { conduction: 'normal', qrsMs: Math.min(parameters.qrsMs, 100) } : {}),
  };
}

function drawNoise(random: Random, level: NoiseLevel): NoiseParameters {
  const size = NOISE_SIZE[level];
  const loose = level === 'high' && random() < 0.12;
  return {
    baseline: size * 0.05 * factor(random, 0.5),
    muscle: size * 0.007 * factor(random, 0.5),
    mains: size * (random() < 0.5 ? 0.004 : 0) * factor(random, 0.6),
    mainsFrequency: oneOf(random, [50, 60]),
    motionPerMinute: size * between(random, 0, 1),
    motion: size * 0.12 * factor(random, 0.8),
    ...(loose ? { looseElectrode: 1 + Math.floor(6 * random()) } : {}),
  };
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
