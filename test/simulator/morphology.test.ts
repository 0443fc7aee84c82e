import { beatOf, least, most, SEEDS, simulated, stLevel } from './simulated.ts';

const all = (name: string, test: Parameters<ReturnType<typeof simulated>['filter']>[0]): number =>
  simulated(name).filter(test).length;

describe('what a finding looks like', () => {
  it('is a broad positive QRS in V6 and a deep S in V1 in left bundle branch block', () => {
    const shows = all('left bundle branch block', (s) => {
      const v6 = beatOf(s, 'V6', [0, s.truth.qrsMs]);
      return (
        s.truth.qrsMs >= 120 &&
        least(v6) > -0.2 * most(v6) &&
        most(v6) > 0.3 &&
        least(beatOf(s, 'V1', [0, s.truth.qrsMs])) < -0.5
      );
    });
    expect(shows).toBe(SEEDS.length);
  });

  it("is rSR' in V1 and a late S in V6 in right bundle branch block", () => {
    const shows = all('right bundle branch block', (s) => {
      const { qrsMs } = s.truth;
      const early = most(beatOf(s, 'V1', [0, 0.3 * qrsMs]));
      const middle = least(beatOf(s, 'V1', [0.2 * qrsMs, 0.6 * qrsMs]));
      const late = most(beatOf(s, 'V1', [0.55 * qrsMs, qrsMs]));
      return qrsMs >= 120 && early > middle && late > early && least(beatOf(s, 'V6', [0.5 * qrsMs, qrsMs])) < -0.1;
    });
    expect(shows).toBe(SEEDS.length);
  });

  it('is a left axis in left anterior and a right axis in left posterior fascicular block', () => {
    expect(all('left anterior fascicular block', ({ truth }) => truth.axisDeg < -30)).toBe(SEEDS.length);
    expect(all('left posterior fascicular block', ({ truth }) => truth.axisDeg > 85)).toBe(SEEDS.length);
  });

  it('is a short PR and a slow start of a broad QRS in Wolff-Parkinson-White', () => {
    const shows = all('wolff-parkinson-white', (s) => {
      const delta = beatOf(s, 'II', [0, 0.2 * s.truth.qrsMs]);
      const whole = beatOf(s, 'II', [0, s.truth.qrsMs]);
      const slow = Math.max(most(delta), -least(delta)) < 0.7 * Math.max(most(whole), -least(whole));
      return s.truth.prMs! < 125 && s.truth.qrsMs > 110 && slow;
    });
    expect(shows).toBe(SEEDS.length);
  });

  it('is ST elevation in II, III and aVF and its mirror image in aVL in inferior injury', () => {
    const shows = all(
      'inferior injury pattern',
      (s) => (['II', 'III', 'aVF'] as const).every((lead) => stLevel(s, lead) > 0.05) && stLevel(s, 'aVL') < 0,
    );
    expect(shows).toBe(SEEDS.length);
  });

  it('is ST elevation in V2 to V4 in anterior injury', () => {
    const shows = all('anterior injury pattern', (s) => stLevel(s, 'V2') > 0.1 && stLevel(s, 'V3') > 0.1);
    expect(shows).toBe(SEEDS.length);
  });

  it('is a Q wave in III and aVF in inferior infarct, and in V1 and V2 in septal infarct', () => {
    const hasQ = (s: ReturnType<typeof simulated>[number], lead: 'aVF' | 'III' | 'V1' | 'V2'): boolean =>
      least(beatOf(s, lead, [0, 0.45 * s.truth.qrsMs])) < -0.05;
    expect(all('inferior infarct', (s) => hasQ(s, 'III') && hasQ(s, 'aVF'))).toBeGreaterThanOrEqual(4);
    expect(all('septal infarct', (s) => hasQ(s, 'V1') && hasQ(s, 'V2'))).toBeGreaterThanOrEqual(4);
  });

  it('is concave ST elevation nearly everywhere and low PR in pericarditis', () => {
    const shows = all('acute pericarditis', (s) =>
      (['I', 'II', 'V5', 'V6'] as const).every((lead) => stLevel(s, lead) > 0.03),
    );
    expect(shows).toBe(SEEDS.length);
  });

  it('is voltage in left ventricular hypertrophy and the lack of it in low voltage', () => {
    const sokolow = (s: ReturnType<typeof simulated>[number]): number =>
      most(beatOf(s, 'V5', [0, s.truth.qrsMs])) - least(beatOf(s, 'V1', [0, s.truth.qrsMs]));
    expect(all('left ventricular hypertrophy', (s) => sokolow(s) > 2.8)).toBeGreaterThanOrEqual(4);
    expect(all('low voltage qrs', (s) => sokolow(s) < 1.5)).toBe(SEEDS.length);
  });

  it('is a spike before each QRS under ventricular pacing', () => {
    const steepest = (name: string): number[] =>
      simulated(name, { spike: 1.5 }).map((s) => {
        const samples = beatOf(s, 'II', [-16, 4]);
        return most(samples) - least(samples);
      });
    expect(Math.min(...steepest('electronic ventricular pacemaker'))).toBeGreaterThan(0.1);
    expect(Math.max(...steepest('normal sinus rhythm'))).toBeLessThan(0.1);
  });
});
