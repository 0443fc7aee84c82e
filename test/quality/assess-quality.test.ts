import { ECG_FAULTS } from '../../bench/ecg-faults.ts';
import { durationSeconds, type Ecg } from '../../src/ecg/ecg.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import { assessQuality, worstQuality } from '../../src/quality/assess-quality.ts';
import { qualityNotes } from '../../src/quality/quality-text.ts';
import { usableLeads } from '../../src/quality/signal-quality.ts';
import { seededRandom } from '../../src/random.ts';
import { recorded, withSamples } from '../measurement/measured.ts';

const { ecg } = recorded('normal sinus rhythm', { seed: 11, noise: 'low' });

function assess(spoilt: Ecg) {
  return assessQuality(spoilt, measureEcg(spoilt), { startSeconds: 0, durationSeconds: durationSeconds(spoilt) });
}

function spoiltBy(kind: string, size: string, seed = 3): Ecg {
  const fault = ECG_FAULTS.find((each) => each.kind === kind)?.sizes.find(({ name }) => name === size);
  if (fault === undefined) throw new Error(`no fault ${kind}, ${size}`);
  return fault.apply(ecg, seededRandom(seed));
}

describe('the quality of a signal', () => {
  it('is without a flaw where nothing was disturbed', () => {
    expect(assess(ecg)).toMatchObject({ defects: [], recording: [] });
  });

  it.each([
    ['baseline wander', '4 mV', 'baseline-wander', 'moderate'],
    ['mains hum', '0.2 mV', 'mains', 'moderate'],
    ['mains hum', '1 mV', 'mains', 'severe'],
    ['muscle noise', '0.08 mV', 'muscle-noise', 'moderate'],
    ['muscle noise', '0.25 mV', 'muscle-noise', 'severe'],
    ['electrode off, floating', 'hum 0.5 mV', 'mains', 'moderate'],
    ['lead with noise only', '0.01 mV', 'no-heartbeat', 'severe'],
    ['lead flat', '3 s', 'flat', 'moderate'],
    ['lead flat', 'all', 'flat', 'severe'],
    ['samples missing', '0.5 s', 'missing', 'moderate'],
    ['samples missing', '3 s', 'missing', 'severe'],
    ['clipped', 'tips', 'clipped', 'moderate'],
    ['clipped', 'most', 'clipped', 'severe'],
    ['gain', 'x 10', 'gain', 'moderate'],
    ['gain', 'x 1000', 'gain', 'severe'],
  ])('names %s of %s: %s, %s', (kind, size, defect, severity) => {
    const { defects } = assess(spoiltBy(kind, size));
    expect(defects.map((each) => `${each.kind} ${each.severity}`)).toContain(`${defect} ${severity}`);
  });

  it('names the lead that has the defect, and no other', () => {
    const flat = withSamples(ecg, (samples, index) => (index === 8 ? samples.map(() => 0) : samples));
    const quality = assess(flat);
    expect(quality.defects).toEqual([{ lead: 'V3', kind: 'flat', severity: 'severe' }]);
    expect(usableLeads(quality)).not.toContain('V3');
    expect(qualityNotes(quality)).toEqual(['signal not usable: no signal in V3']);
  });

  it('does not take hum of either frequency for muscle noise', () => {
    for (const seed of [1, 2, 3, 4]) {
      const kinds = assess(spoiltBy('mains hum', '1 mV', seed)).defects.map(({ kind }) => kind);
      expect(kinds).toContain('mains');
      expect(kinds).not.toContain('muscle-noise');
    }
  });

  it.each([250, 512, 1000])('is the same at %s Hz', (samplingRate) => {
    const options = { seed: 11, samplingRate, noise: 'low' } as const;
    expect(assess(recorded('normal sinus rhythm', options).ecg).defects).toEqual([]);
    const noisy = withSamples(recorded('normal sinus rhythm', options).ecg, (samples, index) =>
      samples.map((value, n) => value + (index === 1 ? 0.3 * Math.sin((2 * Math.PI * 60 * n) / samplingRate) : 0)),
    );
    expect(assess(noisy).defects).toEqual([{ lead: 'II', kind: 'mains', severity: 'moderate' }]);
  });

  it('suspects exchanged arm electrodes, in sinus rhythm as in fibrillation', () => {
    expect(assess(spoiltBy('arm electrodes exchanged', 'LA-RA')).recording).toEqual(['arm-leads-exchanged']);
    const exchange = ECG_FAULTS.find(({ kind }) => kind.startsWith('arm'))!.sizes[0]!.apply;
    const fibrillating = recorded('atrial fibrillation', { seed: 5 }).ecg;
    expect(assess(fibrillating).recording).toEqual([]);
    expect(assess(exchange(fibrillating, seededRandom(1))).recording).toEqual(['arm-leads-exchanged']);
  });

  it('suspects exchanged chest electrodes that lie apart', () => {
    expect(assess(spoiltBy('chest electrodes exchanged', 'V1-V6')).recording).toContain('chest-leads-exchanged');
  });

  it.each([
    ['right axis deviation'],
    ['right bundle branch block'],
    ['right ventricular hypertrophy'],
    ['anterior infarct'],
  ])('takes %s for no exchange', (finding) => {
    for (const seed of [1, 2, 3]) expect(assess(recorded(finding, { seed }).ecg).recording).toEqual([]);
  });

  it('tells of pacing impulses', () => {
    expect(assess(recorded('ventricular-paced rhythm', { seed: 3, spike: 0.8 }).ecg).recording).toContain(
      'pacing-impulses',
    );
  });

  it('of several stretches is the worst of each lead', () => {
    const base = { leads: ['I', 'II'], recording: [] } as const;
    const moderate = { lead: 'I', kind: 'mains', severity: 'moderate' } as const;
    const severe = { lead: 'I', kind: 'mains', severity: 'severe' } as const;
    const other = { lead: 'II', kind: 'flat', severity: 'severe' } as const;
    expect(
      worstQuality([
        { ...base, defects: [moderate] },
        { ...base, defects: [severe, other] },
      ]).defects,
    ).toEqual([severe, other]);
  });
});
