import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4';
import { findSignedEcg } from '../../src/calibration/find-signed-ecg.ts';
import { signedStatements } from '../../src/calibration/signed-statements.ts';
import { casesOnServer } from '../../src/cli/calibration-cases.ts';
import { parseConfig } from '../../src/config.ts';
import { ecgIdentity } from '../../src/ecg/ecg-identity.ts';
import { referenceStates } from '../../src/evaluation/reference-states.ts';
import { ECGFOUNDER_REFERENCE } from '../../src/evaluation/reference-table.ts';
import type { FhirJson, FhirServer } from '../../src/fhir/fhir-server.ts';
import { toAecg } from '../../src/formats/aecg/write-aecg.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { createFormMemory } from '../../src/write-back/form-memory.ts';
import { interpretAndWrite } from '../../src/write-back/interpret-and-write.ts';
import { fixedModels } from '../cds/fixed-models.ts';
import { type EmbeddedLoopback, listenEmbedded, open } from '../edges/fhir-server/loopback.ts';

const SNOMED = 'http://snomed.info/sct';
const AF = { text: 'Atrial fibrillation', coding: [{ system: SNOMED, code: '164889003' }] };
const SIGNED = {
  resourceType: 'DiagnosticReport',
  id: 'r1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
  subject: { reference: 'Patient/p1' },
  resultsInterpreter: [{ reference: 'Practitioner/1' }],
  conclusionCode: [AF],
};
const OF_CARE = { isTestModel: false };
const NOW = new Date('2026-02-01T00:00:00Z');

describe('what a signed report states', () => {
  const statesOf = (conclusionCode: readonly object[]) => {
    const signed = signedStatements({ ...SIGNED, conclusionCode }, OF_CARE);
    if ('unusable' in signed) throw new Error(signed.unusable);
    const states = referenceStates({ scheme: 'signed-report', ...signed }, ECGFOUNDER_REFERENCE);
    return (index: number) => states[index];
  };

  it('is positive for its codes and negative for others that a clinician would have coded', () => {
    const state = statesOf([AF]);
    expect([5, 1, 20, 11].map(state)).toEqual(['positive', 'negative', 'negative', 'negative']);
  });

  it('denies no word on the ECG as a whole, no fragment and no comparison', () => {
    const state = statesOf([AF]);
    expect([0, 2, 7, 28, 68].map(state)).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
  });

  it('leaves open the labels that share a code, unless its words name one of them', () => {
    const code = [{ system: SNOMED, code: '25488008' }];
    const byCode = statesOf([{ coding: code }, AF]);
    expect([26, 63, 143].map(byCode)).toEqual(['positive', 'unknown', 'unknown']);
    const pacing = [{ system: SNOMED, code: '251267008' }];
    expect([85, 92].map(statesOf([{ coding: pacing }, AF]))).toEqual(['unknown', 'unknown']);
  });

  it('is open where the clinician calls it possible', () => {
    expect(statesOf([{ ...AF, text: 'Possible atrial fibrillation' }])(5)).toBe('unknown');
  });

  it('does not deny a rhythm where it states none', () => {
    const state = statesOf([{ text: 'Left bundle branch block', coding: [] }]);
    expect([20, 5].map(state)).toEqual(['positive', 'unknown']);
  });

  it.each<[string, object]>([
    ['not signed', { status: 'preliminary' }],
    ['not signed', { status: 'entered-in-error' }],
    ['machine alone', { meta: { security: [{ code: 'AIAST' }] } }],
    ['test data', { meta: { security: [{ code: 'CLINAST' }, { code: 'HTEST' }] } }],
    ['no practitioner', { resultsInterpreter: [{ reference: 'Device/1' }] }],
    ['without a code', { conclusionCode: [AF, { text: 'Something else' }] }],
  ])('is nothing where the report is %s: %j', (reason, change) => {
    expect(signedStatements({ ...SIGNED, ...change }, OF_CARE)).toEqual({ unusable: expect.stringContaining(reason) });
  });

  it('counts in test data for a model that is for tests', () => {
    const report = { ...SIGNED, meta: { security: [{ code: 'CLINAST' }, { code: 'HTEST' }] } };
    expect(signedStatements(report, { isTestModel: true })).toHaveProperty('statements');
  });
});

