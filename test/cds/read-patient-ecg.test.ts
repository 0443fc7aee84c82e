import type { DocumentReference, Observation, Patient } from 'fhir/r4';
import { unreadableCard } from '../../src/cds/ecg-cards.ts';
import { type PatientEcgDeps, readPatientEcg } from '../../src/cds/read-patient-ecg.ts';
import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { toAecg } from '../../src/formats/aecg/write-aecg.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { seededRandom } from '../../src/random.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { ecgIn } from '../formats/synthetic-ecg.ts';
import { fixedModels } from './fixed-models.ts';

const BASE = 'https://ehr.example.org/fhir';
const PATIENT: Patient = { resourceType: 'Patient', id: 'p1', birthDate: '1950-06-01' };
const OTHERS = 'an ECG of another or of no stated patient was left out';

function observation(id: string, more: Partial<Observation> = {}): Observation {
  return { ...toObservation(ecgIn('fhir'), 'Patient/p1'), id, effectiveDateTime: '2026-03-01T10:00:00Z', ...more };
}

/** A document made at `date` of an ECG recorded at `recordedAt`. */
function document(id: string, date: string | undefined, recordedAt: string): DocumentReference {
  const ecg: Ecg = { ...ecgIn('aecg'), recordedAt, patient: { ids: ['MRN-7'] } };
  const data = Buffer.from(toAecg(ecg)).toString('base64');
  return {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    subject: { reference: 'Patient/p1' },
    ...(date === undefined ? {} : { date }),
    content: [{ attachment: { data } }],
  };
}

/** A document made at `date` of another tracing, whose file has no time. */
function untimedDocument(id: string, date: string | undefined): DocumentReference {
  const { recordedAt: _, ...ecg } = ecgIn('aecg');
  const leads = ecg.leads.map(({ lead, samples }) => ({ lead, samples: samples.map((sample) => 2 * sample) }));
  const data = Buffer.from(toAecg(createEcg({ ...ecg, leads, patient: { ids: ['MRN-7'] } }))).toString('base64');
  return { ...document(id, date, '2026-03-01'), content: [{ attachment: { data } }] };
}

function read(resources: readonly unknown[], deps: Partial<PatientEcgDeps> = {}) {
  return readPatientEcg(resources, 'p1', {
    models: fixedModels(),
    readings: createReadingCache(10),
    snomedEdition: 'all',
    now: new Date('2026-03-10T12:00:00Z'),
    baseUrl: BASE,
    ...deps,
  });
}

const sourceOf = async (resources: readonly unknown[]) => {
  const reading = await read(resources);
  return reading.outcome === 'read' ? reading.source : reading.outcome;
};

describe('an ECG is shown', () => {
  it.each(['Patient/p1', 'Patient/p1/_history/3', `${BASE}/Patient/p1`])('of the subject %s', async (reference) => {
    expect(await read([PATIENT, observation('o', { subject: { reference } })])).toMatchObject({
      outcome: 'read',
      source: 'Observation/o',
      notes: [],
    });
  });

  it('with what its file says otherwise of the patient', async () => {
    const patient = { ...PATIENT, gender: 'male' };
    const ecg: Ecg = { ...ecgIn('aecg'), patient: { ids: ['MRN-7'], sex: 'female' } };
    const data = Buffer.from(toAecg(ecg)).toString('base64');
    const reading = await read([
      patient,
      { ...document('d', undefined, '2026-03-01'), content: [{ attachment: { data } }] },
    ]);
    const note = "the sex in the ECG file is not that of the patient's record";
    expect(reading).toMatchObject({ reading: { patientNotes: [note], notes: expect.arrayContaining([note]) } });
  });
});

