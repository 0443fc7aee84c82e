import type { FhirResource } from 'fhir/r4';
import { createFormMemory } from '../../src/write-back/form-memory.ts';
import { writeReading } from '../../src/write-back/write-reading.ts';
import { reportInput } from '../fhir/report-inputs.ts';
import { faultsOf } from '../fhir/validate-resource.ts';
import { ALL_FORMS, eachOnFaultyServer, NOW, newer, refusing, WHOLE } from './faulty-server.ts';

const { loopback, failWith, write, all, counts } = eachOnFaultyServer();

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
    failWith(refusing(status, request));
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
      failWith(
        (request, response) =>
          refusing(400, 'POST /')(request, response) || refusing(status, 'POST DiagnosticReport')(request, response),
      );
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
    failWith(refusing(403, 'POST /', 'POST DiagnosticReport', 'POST DocumentReference', 'GET metadata'));
    expect(await write()).toMatchObject({
      outcome: 'written',
      form: 'observation',
      report: { valueCodeableConcept: { text: 'Atrial fibrillation' } },
    });
    expect((await all()).flatMap(faultsOf)).toEqual([]);
  });

  it.each([403, 404, 405])(
    'may be tried again, with every refusal told, where writing gets HTTP %d',
    async (status) => {
      failWith(refusing(status, 'POST /', 'POST DiagnosticReport', 'POST DocumentReference', 'POST Observation'));
      const told = ['transaction', 'creates', 'document', 'observation'].map((form) => `${form}: HTTP ${status}`);
      const memory = createFormMemory();
      await expect(write(reportInput(), ALL_FORMS, memory)).rejects.toMatchObject({
        code: 'WRITE_REFUSED',
        httpStatus: status,
        message: expect.stringContaining(told.join(', ')),
      });
      failWith(() => false);
      expect(await write(reportInput(), ALL_FORMS, memory)).toMatchObject({ outcome: 'written', form: 'transaction' });
    },
  );

  it('may be tried again where one form lacks only the right', async () => {
    failWith(
      (request, response) =>
        refusing(400, 'POST /')(request, response) ||
        refusing(405, 'POST DiagnosticReport')(request, response) ||
        refusing(403, 'POST DocumentReference')(request, response) ||
        refusing(422, 'POST Observation')(request, response),
    );
    await expect(write()).rejects.toMatchObject({ code: 'WRITE_REFUSED', httpStatus: 403 });
  });

  it('is skipped, with every refusal told, where no form is taken for what is in it', async () => {
    failWith(refusing(422, 'POST /', 'POST DiagnosticReport', 'POST DocumentReference', 'POST Observation'));
    expect(await write()).toEqual({
      outcome: 'skipped',
      code: 'WRITE_REFUSED',
      reason: expect.stringContaining(
        'transaction: HTTP 422, creates: HTTP 422, document: HTTP 422, observation: HTTP 422',
      ),
    });
    expect(await write(reportInput(), [])).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('no form is permitted'),
    });
  });

  it('may be tried again where only the token is refused', async () => {
    failWith(refusing(401, 'POST /', 'POST Observation', 'POST DocumentReference'));
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE', httpStatus: 401 });
  });

  it.each([429, 500, 503])('may be tried again after HTTP %d, and takes no lesser form', async (status) => {
    failWith(refusing(status, 'POST /'));
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE', httpStatus: status });
    expect(await counts()).toEqual({});
  });

  it('does without the Device and the Provenance that a server refuses', async () => {
    failWith(refusing(403, 'POST /', 'POST Device', 'POST Provenance'));
    expect(await write()).toMatchObject({ outcome: 'written', form: 'creates' });
    expect(await counts()).toEqual({ Observation: 2, DiagnosticReport: 1 });
    const [observation] = await loopback().server.query('Observation');
    expect(observation).toMatchObject({ device: { display: 'ECGFounder, 12 leads' } });
  });

  it('spares a server the parts of a report that it says it does not take', async () => {
    failWith(({ url }, response) => {
      if (url !== '/metadata') return refusing(404, 'POST /')({ method: 'POST', url }, response);
      response.json({ resourceType: 'CapabilityStatement', rest: [{ resource: [{ type: 'DocumentReference' }] }] });
      return true;
    });
    expect(await write()).toMatchObject({ form: 'document' });
    expect(await counts()).toEqual({ Device: 1, DocumentReference: 1, Provenance: 1 });
  });
});

