import type { DocumentReference, Observation } from 'fhir/r4';
import { findResources, PATIENT_ECG_QUERIES } from '../../src/fhir/patient-ecgs.ts';
import { type EmbeddedLoopback, listenEmbedded } from '../edges/fhir-server/loopback.ts';

const LOINC = 'http://loinc.org';
const MDC = 'urn:iso:std:iso:11073:10101';

describe('the ECGs of a patient on a FHIR server', () => {
  let loopback: EmbeddedLoopback;

  beforeAll(async () => {
    loopback = await listenEmbedded();
    await loopback.load([
      observation('panel', { system: LOINC, code: '34534-8' }, '2026-03-03'),
      observation('study', { system: LOINC, code: '11524-6' }, '2026-03-01'),
      observation('mdc', { system: MDC, code: '131328' }, '2026-03-02T10:00:00Z'),
      observation('mdc-oid', { system: 'urn:oid:2.16.840.1.113883.6.24', code: '131328' }, '2026-02-01'),
      observation('stream', { system: MDC, code: '131329' }, '2026-01-01'),
      observation('weight', { system: LOINC, code: '29463-7' }, '2026-03-04'),
      {
        ...observation('other', { system: LOINC, code: '11524-6' }, '2026-03-05'),
        subject: { reference: 'Patient/p2' },
      },
      documentReference('document', '2026-03-01T08:00:00Z'),
      // A patient whose undated ECGs would hide the newest dated one.
      ...['u1', 'u2', 'u3', 'u4', 'u5'].map((id) => of('p3', observation(id, { system: LOINC, code: '11524-6' }))),
      of('p3', observation('dated', { system: LOINC, code: '11524-6' }, '2026-03-01')),
    ]);
  });
  afterAll(() => loopback.close());

  it('are observations under any ECG code, newest first', async () => {
    expect(await idsOf('ecgObservations', 'p1')).toEqual(['panel', 'mdc', 'study', 'mdc-oid', 'stream']);
  });

  it('are documents too', async () => {
    expect(await idsOf('ecgDocuments', 'p1')).toEqual(['document']);
  });

  it('are none for a patient without any', async () => {
    expect(await idsOf('ecgObservations', 'p9')).toEqual([]);
  });

  it('include a dated one before undated ones, wherever the server sorts those', async () => {
    expect((await idsOf('ecgObservations', 'p3'))[0]).toBe('dated');
  });

  it('do not limit other queries, which have neither a date nor a count', async () => {
    await loopback.load(
      Array.from({ length: 7 }, (_, n) => ({
        resourceType: 'Condition',
        id: `c${n}`,
        subject: { reference: 'Patient/p1' },
        clinicalStatus: { coding: [{ code: 'active' }] },
      })),
    );
    const query = 'Condition?patient=p1&clinical-status=active';
    expect(await findResources(loopback.server, query)).toHaveLength(7);
  });

  async function idsOf(key: keyof typeof PATIENT_ECG_QUERIES, patientId: string): Promise<unknown[]> {
    const query = PATIENT_ECG_QUERIES[key].replace('{{context.patientId}}', patientId);
    return (await findResources(loopback.server, query)).map(({ id }) => id);
  }
});

function observation(id: string, coding: { system: string; code: string }, date?: string): Observation {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { coding: [coding] },
    subject: { reference: 'Patient/p1' },
    ...(date === undefined ? {} : { effectiveDateTime: date }),
  };
}

function of(patientId: string, resource: Observation): Observation {
  return { ...resource, subject: { reference: `Patient/${patientId}` } };
}

function documentReference(id: string, date: string): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    type: { coding: [{ system: LOINC, code: '11524-6' }] },
    subject: { reference: 'Patient/p1' },
    date,
    content: [{ attachment: { url: 'Binary/b1' } }],
  };
}
