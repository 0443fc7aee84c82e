import type { DiagnosticReport, Observation, Provenance } from 'fhir/r4';
import { parseConfig } from '../../src/config.ts';
import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { EcgError } from '../../src/errors.ts';
import type { FhirServer } from '../../src/fhir/fhir-server.ts';
import { toDicom } from '../../src/formats/dicom/write-dicom.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { createFormMemory } from '../../src/write-back/form-memory.ts';
import { interpretAndWrite } from '../../src/write-back/interpret-and-write.ts';
import { fixedModels } from '../cds/fixed-models.ts';
import { type EmbeddedLoopback, listenEmbedded, open } from '../edges/fhir-server/loopback.ts';
import { faultsOf } from '../fhir/validate-resource.ts';
import { recorded } from '../measurement/measured.ts';

const [TENANT] = parseConfig({
  tenants: [{ name: 'test', fhirServer: 'http://127.0.0.1/fhir', authentication: 'none' }],
}).tenants;

const HEART = recorded('normal sinus rhythm', { seed: 5, ratePerMinute: 70, qtcMs: 405 }).ecg;
const UNDER_DRUG = recorded('normal sinus rhythm', { seed: 5, ratePerMinute: 73, qtcMs: 490 }).ecg;
const EARLY = '2026-01-01T10:00:00Z';
const LATE = '2026-02-01T10:00:00Z';
const PRESENT = '2026-03-10T10:00:00Z';

let loopback: EmbeddedLoopback;
let server: FhirServer;
let patients = 0;
let patient = '';
const readings = createReadingCache(20);

beforeAll(async () => {
  loopback = await listenEmbedded();
  server = open(`${loopback.origin}/fhir`, { maxBytes: 10_000_000 });
});
afterAll(() => loopback.close());
beforeEach(async () => {
  patients += 1;
  patient = `p${patients}`;
  await loopback.load([{ resourceType: 'Patient', id: patient, birthDate: '1950-01-31' }]);
});

/** An ECG arrives at the server. */
async function arrives(name: string, recordedAt: string, ecg: Ecg, more: Partial<Observation> = {}): Promise<string> {
  const id = `${patient}-${name}`;
  await loopback.load([{ ...toObservation(createEcg({ ...ecg, recordedAt }), `Patient/${patient}`), id, ...more }]);
  return `Observation/${id}`;
}

async function write(reference: string, through: FhirServer = server) {
  if (TENANT === undefined) throw new Error('no tenant');
  const deps = { server: through, models: fixedModels(), readings, formMemory: createFormMemory() };
  const now = new Date('2026-03-10T12:00:00Z');
  return await interpretAndWrite({ settings: TENANT, reference }, { ...deps, guard: (_identity, work) => work(), now });
}

const reports = async () =>
  (await loopback.server.query(`DiagnosticReport?subject=Patient/${patient}`)) as unknown as DiagnosticReport[];
const conclusionOf = async (reference: string) => {
  const outcome = await write(reference);
  return 'report' in outcome ? String(outcome.report['conclusion']) : outcome.reason;
};
const comparedWith = async (reference: string) => /ECG recorded on ([^:]+):/.exec(await conclusionOf(reference))?.[1];

