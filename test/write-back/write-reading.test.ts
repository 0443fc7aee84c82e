import type { RequestHandler, Response } from 'express';
import type { DiagnosticReport, FhirResource } from 'fhir/r4';
import type { ReportForm } from '../../src/config.ts';
import type { FhirJson, FhirServer } from '../../src/fhir/fhir-server.ts';
import type { ReportInput } from '../../src/fhir/report-input.ts';
import { createFormMemory } from '../../src/write-back/form-memory.ts';
import { writeReading } from '../../src/write-back/write-reading.ts';
import { type EmbeddedLoopback, listenEmbedded } from '../edges/fhir-server/loopback.ts';
import { finding, manifest, reportInput } from '../fhir/report-inputs.ts';
import { faultsOf } from '../fhir/validate-resource.ts';

const ALL_FORMS: readonly ReportForm[] = ['transaction', 'creates', 'document', 'observation'];
const NOW = new Date('2026-03-01T11:00:00Z');
const TYPES = ['Device', 'Observation', 'DiagnosticReport', 'DocumentReference', 'Provenance'];

/** Answers a request itself, or leaves it to the server. */
type Fault = (request: { readonly method: string; readonly url: string }, response: Response) => boolean;

let loopback: EmbeddedLoopback;
let fault: Fault = () => false;
const inject: RequestHandler = (request, response, next) => void (fault(request, response) || next());

beforeEach(async () => {
  fault = () => false;
  loopback = await listenEmbedded(inject);
  await loopback.load([{ resourceType: 'Patient', id: 'p1' }]);
});
afterEach(() => loopback.close());

const write = (input: ReportInput = reportInput(), forms = ALL_FORMS, formMemory = createFormMemory()) =>
  writeReading(input, forms, { server: loopback.server, formMemory, now: NOW });

/** A server that answers these requests, "POST DiagnosticReport", with a status. "POST /" is a transaction. */
function refusing(status: number, ...requests: readonly string[]): Fault {
  return ({ method, url }, response) => {
    const isMeant = requests.includes(`${method} ${/^\/(\w*)/.exec(url)?.[1] || '/'}`);
    if (isMeant) response.status(status).json({ resourceType: 'OperationOutcome', issue: [] });
    return isMeant;
  };
}

/** A server that does what it is asked, but whose answer to these requests never arrives. */
function losingAnswers(method: string, type: string, times: number): Fault {
  let left = times;
  return (request, response) => {
    if (request.method === method && request.url.startsWith(`/${type}`) && left > 0) {
      left -= 1;
      response.send = () => {
        response.socket?.destroy();
        return response;
      };
    }
    return false;
  };
}

async function all(server: FhirServer = loopback.server): Promise<readonly FhirJson[]> {
  return (await Promise.all(TYPES.map((type) => server.query(type)))).flat();
}

