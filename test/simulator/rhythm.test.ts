import type { Simulation } from '../../src/simulator/simulate.ts';
import { SEEDS, simulated } from './simulated.ts';

function rrIntervals({ truth }: Simulation): readonly number[] {
  return truth.beats.slice(1).map(({ qrsOnset }, index) => qrsOnset - truth.beats[index]!.qrsOnset);
}

/** Standard deviation over mean. */
function irregularity(simulation: Simulation): number {
  const intervals = rrIntervals(simulation);
  const mean = intervals.reduce((sum, rr) => sum + rr, 0) / intervals.length;
  return Math.sqrt(intervals.reduce((sum, rr) => sum + (rr - mean) ** 2, 0) / intervals.length) / mean;
}

describe('how a rhythm runs', () => {
  it('is regular with a P wave before each QRS in sinus rhythm', () => {
    for (const simulation of simulated('normal sinus rhythm')) {
      expect(irregularity(simulation)).toBeLessThan(0.06);
      expect(simulation.truth.beats.every(({ pOnset }) => pOnset !== undefined)).toBe(true);
    }
  });

  it('is irregular without P waves in atrial fibrillation', () => {
    for (const simulation of simulated('atrial fibrillation')) {
      expect(irregularity(simulation)).toBeGreaterThan(0.09);
      expect(simulation.truth.pOnsets).toEqual([]);
      expect(simulation.truth.prMs).toBeUndefined();
    }
  });

  it.each([
    ['sinus bradycardia', 0, 60],
    ['sinus tachycardia', 98, 160],
    ['with rapid ventricular response', 95, 190],
    ['supraventricular tachycardia', 140, 225],
    ['ventricular tachycardia', 118, 220],
    ['junctional rhythm', 40, 80],
  ])('runs at the rate of %s', (name, low, high) => {
    for (const { truth } of simulated(name)) {
      expect(truth.ratePerMinute).toBeGreaterThan(low);
      expect(truth.ratePerMinute).toBeLessThan(high);
    }
  });

  it('has a PR interval over 200 ms in first degree block and under 120 ms where PR is short', () => {
    expect(simulated('with 1st degree av block').every(({ truth }) => truth.prMs! > 200)).toBe(true);
    expect(simulated('with short pr').every(({ truth }) => truth.prMs! < 120)).toBe(true);
  });

  it('has growing PR intervals and then a P wave alone in Mobitz I', () => {
    for (const { truth } of simulated('with 2nd degree av block mobitz i')) {
      expect(truth.pOnsets.length).toBeGreaterThan(truth.beats.length);
      const prs = truth.beats.map(({ qrsOnset, pOnset }) => qrsOnset - pOnset!);
      expect(Math.max(...prs) - Math.min(...prs)).toBeGreaterThan(0.04);
    }
  });

  it('has twice as many P waves as QRS in 2:1 conduction, and PR at random in complete block', () => {
    for (const { truth } of simulated('with 2:1 av conduction')) {
      expect(Math.abs(truth.pOnsets.length - 2 * truth.beats.length)).toBeLessThanOrEqual(1);
    }
    for (const { truth } of simulated('with complete heart block')) {
      expect(truth.pOnsets.length).toBeGreaterThan(truth.beats.length);
      expect(truth.prMs).toBeUndefined();
    }
  });

  it('has premature broad beats, every second one in bigeminy', () => {
    const bigeminy = simulated('in a pattern of bigeminy').map(({ truth: { beats } }) => {
      const premature = beats.filter((beat) => beat.premature);
      expect(premature.every(({ qrsOnset, qrsOffset }) => qrsOffset - qrsOnset > 0.12)).toBe(true);
      return premature.length / beats.length;
    });
    expect(Math.min(...bigeminy)).toBeGreaterThan(0.35);
    const early = simulated('premature ventricular complexes').filter(({ truth }) =>
      truth.beats.some(({ premature, kind }) => premature && kind === 'ventricular'),
    );
    expect(early.length).toBeGreaterThanOrEqual(SEEDS.length - 1);
  });

  it('pauses for more than one and a half cycles in sinus pause', () => {
    for (const simulation of simulated('with sinus pause')) {
      const intervals = [...rrIntervals(simulation)].sort((a, b) => a - b);
      expect(intervals.at(-1)!).toBeGreaterThan(1.5 * intervals[Math.floor(intervals.length / 2)]!);
    }
  });

  it('prolongs QT in prolonged QT', () => {
    for (const { truth } of simulated('prolonged qt')) {
      expect(truth.qtMs / Math.sqrt(60 / truth.ratePerMinute)).toBeGreaterThan(460);
    }
  });
});