describe('the ECGs of signed reports', () => {
  let loopback: EmbeddedLoopback;
  let server: FhirServer;
  const tracing = (seed: number) =>
    simulateEcg({
      finding: 'NORMAL SINUS RHYTHM',
      seed,
      format: 'fhir',
      patient: { ids: [] },
      recordedAt: `2026-01-0${seed}T08:00:00Z`,
    });
  const observation = (id: string, patient: string, seed: number): FhirResource => ({
    ...toObservation(tracing(seed), `Patient/${patient}`),
    id,
  });
  const signed = (id: string, patient: string, links: object) =>
    ({ ...SIGNED, id, subject: { reference: `Patient/${patient}` }, ...links }) as FhirResource;
  const results = (...references: readonly string[]) => ({ result: references.map((reference) => ({ reference })) });
  const reportNamed = async (id: string) => await server.read('DiagnosticReport', id);

  beforeAll(async () => {
    loopback = await listenEmbedded();
    server = open(`${loopback.origin}/fhir`, { maxBytes: 10_000_000 });
    await loopback.load([
      ...['p1', 'p2', 'p3', 'p4'].map((id) => ({ resourceType: 'Patient', id, birthDate: '1950-01-01' }) as const),
      { resourceType: 'Patient', id: 'child', birthDate: '2020-01-01' },
      observation('o1', 'p1', 1),
      observation('o2', 'p2', 2),
      observation('o3', 'p2', 3),
      observation('o4', 'child', 4),
      {
        ...{ resourceType: 'Media', id: 'm1', status: 'completed', subject: { reference: 'Patient/p3' } },
        content: { contentType: 'application/xml', data: Buffer.from(toAecg(tracing(5))).toString('base64') },
      },
      signed('by-result', 'p2', results('Observation/o2')),
      signed('by-media', 'p3', { media: [{ link: { reference: 'Media/m1' } }] }),
      signed('of-two', 'p2', results('Observation/o2', 'Observation/o3')),
      signed('of-none', 'p4', { imagingStudy: [{ reference: 'ImagingStudy/1' }] }),
      signed('of-another', 'p4', results('Observation/o1')),
      signed('of-child', 'child', results('Observation/o4')),
    ]);
    const [tenant] = parseConfig({
      tenants: [{ name: 'site', fhirServer: `${loopback.origin}/fhir`, authentication: 'none' }],
    }).tenants;
    await interpretAndWrite(
      { settings: tenant!, reference: 'Observation/o1' },
      {
        ...{ server, models: fixedModels(), readings: createReadingCache(1), formMemory: createFormMemory() },
        ...{ guard: (_identity, work) => work(), now: new Date('2026-01-02T00:00:00Z') },
      },
    );
  }, 60_000);
  afterAll(() => loopback.close());

  const byCardhook = async () =>
    (await server.query('DiagnosticReport?subject=Patient/p1')).find(({ id }) => id !== 'of-another') as FhirJson;

  it('are those that results and media lead to', async () => {
    const identities = [ecgIdentity(tracing(2), 'Patient/p2'), ecgIdentity(tracing(5), 'Patient/p3')];
    const found = [await reportNamed('by-result'), await reportNamed('by-media')].map((each) =>
      findSignedEcg(each, server, NOW),
    );
    expect((await Promise.all(found)).map(({ identity }) => identity)).toEqual(identities);
  });

  it('are found from what Cardhook wrote by the tracing that its findings are derived from', async () => {
    const found = await findSignedEcg(await byCardhook(), server, NOW);
    expect(found).toMatchObject({ identity: ecgIdentity(tracing(1), 'Patient/p1'), patientId: 'p1', ageYears: 76 });
  });

  it.each([
    ['of-two', 'several ECGs'],
    ['of-none', 'no ECG'],
    ['of-another', 'no ECG'],
  ])('are none where the report is %s: it leads to %s', async (id, said) => {
    await expect(findSignedEcg(await reportNamed(id), server, NOW)).rejects.toMatchObject({
      message: expect.stringContaining(said),
    });
  });

  it('become cases; a preliminary report of the machine is none until a clinician has signed it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cardhook-signed-'));
    const config = join(directory, 'config.json');
    const tenants = [{ name: 'site', fhirServer: `${loopback.origin}/fhir`, authentication: 'none' }];
    await writeFile(config, JSON.stringify({ tenants }));
    const collect = (query?: string) =>
      casesOnServer({ config, tenant: 'site', query, limit: 100 }, fixedModels(), () => {});
    const before = await collect('DiagnosticReport?_count=50');
    expect(before.cases.map(({ unit }) => unit).sort()).toEqual(['p2', 'p3']);
    expect(before.leftOut).toEqual({
      'not signed (preliminary or withdrawn)': 1,
      'the report leads to several ECGs': 1,
      'the report leads to no ECG': 2,
      'under 18 years, where the label logic abstains': 1,
    });
    const report = await byCardhook();
    await loopback.load([
      {
        ...report,
        ...{ status: 'final', resultsInterpreter: [{ reference: 'Practitioner/1' }], conclusionCode: [AF] },
        meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'CLINAST' }] },
      } as unknown as FhirResource,
    ]);
    const { cases } = await collect();
    expect(cases.map(({ unit }) => unit).sort()).toEqual(['p1', 'p2', 'p3']);
    expect(cases.map(({ states }) => states[5])).toEqual(['positive', 'positive', 'positive']);
    await rm(directory, { recursive: true });
  });

  it('are looked for among reports alone', async () => {
    const asked = casesOnServer({ config: '', tenant: 'site', query: 'Patient?', limit: 1 }, fixedModels(), () => {});
    await expect(asked).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
  });
});
