import { valuesOf } from '../../src/cds/measured-values.ts';
import type { SourceMeasurement } from '../../src/ecg/ecg.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { heartRate, qtc } from './ordered.ts';

const simulated = simulateEcg({
  finding: 'sinus rhythm',
  ratePerMinute: 70,
  seed: 3,
  format: 'fhir',
  patient: { ids: [] },
  recordedAt: '2026-01-01T00:00:00Z',
});
const unreadable = { ...simulated, samplingRate: 5 };

/** An ECG of which the source states these values, and where nothing else can be measured. */
const stating = (measurements: readonly SourceMeasurement[]) => ({
  ecg: { measurements },
  measurements: measureEcg(unreadable),
});

describe('the QTc of a recording', () => {
  it.each([
    [
      'that of Fridericia before others',
      [qtc(470, '_BAZETT'), qtc(450), qtc(440, '_FREDERICA')],
      'QTc 440 ms (Fridericia)',
    ],
    ['one of no stated formula before Bazett', [qtc(470, '_BAZETT'), qtc(450)], 'QTc 450 ms (formula not stated)'],
    ['that of Bazett where there is no other', [qtc(470.4, '_BAZETT')], 'QTc 470 ms (Bazett)'],
    ['not one that no heart has', [qtc(4_700, '_FREDERICA'), qtc(470, '_BAZETT')], 'QTc 470 ms (Bazett)'],
    ['none where none is stated nor can be measured', [heartRate(70)], undefined],
  ])('is %s', (_case, measurements, text) => {
    expect(valuesOf(stating(measurements), 'qtc').map((value) => value.text)).toEqual(text ? [text] : []);
  });

  it('is of ms: a value in another unit does not count', () => {
    expect(valuesOf(stating([{ ...qtc(470), unit: 'uV' }]), 'qtc')).toEqual([]);
  });

  it('is measured where the source states none, and says so', () => {
    const [measured] = valuesOf({ ecg: simulated, measurements: measureEcg(simulated) }, 'qtc');
    expect(measured?.text).toMatch(/^QTc \d{3} ms \(Fridericia\)$/);
    expect(measured?.basis).toBe('measured');
  });
});

describe('the heart rate of a recording', () => {
  it('has its unit', () => {
    expect(valuesOf(stating([heartRate(44)]), 'heartRate')).toMatchObject([{ value: 44, text: 'heart rate 44/min' }]);
  });
});