describe('an ECG is left out, and the notes say so, ', () => {
  it.each<[string, unknown]>([
    ['of another patient', observation('o', { subject: { reference: 'Patient/p2' } })],
    [
      'of the same id on another server',
      observation('o', { subject: { reference: 'https://other.example/fhir/Patient/p1' } }),
    ],
    ['of the same id in other letters', observation('o', { subject: { reference: 'patient/p1' } })],
    ['of a group', observation('o', { subject: { reference: 'Group/p1' } })],
    ['of an identifier only', observation('o', { subject: { identifier: { value: 'p1' } } })],
    ['of a contained patient', observation('o', { subject: { reference: '#p1' }, contained: [PATIENT] })],
    ['of nobody', { ...observation('o'), subject: undefined }],
    ['of the fetus of its subject', observation('o', { focus: [{ reference: 'Patient/p3' }] })],
    [
      'contained in a report of another',
      {
        resourceType: 'DiagnosticReport',
        id: 'r',
        status: 'final',
        code: {},
        subject: { reference: 'Patient/p2' },
        contained: [observation('o')],
      },
    ],
    [
      'of another in a report of the patient',
      {
        resourceType: 'DiagnosticReport',
        id: 'r',
        status: 'final',
        code: {},
        subject: { reference: 'Patient/p1' },
        contained: [observation('o', { subject: { reference: 'Patient/p2' } })],
      },
    ],
    [
      'in a Bundle within the search result',
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [{ fullUrl: 'https://other.example/fhir/Observation/o', resource: observation('o') }],
      },
    ],
    [
      'as a Binary, which says nobody',
      { resourceType: 'Binary', id: 'b', data: document('d', undefined, '2026-03-01').content[0]?.attachment.data },
    ],
  ])('%s', async (_case, resource) => {
    expect(await read([PATIENT, resource])).toEqual({ outcome: 'none', notes: [OTHERS] });
  });

  it('beside one of the patient', async () => {
    const foreign = observation('foreign', {
      subject: { reference: 'Patient/p2' },
      effectiveDateTime: '2026-03-09T10:00:00Z',
    });
    expect(await read([PATIENT, foreign, observation('own')])).toMatchObject({
      outcome: 'read',
      source: 'Observation/own',
      notes: [OTHERS],
    });
  });

  it('of an absolute subject where no server is known', async () => {
    const absolute = observation('o', { subject: { reference: `${BASE}/Patient/p1` } });
    expect(await read([absolute], { baseUrl: undefined })).toMatchObject({ outcome: 'none' });
  });
});

describe('nothing is shown where the Patient is another one', () => {
  it.each(['p2', 'P1'])('with the id %s, as after a merge', async (id) => {
    await expect(read([{ ...PATIENT, id }, observation('o')])).rejects.toMatchObject({ code: 'PATIENT_MISMATCH' });
  });

  it.each([
    ['has no id', { id: undefined }],
    ['replaced another', { link: [{ type: 'replaces', other: { reference: 'Patient/p0' } }] }],
    ['has a malformed birth date', { birthDate: 'in spring', link: 'x' }],
  ])('but only then: the Patient %s', async (_case, more) => {
    expect(await read([{ ...PATIENT, ...more }, observation('o')])).toMatchObject({ outcome: 'read' });
  });

  it('or was merged into another', async () => {
    const merged = { ...PATIENT, active: false, link: [{ type: 'replaced-by', other: { reference: 'Patient/p2' } }] };
    await expect(read([merged, observation('o')])).rejects.toMatchObject({ code: 'PATIENT_INACTIVE' });
  });

  it('or is another one and malformed', async () => {
    const malformed = { resourceType: 'Patient', id: 'p2', birthDate: 5 };
    await expect(read([malformed, observation('o')])).rejects.toMatchObject({ code: 'PATIENT_MISMATCH' });
  });

  it('by the birth date in the file', async () => {
    const ecg = { ...ecgIn('aecg'), patient: { ids: [], birthDate: '1961-01-01' } };
    const data = Buffer.from(toAecg(ecg)).toString('base64');
    const foreign = { ...document('d', '2026-03-01', '2026-03-01'), content: [{ attachment: { data } }] };
    expect(await read([PATIENT, foreign])).toMatchObject({ outcome: 'unreadable', code: 'PATIENT_MISMATCH' });
  });
});

describe('where the Patient could not be had', () => {
  const UNREAD = "the patient's record could not be read: whose ECG it is and the patient's age were not checked";

  it('an Observation of the patient is read, with a note', async () => {
    expect(await read([observation('o')])).toMatchObject({
      outcome: 'read',
      patient: { isRecordUnread: true },
      reading: { notes: expect.arrayContaining([UNREAD]) },
    });
    expect(await read([PATIENT, observation('o')])).toMatchObject({ reading: { notes: [] } });
  });

  it('a file that names somebody is not interpreted, and hides older ones', async () => {
    const file = document('d', '2026-03-05', '2026-03-05');
    expect(await read([file, observation('o')])).toMatchObject({
      outcome: 'unreadable',
      code: 'PATIENT_MISMATCH',
      reason: expect.stringContaining("the patient's record could not be read"),
      source: 'DocumentReference/d',
    });
  });
});

