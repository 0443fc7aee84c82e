import { seededRandom } from '../../src/random.ts';
import { drawParameters, type NoiseLevel } from '../../src/simulator/draw-parameters.ts';
import { HEALTHY } from '../../src/simulator/parameters.ts';
import { simulate } from '../../src/simulator/simulate.ts';

const draw = (seed: number) => drawParameters(seededRandom(seed), { seed });

describe('a simulated recording', () => {
  it('is the same for the same seed and another for another', () => {
    const [first, again, other] = [5, 5, 6].map((seed) => simulate(draw(seed)));
    expect(again).toEqual(first);
    expect(other?.leads[0]).not.toEqual(first?.leads[0]);
  });

  it('obeys the laws of Einthoven and Goldberger, noise included', () => {
    const [i, ii, iii, aVR, aVL, aVF] = simulate(draw(8)).leads;
    for (let n = 0; n < 5000; n += 97) {
      expect(iii![n]).toBeCloseTo(ii![n]! - i![n]!, 10);
      expect(aVR![n]! + aVL![n]! + aVF![n]!).toBeCloseTo(0, 10);
    }
  });

  it.each([250, 500, 512, 1000])('has the asked length at %i Hz and shows the same beats', (samplingRate) => {
    const { leads, truth } = simulate({ ...HEALTHY, samplingRate, durationSeconds: 12 });
    expect(leads.map(({ length }) => length)).toEqual(Array(12).fill(12 * samplingRate));
    const peak = Math.max(...leads[1]!);
    expect(peak).toBeCloseTo(Math.max(...simulate({ ...HEALTHY, durationSeconds: 12 }).leads[1]!), 1);
    expect(truth.ratePerMinute).toBeCloseTo(70, -1);
  });

  it('has the amplitudes of a surface ECG, whatever is drawn', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { leads } = simulate({ ...draw(seed), noise: HEALTHY.noise, durationSeconds: 5 });
      const largest = Math.max(...leads.map((samples) => Math.max(...samples) - Math.min(...samples)));
      expect(largest).toBeGreaterThan(0.3);
      expect(largest).toBeLessThan(9);
      expect(leads.every((samples) => samples.every(Number.isFinite))).toBe(true);
    }
  });

  it('is as noisy as asked for', () => {
    const deviation = (noise: NoiseLevel, seed: number): number => {
      const [clean, noisy] = (['none', noise] as const).map((level) =>
        simulate({ ...drawParameters(seededRandom(seed), { seed, findings: [], noise: level }), durationSeconds: 3 }),
      );
      const squares = noisy!.leads[6]!.map((value, n) => (value - clean!.leads[6]![n]!) ** 2);
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    };
    const median = (noise: NoiseLevel): number =>
      Array.from({ length: 11 }, (_, seed) => deviation(noise, seed)).sort((a, b) => a - b)[5]!;
    const [none, low, typical, high] = (['none', 'low', 'typical', 'high'] as const).map(median);
    expect(none).toBe(0);
    expect(low).toBeGreaterThan(0.005);
    expect(typical).toBeGreaterThan(low! * 1.5);
    expect(high).toBeGreaterThan(typical! * 1.5);
  });

  it('knows its intervals: waves start and end where the truth says', () => {
    const { leads, truth } = simulate(HEALTHY);
    const ii = leads[1]!;
    const beat = truth.beats[3]!;
    const at = (seconds: number): number => ii[Math.round(seconds * 500)]!;
    expect(truth.prMs).toBeCloseTo(155, -1);
    expect(Math.abs(at(beat.pOnset! - 0.01))).toBeLessThan(0.005);
    expect(Math.abs(at((beat.pOnset! + beat.pOffset!) / 2))).toBeGreaterThan(0.05);
    expect(Math.abs(at(beat.qrsOnset - 0.004))).toBeLessThan(0.005);
    expect(Math.abs(at(beat.tOffset + 0.006))).toBeLessThan(0.005);
    expect(truth.qtMs).toBeCloseTo(1000 * (beat.tOffset - beat.qrsOnset), -1);
  });
});
