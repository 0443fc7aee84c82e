import { calibrateLabels, MIN_CASES } from '../../src/calibration/calibrate-labels.ts';
import { crossValidate } from '../../src/calibration/cross-validate.ts';
import { reliabilityDiagram } from '../../src/calibration/reliability-diagram.ts';
import { ECGFOUNDER_REFERENCE } from '../../src/evaluation/reference-table.ts';
import { manifest } from '../fhir/report-inputs.ts';
import { simulatedCases } from './simulated-cases.ts';

const { targets } = ECGFOUNDER_REFERENCE;
const AF = { output: 5, slope: 3, intercept: 4 };
const LBBB = { output: 20, slope: 3, intercept: -2 };
const TARGET = { measure: 'specificity', atLeast: 0.9 } as const;

const calibrate = (
  cases: ReturnType<typeof simulatedCases>,
  target: Parameters<typeof crossValidate>[1] = TARGET,
  model = manifest(),
) => calibrateLabels(cases, targets, { manifest: model, target });

describe('calibrating labels', () => {
  const calibrated = calibrate(simulatedCases(1500, [AF, LBBB]));

  it('finds the curve of every label and makes its scores honest on cases they were not fitted on', () => {
    expect(calibrated.labels.map(({ output }) => output)).toEqual([5, 20]);
    for (const [place, known] of [AF, LBBB].entries()) {
      const label = calibrated.labels[place];
      expect(Math.abs((label?.slope ?? 0) - known.slope)).toBeLessThan(0.5);
      expect(Math.abs((label?.intercept ?? 0) - known.intercept)).toBeLessThan(0.7);
      expect(label?.after.brier).toBeLessThan(label?.before.brier ?? 0);
      expect(label?.after.ece).toBeLessThan(0.03);
      expect(label?.before.ece).toBeGreaterThan(0.03);
    }
  });

  it('keeps the target on those cases, within its interval', () => {
    for (const { after } of calibrated.labels) {
      expect(after.specificity.high).toBeGreaterThan(TARGET.atLeast);
      expect(after.specificity.low).toBeLessThanOrEqual(after.specificity.value);
      expect(after.sensitivity.value).toBeGreaterThan(0.9);
    }
  });

  it('says the same of the same cases', () => {
    expect(calibrate(simulatedCases(1500, [AF, LBBB]))).toEqual(calibrated);
  });

  it.each([
    ['positives', { ...AF, intercept: -7 }],
    ['negatives', { ...AF, intercept: 25 }],
  ])(`refuses a label with fewer than ${MIN_CASES} %s, and says how many there are`, (kind, rare) => {
    const { labels, refused } = calibrate(simulatedCases(300, [rare]));
    expect(labels).toEqual([]);
    const [label] = refused;
    const count = kind === 'positives' ? label?.positives : label?.negatives;
    expect(count).toBeLessThan(MIN_CASES);
    expect(label?.reason).toBe(`fewer than ${MIN_CASES} ${kind === 'positives' ? 'positive' : 'negative'} ECGs`);
  });

  it('refuses a label whose scores say the opposite', () => {
    const { labels, refused } = calibrate(simulatedCases(400, [{ ...AF, slope: -2 }]));
    expect(labels).toEqual([]);
    expect(refused).toMatchObject([{ output: 5, reason: expect.stringContaining('no sign of the finding') }]);
  });

  it('refuses a label whose cases cannot vouch for the target', () => {
    const { refused } = calibrate(simulatedCases(150, [AF]), { measure: 'specificity', atLeast: 0.99 });
    expect(refused).toMatchObject([{ output: 5, reason: expect.stringContaining('no threshold keeps') }]);
  });

  it('counts one ECG of a patient, the first that decides the label', () => {
    const cases = simulatedCases(400, [AF]);
    const repeated = cases.flatMap((each) => [each, { ...each, scores: new Float64Array(150).fill(0.5) }]);
    expect(calibrate(repeated)).toEqual(calibrate(cases));
  });

  it('leaves out outputs that the model does not report', () => {
    const { labels, refused, unseen } = calibrate(
      simulatedCases(400, [AF]),
      TARGET,
      manifest({ disabledOutputs: [5] }),
    );
    expect([labels, refused, unseen.includes('ATRIAL FIBRILLATION')]).toEqual([[], [], false]);
  });

  it('never judges a case by a curve that it helped to fit', () => {
    // One positive case among the negatives: a curve that had seen it would spare it.
    const cases = [
      ...Array.from({ length: 60 }, (_, at) => ({ score: 0.1 + at / 1000, isPositive: false })),
      ...Array.from({ length: 60 }, (_, at) => ({ score: 0.8 + at / 1000, isPositive: true })),
    ];
    const odd = { score: 0.05, isPositive: true };
    const without = crossValidate(cases, { measure: 'specificity', atLeast: 0.8 });
    const within = crossValidate([...cases, odd], { measure: 'specificity', atLeast: 0.8 });
    expect(without?.every(({ isFlagged, isPositive }) => isFlagged === isPositive)).toBe(true);
    expect(within?.filter(({ isFlagged, isPositive }) => isFlagged !== isPositive)).toHaveLength(1);
  });

  it('is drawn with a title, a description and nothing that is fetched or run', () => {
    const svg = reliabilityDiagram(calibrated.labels, 'Reliability <of> a model');
    expect(svg).toContain('<title>Reliability &lt;of&gt; a model</title>');
    expect(svg).toMatch(/<desc>.*ATRIAL FIBRILLATION: expected calibration error 0\.\d{3} before, 0\.\d{3} after/);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<style|href|NaN/);
  });
});