describe('a report', () => {
  it('says what has changed since the previous ECG, and what it was compared with', async () => {
    const previous = await arrives('previous', LATE, HEART);
    const outcome = await write(await arrives('now', PRESENT, UNDER_DRUG));
    expect(outcome).toMatchObject({ outcome: 'written' });
    const [report] = await reports();
    expect(report?.conclusion).toMatch(
      /^Compared with the ECG recorded on 1 February 2026: QTc longer by \d\d ms than on 1 February 2026 \(\d{3} ms, was \d{3} ms\)/m,
    );
    const [provenance] = (await loopback.server.query(
      `Provenance?target=DiagnosticReport/${report?.id}`,
    )) as unknown as Provenance[];
    expect(provenance?.entity).toContainEqual({
      role: 'source',
      what: { reference: previous, display: 'Previous ECG' },
    });
    expect(faultsOf(report as never)).toEqual([]);
  });

  it('is written once, however often the ECG is interpreted', async () => {
    await arrives('previous', LATE, HEART);
    const reference = await arrives('now', PRESENT, UNDER_DRUG);
    expect(await write(reference)).toMatchObject({ outcome: 'written' });
    expect(await write(reference)).toMatchObject({ outcome: 'unchanged' });
    expect(await reports()).toHaveLength(1);
  });

  it('says nothing of a comparison where there is no earlier ECG', async () => {
    await arrives('later', '2026-03-11T10:00:00Z', HEART);
    expect(await conclusionOf(await arrives('now', PRESENT, UNDER_DRUG))).not.toMatch(/compared/i);
  });

  it('does not take the same tracing in another form for an earlier one', async () => {
    const data = Buffer.from(toDicom(createEcg({ ...UNDER_DRUG, recordedAt: PRESENT }))).toString('base64');
    const subject = { reference: `Patient/${patient}` };
    const type = { coding: [{ system: 'http://loinc.org', code: '11524-6' }] };
    const content = [{ attachment: { data } }];
    const common = { resourceType: 'DocumentReference', status: 'current' } as const;
    await loopback.load([{ ...common, id: `${patient}-d`, subject, type, date: LATE, content }]);
    expect(await conclusionOf(await arrives('now', PRESENT, UNDER_DRUG))).not.toMatch(/compared/i);
  });
});

describe('an older ECG that arrives late', () => {
  it('changes no report by itself', async () => {
    const present = await arrives('now', PRESENT, UNDER_DRUG);
    await write(present);
    const before = await reports();
    await write(await arrives('late', LATE, HEART));
    expect((await reports()).filter(({ id }) => id === before[0]?.id)).toEqual(before);
  });

  it('is compared with when the ECG is interpreted again: in the same report, which says so', async () => {
    await arrives('early', EARLY, HEART);
    const present = await arrives('now', PRESENT, UNDER_DRUG);
    expect(await comparedWith(present)).toBe('1 January 2026');
    await arrives('late', LATE, HEART);
    expect(await write(present)).toMatchObject({
      outcome: 'written',
      remark: 'the report is replaced since it is compared with another earlier ECG, or with none, by now',
    });
    expect(await comparedWith(present)).toBe('1 February 2026');
    const [report, ...more] = await reports();
    expect(more).toEqual([]);
    expect(report?.meta?.versionId).toBeDefined();
    const provenances = await loopback.server.query(`Provenance?target=DiagnosticReport/${report?.id}`);
    expect(JSON.stringify(provenances)).toContain('"revision"');
  });

  it('is no longer compared with once it was entered in error', async () => {
    await arrives('late', LATE, HEART);
    const present = await arrives('now', PRESENT, UNDER_DRUG);
    expect(await comparedWith(present)).toBe('1 February 2026');
    await arrives('late', LATE, HEART, { status: 'entered-in-error' });
    expect(await comparedWith(present)).toBeUndefined();
    expect(await reports()).toHaveLength(1);
  });

  it('never changes a report that a clinician has signed', async () => {
    const present = await arrives('now', PRESENT, UNDER_DRUG);
    await write(present);
    const [report] = await reports();
    await loopback.load([{ ...(report as DiagnosticReport), status: 'final' }]);
    await arrives('late', LATE, HEART);
    expect(await write(present)).toMatchObject({ outcome: 'unchanged' });
    expect(await reports()).toMatchObject([{ status: 'final' }]);
  });
});

describe('where earlier ECGs cannot be searched for', () => {
  const refusing = (): FhirServer => ({
    ...server,
    query: async (query, limits) => {
      if (query.includes('date=lt')) throw new EcgError('FHIR_UNAVAILABLE', 'refused', { httpStatus: 403 });
      return await server.query(query, limits);
    },
  });

  it('the report is written and says so', async () => {
    await arrives('previous', LATE, HEART);
    await write(await arrives('now', PRESENT, UNDER_DRUG), refusing());
    const [report] = await reports();
    expect(report?.conclusion).toContain('Earlier ECGs could not be searched for; this one was compared with none.');
  });

  it('a comparison that was made stays', async () => {
    await arrives('previous', LATE, HEART);
    const present = await arrives('now', PRESENT, UNDER_DRUG);
    await write(present);
    expect(await write(present, refusing())).toMatchObject({ outcome: 'unchanged' });
    expect(await comparedWith(present)).toBe('1 February 2026');
  });
});