async function counts(): Promise<Record<string, number>> {
  const found = await all();
  const entries = TYPES.map(
    (type) => [type, found.filter(({ resourceType }) => resourceType === type).length] as const,
  );
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

const WHOLE = { Device: 1, Observation: 1, DiagnosticReport: 1, Provenance: 1 };
const newer = (overrides: Partial<ReportInput> = {}) =>
  reportInput({
    manifest: manifest({ version: '1.1.0' }),
    interpretation: {
      findings: [finding({ index: 20, label: 'LBBB', text: 'Left bundle branch block' })],
      suppressed: [],
      sentence: 'Left bundle branch block',
      overReadReasons: [],
    },
    ...overrides,
  });

describe('a reading', () => {
  it('is written in one transaction, and again not at all', async () => {
    const first = await write();
    expect(first).toMatchObject({ outcome: 'written', form: 'transaction', report: { status: 'preliminary' } });
    const before = await all();
    expect(await write(reportInput({ issued: '2026-03-02T00:00:00Z' }))).toMatchObject({
      outcome: 'unchanged',
      report: { id: first.outcome === 'written' ? first.report['id'] : '' },
    });
    expect(await all()).toEqual(before);
    expect(await counts()).toEqual(WHOLE);
  });

  it.each([
    ['does not know transactions', 404, 'POST /'],
    ['refuses transactions as malformed', 400, 'POST /'],
    ['has not built them', 501, 'POST /'],
  ])('is written one by one where the server %s', async (_case, status, request) => {
    fault = refusing(status, request);
    expect(await write()).toMatchObject({ outcome: 'written', form: 'creates' });
    expect(await counts()).toEqual(WHOLE);
    const stored = await all();
    expect(JSON.stringify(stored)).not.toContain('urn:uuid');
    expect(stored.flatMap(faultsOf)).toEqual([]);
    expect(await write()).toMatchObject({ outcome: 'unchanged' });
    expect(await counts()).toEqual(WHOLE);
  });

  it.each([401, 403, 404, 405, 422])(
    'becomes a document where DiagnosticReports get HTTP %d, without findings that no report holds',
    async (status) => {
      fault = (request, response) =>
        refusing(400, 'POST /')(request, response) || refusing(status, 'POST DiagnosticReport')(request, response);
      expect(await write()).toMatchObject({
        outcome: 'written',
        form: 'document',
        report: { docStatus: 'preliminary' },
      });
      const stored = await all();
      expect(stored.flatMap(faultsOf)).toEqual([]);
      expect(stored.filter(({ status: each }) => each === 'preliminary')).toEqual([]);
      expect(await write()).toMatchObject({ outcome: 'unchanged' });
      expect((await counts())['DocumentReference']).toBe(1);
    },
  );

  it('becomes one Observation where documents are refused too', async () => {
    fault = refusing(403, 'POST /', 'POST DiagnosticReport', 'POST DocumentReference', 'GET metadata');
    expect(await write()).toMatchObject({
      outcome: 'written',
      form: 'observation',
      report: { valueCodeableConcept: { text: 'Atrial fibrillation' } },
    });
    expect((await all()).flatMap(faultsOf)).toEqual([]);
  });

  it('is skipped, with every refusal told, where nothing is taken', async () => {
    fault = refusing(403, 'POST /', 'POST DiagnosticReport', 'POST DocumentReference', 'POST Observation');
    expect(await write()).toEqual({
      outcome: 'skipped',
      code: 'WRITE_REFUSED',
      reason: expect.stringContaining(
        'transaction: HTTP 403, creates: HTTP 403, document: HTTP 403, observation: HTTP 403',
      ),
    });
    expect(await write(reportInput(), [])).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('no form is permitted'),
    });
  });

  it('may be tried again where only the token is refused', async () => {
    fault = refusing(401, 'POST /', 'POST Observation', 'POST DocumentReference');
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE', httpStatus: 401 });
  });

  it.each([429, 500, 503])('may be tried again after HTTP %d, and takes no lesser form', async (status) => {
    fault = refusing(status, 'POST /');
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE', httpStatus: status });
    expect(await counts()).toEqual({});
  });

  it('does without the Device and the Provenance that a server refuses', async () => {
    fault = refusing(403, 'POST /', 'POST Device', 'POST Provenance');
    expect(await write()).toMatchObject({ outcome: 'written', form: 'creates' });
    expect(await counts()).toEqual({ Observation: 1, DiagnosticReport: 1 });
    const [observation] = await loopback.server.query('Observation');
    expect(observation).toMatchObject({ device: { display: 'ECGFounder, 12 leads' } });
  });

  it('spares a server the parts of a report that it says it does not take', async () => {
    fault = ({ url }, response) => {
      if (url !== '/metadata') return refusing(404, 'POST /')({ method: 'POST', url }, response);
      response.json({ resourceType: 'CapabilityStatement', rest: [{ resource: [{ type: 'DocumentReference' }] }] });
      return true;
    };
    expect(await write()).toMatchObject({ form: 'document' });
    expect(await counts()).toEqual({ Device: 1, DocumentReference: 1, Provenance: 1 });
  });
});

describe('what was cut off', () => {
  it('after a transaction was done is found done', async () => {
    fault = losingAnswers('POST', '', 1);
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    expect(await write()).toMatchObject({ outcome: 'unchanged' });
    expect(await counts()).toEqual(WHOLE);
  });

  it.each(['Device', 'Observation', 'DiagnosticReport', 'Provenance'])(
    'after the %s was created is completed, and nothing is doubled',
    async (type) => {
      const lost = losingAnswers('POST', type, 1);
      fault = (request, response) => refusing(404, 'POST /')(request, response) || lost(request, response);
      await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
      await write();
      expect(await counts()).toEqual(WHOLE);
    },
  );

  it.each(['PUT DiagnosticReport', 'PUT Observation', 'POST Provenance'])(
    'in a re-run after %s is completed',
    async (request) => {
      await write();
      const [method = '', type = ''] = request.split(' ');
      const lost = losingAnswers(method, type, 1);
      fault = (each, response) => refusing(404, 'POST /')(each, response) || lost(each, response);
      await expect(write(newer())).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
      await write(newer());
      await expectOnlyNewer();
    },
  );
});

