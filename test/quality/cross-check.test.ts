import crossCheckJson from '../../mappings/cross-check.json' with { type: 'json' };
import { createEcg, type Ecg, type SourceMeasurement } from '../../src/ecg/ecg.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import type { EcgMeasurements, Measurement } from '../../src/measurement/measurement.ts';
import { crossCheck } from '../../src/quality/cross-check.ts';
import { parseCrossCheck } from '../../src/quality/cross-check-rules.ts';
import type { SignalQuality } from '../../src/quality/signal-quality.ts';
import { interpretLabels } from '../findings/scored-labels.ts';
import { recorded } from '../measurement/measured.ts';

const { ecg } = recorded('normal sinus rhythm', { seed: 11, ratePerMinute: 70 });
const MEASURED = measureEcg(ecg);
const GOOD: SignalQuality = { leads: ['I', 'II'], defects: [], recording: [] };

function high(value: number, unit: 'ms' | '/min' | 'deg' = 'ms'): Measurement {
  return { value, unit, confidence: 'high' };
}

/** What is said of labels above threshold beside measurements. */
function said(
  above: readonly number[],
  measurements: Partial<EcgMeasurements>,
  {
    quality = GOOD,
    stated = [],
  }: { readonly quality?: SignalQuality; readonly stated?: readonly SourceMeasurement[] } = {},
) {
  const source: Ecg = createEcg({ ...ecg, measurements: stated });
  const objections = crossCheck({ ecg: source, measurements: { ...MEASURED, ...measurements } }, quality);
  return interpretLabels(above, { objections });
}

describe('a finding that measurements contradict', () => {
  it.each<[string, number, Partial<EcgMeasurements>, string]>([
    ['bradycardia', 4, { ventricularRate: high(92, '/min') }, 'Sinus bradycardia (but measured rate 92/min)'],
    ['tachycardia', 6, { ventricularRate: high(80, '/min') }, 'Sinus tachycardia (but measured rate 80/min)'],
    ['first degree block', 79, { pr: high(150) }, 'First degree AV block (but measured PR 150 ms)'],
    ['left bundle branch block', 20, { qrs: high(90) }, 'Possible left bundle branch block (but measured QRS 90 ms)'],
    ['long QT', 80, { qtcFridericia: high(390) }, 'Possible prolonged QT interval (but measured QTc 390 ms)'],
    ['left axis', 8, { qrsAxis: high(40, 'deg') }, 'Left axis deviation (but measured QRS axis 40°)'],
    [
      'fibrillation',
      5,
      { pr: high(160), rr: high(850), rrDeviation: high(12) },
      'Possible atrial fibrillation (but RR intervals that vary by 1 %, measured PR 160 ms)',
    ],
  ])('%s is said with the pair, of low confidence and without a code', (_name, index, measurements, text) => {
    const [finding] = said([index], measurements).findings;
    expect(finding?.text).toBe(text);
    expect(finding).toMatchObject({ tier: 'low', codable: false });
  });

  it.each<[string, number, Partial<EcgMeasurements>]>([
    ['bradycardia at 62/min', 4, { ventricularRate: high(62, '/min') }],
    ['first degree block at 195 ms', 79, { pr: high(195) }],
    ['bundle branch block at 112 ms', 20, { qrs: high(112) }],
    ['fibrillation with irregular RR', 5, { pr: high(160), rr: high(850), rrDeviation: high(130) }],
    ['fibrillation without P waves', 5, { pr: { reason: 'no P wave' }, rr: high(850), rrDeviation: high(12) }],
  ])('not so %s, which is near the definition or no contradiction', (_name, index, measurements) => {
    expect(said([index], measurements).findings[0]?.cautions).toBeUndefined();
  });

  it('is asked to be looked at where it is urgent, and not where it is routine', () => {
    expect(said([20], { qrs: high(90) }).overReadReasons).toEqual(['Measured QRS 90 ms: left bundle branch block']);
    expect(said([4], { ventricularRate: high(92, '/min') }).overReadReasons).toEqual([]);
  });

  it('keeps its weight where it is critical: never withheld, never less urgent', () => {
    const slow = { ventricularRate: high(70, '/min'), qrs: high(90) };
    const contradicted = said([98], slow).findings[0];
    const alone = said([98], {}, { quality: GOOD }).findings[0];
    expect(contradicted).toMatchObject({ urgency: 'critical', tier: alone?.tier });
    expect(contradicted?.text).toBe(
      'Possible ventricular tachycardia (but measured rate 70/min; measured QRS 90 ms), confirm on tracing',
    );
  });

  it('is not contradicted by a value of low confidence', () => {
    const doubtful: Measurement = { value: 90, unit: 'ms', confidence: 'low', caution: 'noisy' };
    expect(said([20], { qrs: doubtful }).findings[0]?.cautions).toBeUndefined();
  });

  it('is not contradicted by what was measured in a disturbed signal, but by what the source states', () => {
    const disturbed: SignalQuality = {
      ...GOOD,
      defects: [{ lead: 'I', kind: 'mains', severity: 'moderate' }],
    };
    const rate = { ventricularRate: high(92, '/min') };
    expect(said([4], rate, { quality: disturbed }).findings[0]?.cautions).toBeUndefined();
    const stated = [{ name: 'MDC_ECG_HEART_RATE', value: 91, unit: '/min' }];
    expect(said([4], rate, { quality: disturbed, stated }).findings[0]?.cautions).toEqual(['stated rate 91/min']);
  });

  it('is not contradicted by a rate that ectopic beats have made', () => {
    const beats = { all: 12, dominant: 8, ectopic: 4, premature: 0 };
    expect(said([4], { ventricularRate: high(72, '/min'), beats }).findings[0]?.cautions).toBeUndefined();
  });
});

describe('an ECG called normal', () => {
  it.each<[string, Partial<EcgMeasurements>]>([
    ['slow', { ventricularRate: high(42, '/min') }],
    ['with a long PR', { pr: high(260) }],
    ['with a wide QRS', { qrs: high(150) }],
    ['with a long QTc', { qtcFridericia: high(510) }],
  ])('is not called so where it was measured %s', (_what, measurements) => {
    expect(said([2], {}).findings.map(({ index }) => index)).toEqual([2]);
    expect(said([2], measurements).findings).toEqual([]);
  });
});

describe('the rules of the cross-check', () => {
  const [first] = crossCheckJson.rules;
  const changed = (rule: object) => () => parseCrossCheck({ ...crossCheckJson, rules: [{ ...first, ...rule }] });

  it.each([
    ['a label that does not exist', changed({ labels: ['4 SINUS TACHYCARDIA'] }), 'no such label'],
    ['an unknown source', changed({ source: ['hearsay'] }), 'no such source: hearsay'],
    ['a range without a bound', changed({ when: [{ measurement: 'pr' }] }), 'from or to'],
  ])('stop the program with %s', (_fault, parse, message) => {
    expect(parse).toThrow(message);
  });
});
