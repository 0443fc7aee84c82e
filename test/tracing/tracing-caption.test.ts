import standIn from '../../models/stand-in/manifest.json' with { type: 'json' };
import { createEcg, type EcgPatient } from '../../src/ecg/ecg.ts';
import { interpret } from '../../src/findings/interpret.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { ECGFOUNDER } from '../../src/terminology/label-set.ts';
import { recordingTime, tracingCaption } from '../../src/tracing/tracing-caption.ts';

describe('the words around a tracing', () => {
  const ecg = createEcg({
    format: 'dicom',
    samplingRate: 500,
    leads: [{ lead: 'I', samples: Float64Array.from({ length: 15_360 }, (_, index) => Math.sin(index)) }],
    patient: { ids: [] },
    device: { manufacturer: 'Watch', model: '9' },
    measurements: [
      { name: 'MDC_ECG_TIME_PD_QTC', value: 431.26, unit: 'ms' },
      { name: 'MDC_ECG_HEART_RATE', value: 72, unit: '/min' },
      { name: 'MDC_ECG_ANGLE_QRS_FRONT', value: -30, unit: 'deg' },
    ],
  });

  it('say what is not stated instead of leaving it out', () => {
    expect(tracingCaption(ecg, ecg.patient)).toMatchObject({
      patient: 'Name not stated',
      patientDetails: 'no identifier stated, birth date not stated, sex not stated',
      recorded: 'Recorded at a time that is not stated',
      recording: '30.7 s, 1 lead, 500 Hz',
      device: 'Watch 9',
      measurements: 'As stated by the source: rate 72/min, QTc 431.3 ms, QRS axis -30°',
      remarks: ['Tracing: the source does not say when it was recorded'],
    });
  });

  it('are about the patient the caller knows, not the one in the file', () => {
    const known: EcgPatient = { ids: ['4711'], name: 'Known', birthDate: '1950-01', sex: 'female' };
    const stated = { ...ecg, patient: { ids: ['x'], name: 'Stated' } };
    const caption = tracingCaption(stated, known);
    expect(caption).toMatchObject({ patient: 'Known', patientDetails: 'ID 4711, born 1950-01, female' });
    expect(JSON.stringify(caption)).not.toContain('Stated');
  });

  it('never give a reading without its status, its model and what is to be known', () => {
    const manifest = parseManifest(standIn);
    const scores = ECGFOUNDER.labels.map(({ label }) => (label === 'ATRIAL FIBRILLATION' ? 0.97 : 0.001));
    const interpretation = interpret(scores, manifest, {});
    const { statement, status, notice, remarks } = tracingCaption(ecg, ecg.patient, {
      ecg,
      manifest,
      interpretation,
      measurements: measureEcg(ecg),
      notes: ['resampled from 512 Hz', 'age not known'],
    });
    expect(statement).toBe('AI reading: Atrial fibrillation');
    expect(status).toContain('not confirmed by a clinician');
    expect(notice).toBe(manifest.notice);
    expect(remarks).toEqual([
      'Findings: Atrial fibrillation (SNOMED CT 164889003)',
      expect.stringMatching(/^Measured: /),
      expect.stringMatching(/^Model: Stand-in .* trust: stand-in, thresholds: simulated$/),
      'Notes: resampled from 512 Hz; age not known',
      expect.stringMatching(/^Tracing: /),
    ]);
  });

  it.each([
    ['2026-11-22T09:15:30+01:00', '2026-11-22 09:15:30 +01:00'],
    ['2026-11-22T09:15:30.123Z', '2026-11-22 09:15:30 UTC'],
    ['2026-11-22T09:15', '2026-11-22 09:15, time zone not stated'],
    ['2026-11', '2026-11'],
    [undefined, 'at a time that is not stated'],
  ])('give the time %s as %s', (recordedAt, printed) => {
    expect(recordingTime(recordedAt)).toBe(printed);
  });
});
