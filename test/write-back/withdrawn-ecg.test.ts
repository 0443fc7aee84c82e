import type { FhirResource, Observation } from 'fhir/r4';
import { type Config, parseConfig } from '../../src/config.ts';
import type { FhirJson } from '../../src/fhir/fhir-server.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { createFormMemory } from '../../src/write-back/form-memory.ts';
import { interpretAndWrite, type WriteBackDeps } from '../../src/write-back/interpret-and-write.ts';
import { fixedModels } from '../cds/fixed-models.ts';
import { open } from '../edges/fhir-server/loopback.ts';
import { faultsOf } from '../fhir/validate-resource.ts';
import { ecgIn } from '../formats/synthetic-ecg.ts';
import { ALL_FORMS, eachOnFaultyServer, type Fault, loseAnswer, refusing } from './faulty-server.ts';

const { loopback, failWith, all } = eachOnFaultyServer();
beforeEach(() => loopback().load([{ resourceType: 'Patient', id: 'p2' }]));

type Forms = Config['tenants'][number]['writeBack']['forms'];

async function store(resource: FhirResource, forms: Forms = [...ALL_FORMS], deps: Partial<WriteBackDeps> = {}) {
  await loopback().load([resource]);
  const tenant = { name: 'test', fhirServer: 'http://127.0.0.1/fhir', authentication: 'none', writeBack: { forms } };
  const [settings] = parseConfig({ tenants: [tenant] }).tenants;
  if (settings === undefined) throw new Error('no tenant');
  return await interpretAndWrite(
    { settings, reference: `${resource.resourceType}/${resource.id}` },
    {
      server: open(`${loopback().origin}/fhir`, { maxBytes: 10_000_000 }),
      models: fixedModels(),
      readings: createReadingCache(10),
      guard: (_identity, work) => work(),
      formMemory: createFormMemory(),
      renderPdf: async () => Buffer.from('%PDF-1.7\n'),
      now: new Date('2026-03-01T12:00:00Z'),
      ...deps,
    },
  );
}

const ecg = (more: Partial<Observation> = {}): Observation => ({
  ...toObservation(ecgIn('fhir'), 'Patient/p1'),
  id: 'o',
  ...more,
});
const inError = () => ecg({ status: 'entered-in-error' });
const ofAnother = () => ecg({ subject: { reference: 'Patient/p2' } });
const findingsOf = (patient: string) =>
  loopback().server.query(`Observation?subject=${patient}&code=http://loinc.org|8601-7,http://loinc.org|45033-8`);
const reportsOf = (patient: string) => loopback().server.query(`DiagnosticReport?subject=${patient}`);
const statusesOf = (resources: readonly FhirJson[]) => [...new Set(resources.map(({ status }) => status))];

async function expectWithdrawn(patient: string): Promise<void> {
  expect(statusesOf(await reportsOf(patient))).toEqual(['entered-in-error']);
  expect(statusesOf(await findingsOf(patient))).toEqual(['entered-in-error']);
  const [report] = await reportsOf(patient);
  const provenances = await loopback().server.query(`Provenance?target=DiagnosticReport/${report?.['id']}`);
  expect(provenances.filter(({ activity }) => activity !== undefined)).toMatchObject([
    { activity: { coding: [{ code: 'NULLIFY' }] }, entity: [{ role: 'revision' }, { role: 'source' }] },
  ]);
  expect((await all()).flatMap(faultsOf)).toEqual([]);
}

describe.each<[string, Forms]>([
  ['in one transaction', [...ALL_FORMS]],
  ['one by one', ['creates', 'document', 'observation']],
])('an ECG on which there is a report, withdrawn %s,', (_case, forms) => {
  it('takes the report and its findings with it when it was entered in error', async () => {
    expect(await store(ecg(), forms)).toMatchObject({ outcome: 'written' });
    const withdrawn: unknown[] = [];
    const onWithdrawn = ({ status }: FhirJson) => void withdrawn.push(status);
    expect(await store(inError(), forms, { onWithdrawn })).toEqual({
      outcome: 'skipped',
      code: 'NO_WAVEFORM',
      reason: expect.stringContaining('is withdrawn'),
    });
    await expectWithdrawn('Patient/p1');
    expect(withdrawn).toEqual(['entered-in-error']);
    const written = async () => (await all()).filter(({ id }) => id !== 'o');
    const before = await written();
    expect(await store(inError(), forms)).toMatchObject({
      reason: 'the ECG was cancelled, superseded or entered in error',
    });
    expect(await written()).toEqual(before);
  });

  it('takes them from the chart it was moved away from, and has a report on the other', async () => {
    await store(ecg(), forms);
    expect(await store(ofAnother(), forms)).toMatchObject({
      outcome: 'written',
      remark: expect.stringContaining('is withdrawn'),
    });
    await expectWithdrawn('Patient/p1');
    expect(statusesOf(await reportsOf('Patient/p2'))).toEqual(['preliminary']);
    expect(statusesOf(await findingsOf('Patient/p2'))).toEqual(['preliminary']);
    expect(await store(ofAnother(), forms)).toMatchObject({ outcome: 'unchanged' });
  });

  it('has the same report again when it was moved by mistake', async () => {
    const first = await store(ecg(), forms);
    await store(ofAnother(), forms);
    expect(await store(ecg(), forms)).toMatchObject({
      outcome: 'written',
      remark: expect.stringContaining('given back'),
      report: { id: 'report' in first ? first.report['id'] : '', status: 'preliminary' },
    });
    expect(statusesOf(await findingsOf('Patient/p1'))).toEqual(['preliminary']);
    expect((await reportsOf('Patient/p2')).filter(({ status }) => status === 'preliminary')).toEqual([]);
    expect((await all()).flatMap(faultsOf)).toEqual([]);
    expect(await store(ecg(), forms)).toMatchObject({ outcome: 'unchanged' });
  });
});

