import { parseConfig } from '../../src/config.ts';
import type { FhirJson } from '../../src/fhir/fhir-server.ts';
import type { OverRead, Statement } from '../../src/over-read/over-read.ts';
import { findReport } from '../../src/over-read/recorded-report.ts';
import { signOverRead } from '../../src/over-read/sign-over-read.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { createWriteGuard } from '../../src/write-back/write-guard.ts';
import type { EmbeddedLoopback } from '../edges/fhir-server/loopback.ts';
import { reportInput } from '../fhir/report-inputs.ts';
import { faultsOf } from '../fhir/validate-resource.ts';
import { allOn, type Fault, listenFaulty, refusing, writeTo } from '../write-back/faulty-server.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const ADA = { reference: 'Practitioner/ada', name: 'Ada', at: NOW.toISOString() };
const INPUT = reportInput();
const AXIS: Statement = {
  ...{ key: 'added-1', text: 'Left axis deviation' },
  codings: [{ system: 'http://snomed.info/sct', code: '39732003', display: 'Left axis deviation (finding)' }],
};
const KEPT: readonly Statement[] = INPUT.interpretation.findings.map(({ index, text, coding }) => ({
  ...{ key: `finding-${index}`, text, index },
  codings: coding ? [coding] : [],
}));
const overRead = (changes: Partial<OverRead> = {}): OverRead => ({
  ...{ kept: KEPT, removed: [], added: [AXIS], comment: '', isCorrection: false },
  ...changes,
});

let loopback: EmbeddedLoopback;
let fault: Fault = () => false;
beforeEach(async () => {
  fault = () => false;
  loopback = await listenFaulty((request, response) => fault(request, response));
  await writeTo(loopback.server, INPUT);
});
afterEach(() => loopback.close());

const tenantOf = (forms: readonly string[]) => {
  const tenants = [{ name: 't', fhirServer: loopback.server.baseUrl, authentication: 'none', writeBack: { forms } }];
  const [tenant] = parseConfig({ tenants }).tenants;
  if (tenant === undefined) throw new Error('no tenant');
  return tenant;
};

const sign = async (decision = overRead(), { forms = ['transaction'], by = ADA, server = loopback.server } = {}) => {
  const { ecg, ecgIdentity, interpretation, manifest, measurements, notes } = INPUT;
  const report = await findReport(server, ecgIdentity);
  const review = {
    ...{ reference: 'Observation/ecg-1', tracing: 'Observation/ecg-1', patientId: 'p1', ecg, ecgIdentity },
    ...{ patient: { ids: ['p1'] }, reading: { ecg, interpretation, manifest, measurements, notes }, report },
  };
  const request = { tenant: tenantOf(forms), server, patientId: 'p1', reference: review.reference };
  const deps = {
    ...{ models: {}, readings: createReadingCache(1), guard: createWriteGuard(async (_keys, work) => await work()) },
    classifierOf: async () => {
      throw new Error('not asked for here');
    },
  };
  return await signOverRead({ request, review, overRead: decision, signature: by }, deps, NOW);
};
const ofType = async (type: string) =>
  (await allOn(loopback.server)).filter(({ resourceType }) => resourceType === type);
const reportNow = async (): Promise<object> => (await ofType('DiagnosticReport'))[0] ?? {};
const observation = async (text: string) =>
  (await ofType('Observation')).find((each) => JSON.stringify(each['valueCodeableConcept'])?.includes(text));
const resultsOf = (report: object) => JSON.stringify(Object(report)['result']);
const isAgent = (role: string) => (provenance: FhirJson) => JSON.stringify(provenance).includes(`"code":"${role}"`);