/** One report, with the finding of the newer model; that of the older one withdrawn. */
async function expectOnlyNewer(): Promise<void> {
  const reports = await loopback.server.query('DiagnosticReport');
  expect(reports).toMatchObject([{ status: 'preliminary', conclusion: expect.stringContaining('Left bundle branch') }]);
  const findings = await loopback.server.query('Observation');
  expect(Object.fromEntries(findings.map((each) => [textOf(each), each['status']]))).toEqual({
    'Atrial fibrillation': 'cancelled',
    'Left bundle branch block': 'preliminary',
  });
  expect(await counts()).toEqual({ Device: 2, Observation: 2, DiagnosticReport: 1, Provenance: 2 });
  expect((await all()).flatMap(faultsOf)).toEqual([]);
}

function textOf(observation: FhirJson): string | undefined {
  return /"text":"([^"]+)"/.exec(JSON.stringify(observation['valueCodeableConcept']))?.[1];
}

describe('a re-run with a newer model', () => {
  it.each<[string, ReportForm]>([
    ['one transaction', 'transaction'],
    ['single requests', 'creates'],
  ])('replaces the report in place in %s, which keeps its history', async (_case, form) => {
    const first = await write();
    const second = await write(newer(), [form]);
    expect(second).toMatchObject({ outcome: 'written', form });
    const id = first.outcome === 'written' ? first.report['id'] : undefined;
    expect(second).toMatchObject({ report: { id } });
    await expectOnlyNewer();
    const [provenance] = await loopback.server.query(`Provenance?_tag=${newKey(second)}`);
    expect(provenance).toMatchObject({ entity: [{ role: 'revision' }, {}, {}, {}] });
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged' });
  });

  it('or a newer pipeline does the same', async () => {
    await write();
    expect(await write(newer({ manifest: manifest(), pipelineVersion: '2' }))).toMatchObject({ outcome: 'written' });
    expect((await loopback.server.query('DiagnosticReport')).length).toBe(1);
  });

  it.each(['document', 'observation'] as const)('replaces a report that is a lone %s', async (form) => {
    await write(reportInput(), [form]);
    expect(await write(newer(), [form])).toMatchObject({ outcome: 'written' });
    const found = (await all()).filter(({ resourceType }) =>
      ['DocumentReference', 'Observation'].includes(resourceType),
    );
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).toContain('Left bundle branch block');
    expect(found.flatMap(faultsOf)).toEqual([]);
  });

  it('keeps what others have added to the report', async () => {
    const report = await written();
    await loopback.load([
      {
        ...report,
        encounter: { reference: 'Encounter/e1' },
        identifier: [...(report.identifier ?? []), { system: 'urn:accession', value: 'A1' }],
        meta: { ...report.meta, security: [...(report.meta?.security ?? []), { system: 'urn:x', code: 'R' }] },
      },
    ]);
    await write(newer());
    const [after] = await loopback.server.query('DiagnosticReport');
    expect(after).toMatchObject({
      encounter: { reference: 'Encounter/e1' },
      identifier: [{}, {}, { value: 'A1' }],
      meta: { security: [{ code: 'AIAST' }, { code: 'R' }] },
      conclusion: expect.stringContaining('Left bundle branch'),
    });
  });

  it.each<[string, Partial<ReportInput>]>([
    ['an older model', { manifest: manifest({ version: '0.9.0' }) }],
    ['an older pipeline', { pipelineVersion: '0' }],
    ['a newer model in an older pipeline', { manifest: manifest({ version: '2.0.0' }), pipelineVersion: '0' }],
    ['a stand-in', { manifest: manifest({ name: 'stand-in', version: '9', trust: 'stand-in' }) }],
    ['an untrained model', { manifest: manifest({ version: '9', trust: 'untrained', source: { seed: 1 } }) }],
  ])('never lets %s replace it', async (_case, overrides) => {
    await write();
    const before = await all();
    expect(await write(newer(overrides))).toMatchObject({
      outcome: 'unchanged',
      reason: expect.stringContaining('newer or better'),
    });
    expect(await all()).toEqual(before);
  });

  it.each([
    ['searched for', refusing(400, 'GET Observation'), 'could not be searched for'],
    ['changed', refusing(403, 'PUT Observation'), 'could not be withdrawn'],
  ])('says that findings stay where they cannot be %s', async (_case, refusal, remark) => {
    fault = refusal;
    expect(await write()).not.toHaveProperty('remark');
    expect(await write(newer())).toMatchObject({ outcome: 'written', remark: expect.stringContaining(remark) });
  });

  it('replaces nothing where the server keeps no versions', async () => {
    await write();
    fault = (_request, response) => {
      const send = response.send.bind(response);
      response.send = (body) => send(String(body).replaceAll('"versionId"', '"other"'));
      return false;
    };
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', reason: expect.stringContaining('versions') });
  });

  it('is not sent in another form where the server takes a report but does not show it', async () => {
    fault = (request, response) =>
      /^\/DiagnosticReport\/./.test(request.url) && refusing(403, 'GET DiagnosticReport')(request, response);
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    expect(await counts()).toEqual(WHOLE);
  });

  it('frees a report of a stand-in from its labels of test data', async () => {
    await write(reportInput({ manifest: manifest({ trust: 'stand-in' }) }));
    await write(newer());
    expect(JSON.stringify(await loopback.server.query('DiagnosticReport'))).not.toContain('HTEST');
  });
});