describe('the latest ECG', () => {
  const march1 = observation('march-1');

  it('is the latest by the time in the file, not by the date of its document', async () => {
    const old = document('old', '2026-03-09T08:00:00Z', '2019-05-05T10:00:00.000+00:00');
    expect(await sourceOf([PATIENT, old, march1])).toBe('Observation/march-1');
  });

  it('may be in a document without a date', async () => {
    const undated = document('undated', undefined, '2026-03-08T10:00:00.000+00:00');
    expect(await sourceOf([PATIENT, march1, undated])).toBe('DocumentReference/undated');
  });

  it('may be later on the day of a document whose date has no time', async () => {
    const sameDay = document('same-day', '2026-03-01', '2026-03-01T15:00:00.000+00:00');
    expect(await sourceOf([PATIENT, march1, sameDay])).toBe('DocumentReference/same-day');
  });

  it('is one of known time before one of unknown time', async () => {
    const { effectiveDateTime: _, ...untimed } = observation('untimed');
    expect(await sourceOf([PATIENT, untimed, march1])).toBe('Observation/march-1');
    expect(await sourceOf([PATIENT, untimed])).toBe('Observation/untimed');
  });

  it('hides older ones where it cannot be read', async () => {
    const broken = { ...document('broken', '2026-03-09', '2026-03-09'), content: [{ attachment: { data: '!' } }] };
    expect(await sourceOf([PATIENT, march1, broken])).toBe('unreadable');
  });

  it('is not hidden by a document without a date that cannot be read', async () => {
    const { date: _, ...undated } = document('undated', undefined, '2026-03-09');
    const broken = { ...undated, content: [{ attachment: { data: '!' } }] };
    expect(await sourceOf([PATIENT, broken, march1])).toBe('Observation/march-1');
  });

  it('is fetched alone where no other can be later', async () => {
    const fetched: string[] = [];
    const byUrl = (id: string, date: string) => ({
      ...document(id, date, date),
      content: [{ attachment: { url: `Binary/${id}` } }],
    });
    const fetchBinary = async (url: string) => {
      fetched.push(url);
      return Buffer.from(toAecg({ ...ecgIn('aecg'), recordedAt: '2026-03-05T10:00:00.000Z' }));
    };
    await read([PATIENT, byUrl('old', '2026-03-04T10:00:00Z'), byUrl('new', '2026-03-05T10:05:00Z')], { fetchBinary });
    expect(fetched).toEqual(['Binary/new']);
  });
});

describe('an ECG of unknown time that was not used', () => {
  const NOTE = 'an ECG whose time is unknown or in the future was not used; a newer ECG may exist, look at it too';
  const march1 = observation('march-1');
  const { effectiveDateTime: _, ...untimed } = observation('untimed');
  /** Another tracing than those of the other resources. */
  const other = (resource: Observation): Observation => ({
    ...resource,
    component: resource.component?.map(({ valueSampledData, ...rest }) => ({
      ...rest,
      ...(valueSampledData && {
        valueSampledData: { ...valueSampledData, factor: (valueSampledData.factor ?? 1) * 2 },
      }),
    })),
  });
  const notesOf = async (...resources: readonly unknown[]) => {
    const reading = await read([PATIENT, ...resources]);
    return [reading.outcome === 'read' ? reading.source : reading.outcome, ...reading.notes];
  };

  it.each<[string, unknown]>([
    ['an Observation without a time', other(untimed)],
    ['a file without a time in a document made since', untimedDocument('untimed', '2026-03-10T08:00:00Z')],
    ['a file without a time in a document without a date', untimedDocument('untimed', undefined)],
    ['dated in the future', other(observation('ahead', { effectiveDateTime: '2036-03-10T08:00:00Z' }))],
    ['dated two hours from now', other(observation('ahead', { effectiveDateTime: '2026-03-10T14:00:00Z' }))],
  ])('is told of: %s', async (_case, newer) => {
    expect(await notesOf(march1, newer)).toEqual(['Observation/march-1', NOTE]);
  });

  it('is not told of where its document is older than what was used, or it is the same tracing', async () => {
    expect(await notesOf(march1, untimedDocument('old', '2025-03-01T08:00:00Z'))).toEqual(['Observation/march-1']);
    expect(await notesOf(march1, untimed)).toEqual(['Observation/march-1']);
  });

  it('is told of where the one that was used is of unknown time too', async () => {
    expect(await notesOf(untimed, other({ ...untimed, id: 'other' }))).toEqual(['Observation/untimed', NOTE]);
    const [newer, older] = [untimedDocument('newer', '2026-03-09'), untimedDocument('older', '2026-03-01')];
    expect(await notesOf(older, newer)).toEqual(['DocumentReference/newer']);
  });

  it('is used where there is no other', async () => {
    const ahead = observation('ahead', { effectiveDateTime: '2036-03-10T08:00:00Z' });
    expect(await notesOf(ahead)).toEqual(['Observation/ahead']);
  });

  it('hides no other where it cannot be read', async () => {
    const broken = { ...document('broken', '2036-03-09', '2036-03-09'), content: [{ attachment: { data: '!' } }] };
    expect(await notesOf(march1, broken)).toEqual(['Observation/march-1', NOTE]);
  });

  it('is not one by a clock that is some minutes ahead, or of a zone that is not stated', async () => {
    const ahead = (effectiveDateTime: string) => notesOf(march1, observation('ahead', { effectiveDateTime }));
    expect(await ahead('2026-03-10T12:50:00Z')).toEqual(['Observation/ahead']);
    expect(await ahead('2026-03-11')).toEqual(['Observation/ahead']);
  });
});