describe.each([
  ['in one transaction', ['transaction', 'creates'], undefined],
  ['on a server that takes no transactions', ['transaction', 'creates'], refusing(400, 'POST /')],
  ['where transactions are not permitted', ['creates'], undefined],
] as const)('a signature %s', (_case, forms, refusal) => {
  beforeEach(() => {
    fault = refusal ?? fault;
  });

  it('makes an Observation of what the clinician adds: theirs, coded, of the tracing, in the report', async () => {
    expect(await sign(overRead(), { forms: [...forms] })).toMatchObject({ outcome: 'signed', remarks: [] });
    const added = await observation('Left axis deviation');
    expect(added).toMatchObject({
      status: 'final',
      performer: [{ reference: 'Practitioner/ada', display: 'Ada' }],
      valueCodeableConcept: { text: 'Left axis deviation', coding: [{ code: '39732003' }] },
      derivedFrom: [{ reference: 'Observation/ecg-1' }],
      subject: { reference: 'Patient/p1' },
      meta: { security: expect.arrayContaining([expect.objectContaining({ code: 'CLINAST' })]) },
    });
    expect(added).not.toHaveProperty('device');
    const report = await reportNow();
    expect(resultsOf(report)).toContain(`"Observation/${added?.['id']}"`);
    const [kept] = KEPT;
    const confirmed = await observation(kept?.text ?? '');
    expect(confirmed).toMatchObject({ status: 'final', valueCodeableConcept: { coding: kept?.codings } });
    expect(confirmed).toHaveProperty('device');

    const provenances = await ofType('Provenance');
    const [verified, ...others] = provenances.filter(isAgent('verifier'));
    expect(others).toEqual([]);
    expect(verified?.['target']).toEqual([
      { reference: `DiagnosticReport/${Object(report)['id']}` },
      { reference: `Observation/${confirmed?.['id']}` },
    ]);
    const authored = provenances
      .filter(isAgent('author'))
      .find((each) => JSON.stringify(each).includes('Practitioner/ada'));
    expect(authored).toMatchObject({
      target: [{ reference: `Observation/${added?.['id']}` }],
      entity: [{ role: 'source', what: { reference: 'Observation/ecg-1' } }],
    });
    const written = [added, confirmed, report, ...provenances].flatMap((each) => each ?? []);
    expect(written.flatMap((each) => faultsOf(Object(each)))).toEqual([]);
  });

  it('cancels a preliminary finding that is taken away, and marks one that was signed before as entered in error', async () => {
    const [first] = KEPT;
    await sign(overRead({ kept: [], removed: KEPT }), { forms: [...forms] });
    expect(await observation(first?.text ?? '')).toMatchObject({ status: 'cancelled' });
    const correction = overRead({ kept: [], removed: [AXIS], added: [], comment: 'Normal.', isCorrection: true });
    expect(await sign(correction, { forms: [...forms] })).toMatchObject({
      outcome: 'signed',
      report: { status: 'corrected' },
    });
    const struck = await observation('Left axis deviation');
    expect(struck).toMatchObject({ status: 'entered-in-error' });
    expect(resultsOf(await reportNow())).not.toContain(String(struck?.['id']));
  });

  it('writes nothing that stays where somebody else changed the report in the same moment', async () => {
    let isDone = false;
    const report = await reportNow();
    const commit = refusal === undefined && forms.some((form) => form === 'transaction') ? 'POST /' : 'PUT /Diagn';
    fault = (asked, response) => {
      if (!isDone && `${asked.method} ${asked.url}`.startsWith(commit)) {
        isDone = true;
        void loopback.load([{ ...Object(report), conclusion: 'Changed elsewhere.' }]);
      }
      return refusal?.(asked, response) ?? false;
    };
    expect(await sign(overRead(), { forms: [...forms] })).toEqual({ outcome: 'conflict' });
    expect(isDone).toBe(true);
    expect(await reportNow()).toMatchObject({ status: 'preliminary', conclusion: 'Changed elsewhere.' });
    const added = await observation('Left axis deviation');
    expect([undefined, 'entered-in-error']).toContain(added?.['status']);
    expect((await ofType('Provenance')).filter(isAgent('verifier'))).toEqual([]);
    expect(await observation(KEPT[0]?.text ?? '')).toMatchObject({ status: 'preliminary' });
  });
});

describe('a signature', () => {
  it('of two who sign at once counts once, and leaves no finding of the other', async () => {
    const outcomes = await Promise.all([
      sign(overRead(), { by: ADA }),
      sign(overRead(), { by: { ...ADA, reference: 'Practitioner/bo', name: 'Bo' } }),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['conflict', 'signed']);
    const added = (await ofType('Observation')).filter((each) => JSON.stringify(each).includes('Left axis'));
    expect(added.filter(({ status }) => status === 'final')).toHaveLength(1);
    const [winner] = added.filter(({ status }) => status === 'final');
    expect(resultsOf(await reportNow())).toContain(String(winner?.['id']));
    expect((await ofType('Provenance')).filter(isAgent('verifier'))).toHaveLength(1);
    expect(await observation(KEPT[0]?.text ?? '')).toMatchObject({ status: 'final' });
    expect((await ofType('Provenance')).flatMap(faultsOf)).toEqual([]);
  });

  it('stands where the record takes no Observations or Provenance, and says so', async () => {
    fault = (request, response) =>
      refusing(403, 'POST /', 'POST Observation', 'POST Provenance', 'PUT Observation')(request, response);
    const signed = await sign();
    expect(signed).toMatchObject({ outcome: 'signed', report: { status: 'final' } });
    expect('remarks' in signed && signed.remarks).toHaveLength(3);
    expect(await reportNow()).toMatchObject({ conclusion: expect.stringContaining('Left axis deviation') });
  });

  it('that the record refuses leaves nothing behind', async () => {
    fault = refusing(403, 'POST /', 'PUT DiagnosticReport');
    await expect(sign()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    fault = () => false;
    expect(await reportNow()).toMatchObject({ status: 'preliminary' });
    expect(await observation('Left axis deviation')).toMatchObject({ status: 'entered-in-error' });
    expect(await observation(KEPT[0]?.text ?? '')).toMatchObject({ status: 'preliminary' });
  });

  it('refers to no finding that a server refused in an otherwise accepted transaction', async () => {
    const { server } = loopback;
    const partial: typeof server = {
      ...server,
      transaction: async ({ entry = [], ...rest }) => {
        const [, ...others] = entry;
        const answer = await server.transaction({ ...rest, entry: others });
        const taken = Array.isArray(answer['entry']) ? answer['entry'] : [];
        return { ...answer, entry: [{ response: { status: '403' } }, ...taken] };
      },
    };
    const signed = await sign(overRead(), { server: partial });
    expect('remarks' in signed && signed.remarks).toEqual([expect.stringContaining('no Observations of the findings')]);
    const report = await reportNow();
    expect(report).toMatchObject({ status: 'final', conclusion: expect.stringContaining('Left axis deviation') });
    expect(resultsOf(report)).not.toContain('urn:uuid');
  });
});