describe('a report that a human has touched', () => {
  it.each<[string, (report: DiagnosticReport) => Partial<DiagnosticReport>]>([
    ['made final', () => ({ status: 'final' })],
    ['amended', () => ({ status: 'amended' })],
    ['corrected', () => ({ status: 'corrected' })],
    ['withdrawn', () => ({ status: 'entered-in-error' })],
    ['worded anew', ({ conclusion }) => ({ conclusion: `${conclusion} No ischaemia.` })],
    ['coded', () => ({ conclusionCode: [] })],
    ['signed', () => ({ resultsInterpreter: [{ display: 'a cardiologist' }] })],
    ['given another result', ({ result = [] }) => ({ result: [...result, { reference: 'Observation/x' }] })],
    ['stripped of its tags', ({ meta }) => ({ meta: { ...meta, tag: [] } })],
  ])('because it was %s is left alone', async (_case, change) => {
    const report = await written();
    await loopback.load([{ ...report, ...change(report) }]);
    const before = await all();
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', report: { id: report.id } });
    expect(await write()).toMatchObject({ outcome: 'unchanged' });
    expect(await all()).toEqual(before);
  });

  it('because a finding was struck out is left alone', async () => {
    await written();
    const [struck] = await loopback.server.query('Observation');
    await loopback.load([{ ...struck, status: 'entered-in-error' } as unknown as FhirResource]);
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', reason: expect.stringContaining('judged') });
  });

  it('because somebody vouched for it is left alone', async () => {
    const { id } = await written();
    await loopback.load([
      {
        resourceType: 'Provenance',
        id: 'v',
        target: [{ reference: `DiagnosticReport/${id}` }],
        recorded: '2026-03-02T00:00:00Z',
        agent: [{ type: { coding: [{ code: 'verifier' }] }, who: { display: 'a cardiologist' } }],
      },
    ]);
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', reason: expect.stringContaining('vouched') });
  });

  it.each([['transaction'], ['creates']] as const)(
    'in the very moment of a re-run by %s is left alone',
    async (form) => {
      const report = await written();
      let isDone = false;
      fault = ({ method, url }) => {
        const isCommit = method === (form === 'transaction' ? 'POST' : 'PUT') && !url.startsWith('/Observation');
        if (isCommit && !isDone && (form === 'creates' || url === '/')) {
          isDone = true;
          void loopback.load([{ ...report, status: 'final' }]);
        }
        return false;
      };
      expect(await write(newer(), [form])).toMatchObject({ outcome: 'unchanged', report: { status: 'final' } });
      expect(isDone).toBe(true);
      expect(await loopback.server.query('DiagnosticReport')).toMatchObject([{ status: 'final' }]);
    },
  );

  it('is given up on where others never stop changing it', async () => {
    await written();
    fault = refusing(412, 'POST /');
    await expect(write(newer())).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });
});

describe('what a server refuses', () => {
  it('is remembered for an hour', async () => {
    const memory = createFormMemory();
    fault = refusing(404, 'POST /');
    await write(reportInput(), ALL_FORMS, memory);
    fault = () => false;
    const transactions = () =>
      loopback.requests.filter(({ method, url }) => method === 'POST' && url === '/fhir/').length;
    const before = transactions();
    expect(await write(newer(), ALL_FORMS, memory)).toMatchObject({ form: 'creates' });
    expect(transactions()).toBe(before);
    const later = new Date(NOW.getTime() + 3_600_000);
    const third = newer({ pipelineVersion: '2' });
    expect(
      await writeReading(third, ALL_FORMS, { server: loopback.server, formMemory: memory, now: later }),
    ).toMatchObject({ form: 'transaction' });
  });
});

async function written(): Promise<DiagnosticReport> {
  const outcome = await write();
  if (outcome.outcome !== 'written') throw new Error(outcome.outcome);
  return outcome.report as unknown as DiagnosticReport;
}

function newKey(outcome: Awaited<ReturnType<typeof write>>): string {
  if (outcome.outcome !== 'written') throw new Error(outcome.outcome);
  const [identifier] = (outcome.report as unknown as DiagnosticReport).identifier ?? [];
  return `${identifier?.system}|${identifier?.value}`;
}
