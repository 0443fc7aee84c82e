import fc from 'fast-check';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import { measurementText } from '../../src/measurement/measurement-text.ts';
import { seededRandom } from '../../src/random.ts';
import { drawParameters } from '../../src/simulator/draw-parameters.ts';
import { simulate } from '../../src/simulator/simulate.ts';
import { ecgOf, numberOf, reasonOf, recorded, withSamples } from './measured.ts';

const sinus = recorded('sinus rhythm', { ratePerMinute: 68 });
const measured = measureEcg(sinus.ecg);

describe('the measurements of an ECG', () => {
  it.each([
    ['sinus rhythm'],
    ['left bundle branch block'],
    ['with 1st degree av block'],
    ['prolonged qt'],
    ['sinus tachycardia'],
    ['sinus bradycardia'],
  ])('are near the truth in %s', (finding) => {
    for (const seed of [5, 11, 29]) {
      const { ecg, truth } = recorded(finding, { seed });
      const { ventricularRate, pr, qrs, qt, qrsAxis } = measureEcg(ecg);
      expect(Math.abs(numberOf(ventricularRate) - truth.ratePerMinute)).toBeLessThan(2);
      expect(Math.abs(numberOf(pr) - (truth.prMs ?? Number.NaN))).toBeLessThan(20);
      expect(Math.abs(numberOf(qrs) - truth.qrsMs)).toBeLessThan(16);
      expect(Math.abs(numberOf(qt) - truth.qtMs)).toBeLessThan(25);
      expect(Math.abs(numberOf(qrsAxis) - truth.axisDeg)).toBeLessThan(15);
    }
  });

  it('correct QT by four formulas, which agree at 60 per minute', () => {
    const { qt, qtcBazett, qtcFridericia, qtcFramingham, qtcHodges } = measureEcg(
      recorded('sinus rhythm', { ratePerMinute: 60, sinusArrhythmia: 0 }).ecg,
    );
    for (const qtc of [qtcBazett, qtcFridericia, qtcFramingham, qtcHodges]) {
      expect(Math.abs(numberOf(qtc) - numberOf(qt))).toBeLessThanOrEqual(4);
    }
  });

  it('say no P and no PR in atrial fibrillation, and why; at the least they are doubtful', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
    const all = seeds.map((seed) => measureEcg(recorded('atrial fibrillation', { seed }).ecg));
    expect(all.filter(({ pr }) => 'value' in pr && pr.confidence === 'high')).toEqual([]);
    expect(all.filter(({ pr }) => 'reason' in pr).length).toBeGreaterThanOrEqual(18);
    for (const { p, pr, pAxis, ventricularRate } of all) {
      if ('reason' in pr) expect([reasonOf(p), reasonOf(pAxis)]).toEqual([reasonOf(pr), reasonOf(pr)]);
      expect(numberOf(ventricularRate)).toBeGreaterThan(30);
    }
  });

  it('say no PR where atria and ventricles go their own ways', () => {
    for (const seed of [1, 2, 3]) {
      expect(reasonOf(measureEcg(recorded('with complete heart block', { seed }).ecg).pr)).not.toBe('');
    }
  });

  it('say no QT where T is flat', () => {
    const { ecg } = recorded('sinus rhythm', { tGain: 0, noise: 'none', torsoVariation: 0 });
    expect(reasonOf(measureEcg(ecg).qt)).toContain('T wave');
  });

  it('leave ectopic beats out of the intervals and count them', () => {
    const { ecg, truth } = recorded('premature ventricular complexes', { seed: 6 });
    const { beats, qrs } = measureEcg(ecg);
    expect(beats.ectopic).toBe(truth.beats.filter(({ kind }) => kind === 'ventricular').length);
    expect(Math.abs(numberOf(qrs) - truth.qrsMs)).toBeLessThan(16);
  });

  it('begin the QRS after a P wave that runs into it', () => {
    for (const seed of [5, 11, 29]) {
      const { ecg, truth } = recorded('sinus rhythm', { seed, prMs: 91, pMs: 94 });
      expect(Math.abs(numberOf(measureEcg(ecg).qrs) - truth.qrsMs)).toBeLessThan(20);
    }
  });

  it('say no PR where flutter waves follow each other, or doubt it', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
    const all = seeds.map((seed) => measureEcg(recorded('atrial flutter', { seed }).ecg).pr);
    expect(all.filter((pr) => 'value' in pr && pr.confidence === 'high').length).toBeLessThanOrEqual(2);
  });

  it('say no PR of an inverted P wave close to the QRS', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { pr } = measureEcg(recorded('junctional rhythm', { seed }).ecg);
      expect(reasonOf(pr)).not.toBe('');
    }
  });

  it('end T before an ectopic beat that was not told from it', () => {
    for (const seed of [5504, 5394]) {
      const parameters = drawParameters(seededRandom(seed), { seed, noise: 'none' });
      const { leads, truth } = simulate(parameters);
      const { qt } = measureEcg(ecgOf(leads, parameters.samplingRate));
      expect(Math.abs(numberOf(qt) - truth.qtMs)).toBeLessThan(140);
    }
  });

  it('see pacing', () => {
    expect(measureEcg(recorded('ventricular-paced rhythm', { seed: 3, spike: 0.8 }).ecg).isPaced).toBe(true);
    expect(measured.isPaced).toBe(false);
  });

  it('say of a recording without an ECG in it that there is nothing to measure', () => {
    const flat = ecgOf([new Float64Array(5000)]);
    const gone = withSamples(sinus.ecg, (samples) => samples.map(() => Number.NaN));
    const slow = { ...sinus.ecg, samplingRate: 5 };
    for (const ecg of [flat, gone, slow]) expect(measurementText(measureEcg(ecg))).toMatch(/^not measurable: \w/);
  });

  it('are one line for a reader', () => {
    expect(measurementText(measured)).toMatch(
      /^rate \d+\/min, PR \d+ ms, QRS \d+ ms, QT\/QTc \d+\/\d+ ms \(Fridericia, mean RR of dominant beats\), QRS axis -?\d+°$/,
    );
  });
});

