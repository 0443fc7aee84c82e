import { interpret } from '../../src/findings/interpret.ts';
import { calibrated, calibratedScores, thresholdBasis, thresholdSummary } from '../../src/model/site-calibration.ts';
import { manifest } from '../fhir/report-inputs.ts';
import { calibration } from './calibration.ts';

describe('a calibrated model', () => {
  const model = calibrated(
    manifest({ thresholds: { basis: 'uncalibrated', default: 0.5, byOutput: { 20: 0.7 } } }),
    calibration(),
  );

  it('has a version of its own, so that its readings are other readings', () => {
    expect(model.version).toBe('1.0.0+site.20261126T120000Z');
  });

  it('turns the scores of calibrated labels into probabilities and leaves all others', () => {
    const scores = calibratedScores(new Float64Array(150).fill(0.5), model);
    expect(scores[5]).toBeCloseTo(1 / (1 + Math.exp(1)), 12);
    expect(scores[20]).toBe(0.5);
  });

  it('takes the threshold of the site where there is one', () => {
    expect(model.thresholds.byOutput).toEqual({ 5: 0.3, 20: 0.7 });
    expect([thresholdBasis(model, 5), thresholdBasis(model, 20)]).toEqual(['site', 'uncalibrated']);
    expect(thresholdSummary(model)).toBe('of this site for 1 label (calibration 20261126T120000Z), else uncalibrated');
    expect(thresholdSummary(manifest())).toBe('uncalibrated');
  });

  it('holds findings of low confidence for dependable only where the site has calibrated their label', () => {
    // Prolonged QT and first degree AV block with a score above every threshold.
    const [qt, other] = [80, 82];
    const both = calibration({
      labels: [{ ...calibration().labels[0]!, output: qt, label: 'PROLONGED QT', threshold: 0.3 }],
    });
    const scores = new Float64Array(150);
    scores[qt] = 0.9;
    scores[other] = 0.9;
    const tiers = (each: typeof model) =>
      interpret(scores, each, { ageYears: 60 }).findings.map(({ index, tier }) => [index, tier]);
    expect(tiers(manifest())).toEqual(
      expect.arrayContaining([
        [qt, 'low'],
        [other, 'low'],
      ]),
    );
    expect(tiers(calibrated(manifest(), both))).toEqual(
      expect.arrayContaining([
        [qt, 'standard'],
        [other, 'low'],
      ]),
    );
  });

  it.each([
    ['name', manifest({ name: 'other' })],
    ['onnxSha256', manifest({ onnx: { file: 'model.onnx', sha256: 'd'.repeat(64), bytes: 1 } })],
    ['checkpointSha256', manifest({ source: { file: 'x.pth', sha256: 'd'.repeat(64) } })],
    ['recipe', manifest({ input: { ...manifest().input, recipe: 'z-score' } })],
    ['notch', manifest({ input: { ...manifest().input, notch: 60 } })],
  ])('is refused where the %s is not that of the calibration', (member, other) => {
    expect(() => calibrated(other, calibration())).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${member} is another`) }),
    );
  });
});

it.each([{ slope: -1 }, { slope: 0 }, { threshold: 1 }])(
  'a calibration never turns a ranking round nor reports everything or nothing: %j',
  (fault) => {
    expect(() => calibration({ labels: [{ ...calibration().labels[0]!, ...fault }] })).toThrow();
  },
);
