import { seededRandom } from '../../src/random.ts';
import { drawParameters } from '../../src/simulator/draw-parameters.ts';
import { findingByName } from '../../src/simulator/findings.ts';
import type { SimulationParameters } from '../../src/simulator/parameters.ts';
import { type Simulation, simulate } from '../../src/simulator/simulate.ts';

const LEAD_NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type LeadName = (typeof LEAD_NAMES)[number];

export const SEEDS = [3, 17, 42, 101, 250] as const;

/** Recordings without noise that show one finding, one per seed. */
export function simulated(name: string, change: Partial<SimulationParameters> = {}): readonly Simulation[] {
  const finding = findingByName(name);
  if (finding === undefined) throw new Error(`no finding ${name}`);
  return SEEDS.map((seed) =>
    simulate({ ...drawParameters(seededRandom(seed), { seed, findings: [finding], noise: 'none' }), ...change }),
  );
}

/** One lead of an ordinary beat from its QRS onset, or from `fromMs` after it, to `toMs` after it. */
export function beatOf(
  { leads, truth, parameters }: Simulation,
  lead: LeadName,
  [fromMs, toMs]: readonly [number, number],
): Float64Array {
  const inside = truth.beats.filter(({ qrsOnset }) => qrsOnset > 0.5 && qrsOnset < parameters.durationSeconds - 1);
  const beat = inside.find(({ premature }) => !premature) ?? inside[0];
  if (beat === undefined) throw new Error('no beat');
  const at = (ms: number): number => Math.round((beat.qrsOnset + ms / 1000) * parameters.samplingRate);
  return leads[LEAD_NAMES.indexOf(lead)]!.subarray(at(fromMs), at(toMs));
}

/** mV at the end of the QRS and 40 ms, against the level just before it. */
export function stLevel(simulation: Simulation, lead: LeadName): number {
  const end = simulation.truth.qrsMs + 40;
  return beatOf(simulation, lead, [end, end + 4])[0]! - beatOf(simulation, lead, [-6, -2])[0]!;
}

export const most = (samples: Float64Array): number => Math.max(...samples);
export const least = (samples: Float64Array): number => Math.min(...samples);