describe('measuring', () => {
  const intervals = (ecg: typeof sinus.ecg) => {
    const { p, pr, qrs, qt, rr } = measureEcg(ecg);
    return [p, pr, qrs, qt, rr].map(numberOf);
  };
  const own = intervals(sinus.ecg);
  const near = (others: readonly number[], within: number) =>
    others.every((value, i) => Math.abs(value - own[i]!) <= within);

  it('gives the same whatever the level of a lead and, nearly, its gain', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0.6, max: 1.6, noNaN: true }),
        (level, gain) =>
          near(intervals(withSamples(sinus.ecg, (samples) => samples.map((value) => gain * value + level))), 6),
      ),
      { numRuns: 12 },
    );
  });

  it('gives the same whenever the recording begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 }), (start) =>
        near(intervals(withSamples(sinus.ecg, (samples) => samples.slice(start))), 12),
      ),
      { numRuns: 12 },
    );
  });

  it.each([250, 360, 512, 1000])('gives the same from %d Hz', (samplingRate) => {
    const { ecg } = recorded('sinus rhythm', { ratePerMinute: 68, samplingRate, noise: 'none' });
    const at500 = intervals(recorded('sinus rhythm', { ratePerMinute: 68, noise: 'none' }).ecg);
    expect(intervals(ecg).every((value, i) => Math.abs(value - at500[i]!) <= 8)).toBe(true);
  });

  it('gives no number or a good one where samples are missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4500 }), fc.integer({ min: 1, max: 500 }), (from, length) => {
        const gappy = withSamples(sinus.ecg, (samples) => samples.slice().fill(Number.NaN, from, from + length));
        return intervals(gappy).every((value, i) => Number.isNaN(value) || Math.abs(value - own[i]!) <= 25);
      }),
      { numRuns: 20 },
    );
  });

  it('never throws, however short the recording or strange its samples', () => {
    const sample = fc.oneof(fc.double({ min: -5, max: 5 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 800 }),
        fc.integer({ min: 1, max: 3 }),
        (values, leads) => {
          const ecg = ecgOf(
            Array.from({ length: leads }, (_, i) => Float64Array.from(values, (value) => value * (i + 1))),
          );
          return typeof measurementText(measureEcg(ecg)) === 'string';
        },
      ),
      { numRuns: 60 },
    );
  });
});