describe('an ECG that is withdrawn', () => {
  it('keeps a report that was signed, and somebody is told', async () => {
    await store(ecg());
    const [report] = await reportsOf('Patient/p1');
    await loopback().load([{ ...report, status: 'final' } as unknown as FhirResource]);
    const before = await findingsOf('Patient/p1');
    expect(await store(inError())).toMatchObject({
      outcome: 'flagged',
      code: 'NO_WAVEFORM',
      reason: expect.stringContaining('for a human to withdraw'),
    });
    expect(await store(ofAnother())).toMatchObject({
      outcome: 'flagged',
      code: 'PATIENT_MISMATCH',
      report: { subject: { reference: 'Patient/p2' } },
    });
    expect(statusesOf(await reportsOf('Patient/p1'))).toEqual(['final']);
    expect(await findingsOf('Patient/p1')).toEqual(before);
  });

  it('is done with once that report was withdrawn by hand', async () => {
    await store(ecg());
    const [report] = await reportsOf('Patient/p1');
    await loopback().load([{ ...report, status: 'entered-in-error' } as unknown as FhirResource]);
    expect(await store(inError())).toMatchObject({ outcome: 'skipped' });
  });

  it('keeps its report as long as another resource holds the same tracing', async () => {
    await store(ecg());
    expect(await store(ecg({ id: 'again' }))).toMatchObject({ outcome: 'unchanged' });
    expect(await store(inError())).toMatchObject({ outcome: 'skipped' });
    expect(statusesOf(await reportsOf('Patient/p1'))).toEqual(['preliminary']);
    await store(ecg({ id: 'again', status: 'entered-in-error' }));
    await expectWithdrawn('Patient/p1');
    await store(ecg({ id: 'again' }));
    expect(statusesOf(await reportsOf('Patient/p1'))).toEqual(['preliminary']);
  });
});

describe('the report of an ECG that was entered in error', () => {
  it.each(['document', 'observation'] as const)('is withdrawn where it is a lone %s', async (form) => {
    await store(ecg(), [form]);
    expect(await store(inError(), [form])).toMatchObject({ reason: expect.stringContaining('is withdrawn') });
    const type = form === 'document' ? 'DocumentReference' : 'Observation';
    const [report] = await loopback().server.query(
      `${type}?type=http://loinc.org|8601-7`.replace('type=', form === 'document' ? 'type=' : 'code='),
    );
    expect(report).toMatchObject({
      status: 'entered-in-error',
      ...(form === 'document' && { docStatus: 'entered-in-error' }),
    });
    expect((await all()).flatMap(faultsOf)).toEqual([]);
  });

  it.each<[string, Fault]>([
    ['took no Provenance', refusing(403, 'POST /', 'POST Provenance')],
    ['lets none be searched for', refusing(400, 'GET Provenance')],
  ])('is found by its findings where the server %s', async (_case, fault) => {
    failWith(fault);
    await store(ecg());
    await store(inError());
    expect(statusesOf(await reportsOf('Patient/p1'))).toEqual(['entered-in-error']);
    expect(statusesOf(await findingsOf('Patient/p1'))).toEqual(['entered-in-error']);
  });

  it.each(['DiagnosticReport', 'Provenance', 'Observation'])(
    'is withdrawn to its last finding though the answer about the %s was lost',
    async (type) => {
      await store(ecg());
      let isLost = false;
      failWith(({ method, url }, response) => {
        if (method !== 'GET' && url.startsWith(`/${type}`) && !isLost) {
          isLost = true;
          loseAnswer(response);
        }
        return false;
      });
      await expect(store(inError(), ['creates'])).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
      await store(inError(), ['creates']);
      expect(statusesOf(await reportsOf('Patient/p1'))).toEqual(['entered-in-error']);
      expect(statusesOf(await findingsOf('Patient/p1'))).toEqual(['entered-in-error']);
    },
  );

  it('stays where somebody signs it in the very moment, with its findings', async () => {
    await store(ecg());
    const [report] = await reportsOf('Patient/p1');
    let isDone = false;
    failWith(({ method, url }) => {
      if (method === 'POST' && url === '/' && !isDone) {
        isDone = true;
        void loopback().load([{ ...report, status: 'final' } as unknown as FhirResource]);
      }
      return false;
    });
    expect(await store(inError())).toMatchObject({ outcome: 'flagged' });
    expect(statusesOf(await reportsOf('Patient/p1'))).toEqual(['final']);
    expect(statusesOf(await findingsOf('Patient/p1'))).toEqual(['preliminary']);
  });

  it('is for a human where the server lets nothing be changed', async () => {
    await store(ecg());
    failWith(refusing(403, 'POST /', 'PUT DiagnosticReport'));
    expect(await store(inError())).toMatchObject({
      outcome: 'flagged',
      reason: expect.stringContaining('HTTP 403'),
    });
    expect(await store(ofAnother())).toMatchObject({ outcome: 'flagged', report: { status: 'preliminary' } });
  });

  it('is left alone where it only was compared with that ECG', async () => {
    await store(ecg({ id: 'earlier', effectiveDateTime: '2020-01-01T00:00:00Z' }));
    await store(ecg());
    await store(ecg({ id: 'earlier', effectiveDateTime: '2020-01-01T00:00:00Z', status: 'entered-in-error' }));
    expect((await reportsOf('Patient/p1')).map(({ status }) => status).sort()).toEqual([
      'entered-in-error',
      'preliminary',
    ]);
  });
});