describe('the age of the patient', () => {
  const { effectiveDateTime: _, ...untimed } = observation('o');

  it('is that of today where the ECG has no time, so that a child is known as one', async () => {
    const child = { ...PATIENT, birthDate: '2012-01-01' };
    expect(await read([child, untimed])).toMatchObject({
      reading: { interpretation: { findings: [], sentence: expect.stringContaining('paediatric') } },
    });
  });

  it.each([
    ['before the day of birth in another zone', '2026-03-02', '2026-03-01T23:30:00Z'],
    ['in the year of birth, which alone is known', '2026', '2026-03-01T10:00:00Z'],
    ['by a clock that was reset to a year before the birth', '2015-03-01', '2000-01-01T00:03:00Z'],
  ])("is a child's where the ECG was recorded %s", async (_case, birthDate, effectiveDateTime) => {
    const reading = await read([{ ...PATIENT, birthDate }, observation('o', { effectiveDateTime })]);
    expect(reading).toMatchObject({
      reading: { interpretation: { findings: [], sentence: expect.stringContaining('paediatric') } },
    });
  });

  it('is said to be unknown where it is', async () => {
    const { birthDate: _, ...undated } = PATIENT;
    const reading = await read([undated, observation('o')]);
    expect(reading).toMatchObject({ reading: { notes: [expect.stringContaining('age is not known')] } });
    expect(await read([PATIENT, observation('o')])).toMatchObject({ reading: { notes: [] } });
  });
});

describe('a reading', () => {
  it('is made once for one ECG, and forgets the tracing', async () => {
    const models = fixedModels();
    const remembered: unknown[] = [];
    const cache = createReadingCache(10);
    const readings: PatientEcgDeps['readings'] = {
      get: async (key, make) => {
        const reading = await cache.get(key, make);
        remembered.push(...Object.keys(reading));
        return reading;
      },
    };
    const [first, second] = [
      await read([PATIENT, observation('o')], { models, readings }),
      await read([PATIENT, observation('o')], { models, readings }),
    ];
    expect(models.runs()).toBe(1);
    expect(remembered).not.toContain('ecg');
    expect(second).toEqual(first);
  });
});

describe('an ECG of nothing but noise', () => {
  it('has no finding, whatever the network says, and its card says why', async () => {
    const random = seededRandom(1);
    const ecg = ecgIn('fhir');
    const noise = createEcg({
      ...ecg,
      leads: ecg.leads.map(({ lead, samples }) => ({ lead, samples: samples.map(() => random() - 0.5) })),
    });
    const reading = await read([PATIENT, { ...toObservation(noise, 'Patient/p1'), id: 'o' }]);
    expect(reading).toMatchObject({ outcome: 'unreadable', code: 'SIGNAL_UNUSABLE' });
    if (reading.outcome !== 'unreadable') return;
    const request = { hook: 'patient-view', hookInstance: 'h', context: { patientId: 'p1' } };
    const card = unreadableCard(reading, { request, now: new Date('2026-03-10T12:00:00Z'), newUuid: () => 'u' });
    expect(card.summary).toMatch(/^ECG .* was not interpreted: fewer than half of the leads can be read: muscle noise/);
    expect(card.detail).not.toContain('fibrillation');
  });
});