describe('a report that is there', () => {
  const refusingReports = refusing(403, 'POST /', 'POST DiagnosticReport');
  const reports = async () =>
    (await all()).filter(
      ({ resourceType, status, identifier }) =>
        ['DiagnosticReport', 'DocumentReference', 'Observation'].includes(resourceType) &&
        status !== 'cancelled' &&
        JSON.stringify(identifier).includes('0'.repeat(64)),
    );

  it.each([
    ['document', refusingReports],
    ['observation', refusing(403, 'POST /', 'POST DiagnosticReport', 'POST DocumentReference')],
  ] as const)('keeps its form, %s, when the server takes a better one by now', async (form, refusal) => {
    failWith(refusal);
    expect(await write()).toMatchObject({ form });
    failWith(() => false);
    expect(await write()).toMatchObject({ outcome: 'unchanged' });
    expect(await write(newer(), ['transaction'])).toMatchObject({ outcome: 'written', form });
    expect(await reports()).toHaveLength(1);
    expect(JSON.stringify(await reports())).toContain('Left bundle branch block');
    expect((await all()).flatMap(faultsOf)).toEqual([]);
  });

  it('keeps its form when the server has lately refused that for another ECG', async () => {
    await write();
    const memory = createFormMemory();
    failWith(refusing(400, 'POST /', 'POST DiagnosticReport'));
    expect(await write(reportInput({ ecgIdentity: '1'.repeat(64) }), ALL_FORMS, memory)).toMatchObject({
      form: 'document',
    });
    failWith(() => false);
    expect(await write(newer(), ALL_FORMS, memory)).toMatchObject({ form: 'transaction' });
    expect(await reports()).toHaveLength(1);
  });

  it('gets no second one beside it where the server refuses the change', async () => {
    await write();
    failWith(refusing(403, 'POST /', 'PUT DiagnosticReport'));
    await expect(write(newer())).rejects.toMatchObject({ code: 'WRITE_REFUSED' });
    expect(await reports()).toMatchObject([{ resourceType: 'DiagnosticReport' }]);
  });

  it('gets no second one beside it where a transaction was taken in part', async () => {
    let isAnswered = false;
    failWith((request, response) => {
      const send = response.send.bind(response);
      if (request.method === 'POST' && request.url === '/' && !isAnswered) {
        isAnswered = true;
        response.send = (body) => send(String(body).replace(/"status":"201"(?!.*"status":"201")/, '"status":"403"'));
      }
      return false;
    });
    await expect(write(reportInput(), ['transaction', 'document'])).rejects.toMatchObject({ code: 'WRITE_REFUSED' });
    expect(await reports()).toMatchObject([{ resourceType: 'DiagnosticReport' }]);
    expect(await write(reportInput(), ['transaction', 'document'])).toMatchObject({ outcome: 'unchanged' });
  });

  it('as a document that a human has signed is left alone', async () => {
    failWith(refusingReports);
    await write();
    failWith(() => false);
    const [document] = await loopback().server.query('DocumentReference');
    await loopback().load([{ ...document, docStatus: 'final' } as unknown as FhirResource]);
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', report: { docStatus: 'final' } });
    expect(await reports()).toHaveLength(1);
  });
});

describe('what a server refuses', () => {
  it('is remembered for an hour', async () => {
    const memory = createFormMemory();
    failWith(refusing(404, 'POST /'));
    await write(reportInput(), ALL_FORMS, memory);
    failWith(() => false);
    const transactions = () =>
      loopback().requests.filter(({ method, url }) => method === 'POST' && url === '/fhir/').length;
    const before = transactions();
    expect(await write(newer(), ALL_FORMS, memory)).toMatchObject({ form: 'creates' });
    expect(transactions()).toBe(before);
    const later = new Date(NOW.getTime() + 3_600_000);
    const third = newer({ pipelineVersion: '2' });
    expect(
      await writeReading(third, ALL_FORMS, { server: loopback().server, formMemory: memory, now: later }),
    ).toMatchObject({ form: 'transaction' });
  });
});
