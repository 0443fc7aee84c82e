import { toEcgRecords, toPatient, toReportRecords } from '../../../../src/edges/demo/sandbox/chart-records.ts';

const NOW = new Date('2026-03-10T12:00:00Z');

describe('a chart', () => {
  it('says who the patient is', () => {
    const patient = { id: 'p1', name: [{ given: ['Ada', 'B'], family: 'C' }], gender: 'female' };
    expect(toPatient({ ...patient, birthDate: '1960-03-11' }, NOW)).toEqual([
      { id: 'p1', name: 'Ada B C', sexAndAge: 'female, 65 years', birth: 'born 1960-03-11' },
    ]);
    expect(toPatient({ ...patient, birthDate: '1960-03-10' }, NOW)[0]?.sexAndAge).toBe('female, 66 years');
    expect(toPatient({ id: 'p1' }, NOW)).toEqual([
      { id: 'p1', name: 'Name not stated', sexAndAge: 'sex not stated', birth: 'birth date not stated' },
    ]);
    expect(toPatient({ name: [] }, NOW)).toEqual([]);
  });

  it('lists ECGs newest first, undated ones last, with the form their entry states', () => {
    const leads = [{ valueSampledData: { data: '1 2' } }];
    const dicom = [{ attachment: { contentType: 'application/dicom' } }];
    const ecgs = toEcgRecords(
      [
        { resourceType: 'Observation', id: 'undated', component: leads },
        { resourceType: 'Observation', id: 'measurements', effectiveDateTime: '2026-03-10T09:00:00Z', component: [{}] },
        { resourceType: 'Observation', id: 'old', effectiveDateTime: '2026-03-10T09:00:00Z', ...leads[0] },
        { resourceType: 'DocumentReference', id: 'new', date: '2026-03-10T11:30:00+01:00', content: dicom },
      ],
      NOW,
    );
    expect(ecgs).toEqual([
      { reference: 'DocumentReference/new', time: '2026-03-10 11:30 +01:00', age: '2 h ago', form: 'DICOM waveform' },
      { reference: 'Observation/old', time: '2026-03-10 09:00 UTC', age: '3 h ago', form: 'FHIR Observation' },
      { reference: 'Observation/undated', time: 'of unknown time', age: 'of unknown time', form: 'FHIR Observation' },
    ]);
  });

  it('shows a report by status, statements and codes', () => {
    const coding = [{ system: 'http://snomed.info/sct', code: '49436004', display: 'Atrial fibrillation' }];
    const report = {
      id: 'r1',
      status: 'preliminary',
      effectiveDateTime: '2026-03-10',
      conclusion: 'a\nb',
      conclusionCode: [{ coding }, { text: 'uncoded' }],
    };
    expect(toReportRecords([report])).toEqual([
      {
        time: '2026-03-10',
        status: 'preliminary',
        conclusion: ['a', 'b'],
        codes: [{ code: '49436004', display: 'Atrial fibrillation' }],
      },
    ]);
  });
});
