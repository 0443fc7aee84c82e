import type { DiagnosticReport } from 'fhir/r4';
import type { ReportForm } from '../../src/config.ts';
import type { ReportInput } from '../../src/fhir/report-input.ts';
import { calibrated } from '../../src/model/site-calibration.ts';
import { manifest, reportInput } from '../fhir/report-inputs.ts';
import { faultsOf } from '../fhir/validate-resource.ts';
import { calibration } from '../model/calibration.ts';
import { eachOnFaultyServer, expectOnlyNewer, newer, refusing, WHOLE } from './faulty-server.ts';

const { loopback, failWith, write, all, counts } = eachOnFaultyServer();

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
    await expectOnlyNewer(loopback().server);
    const [provenance] = await loopback().server.query(`Provenance?_tag=${newKey(second)}`);
    expect(provenance).toMatchObject({ entity: [{ role: 'revision' }, {}, {}, {}] });
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged' });
  });

  it('or a new calibration of the site amends the report, and never doubles it', async () => {
    const version = '20270101T000000Z';
    const by = (made: string) => newer({ manifest: calibrated(manifest(), calibration({ version: made })) });
    await write();
    expect(await write(by('20261126T120000Z'))).toMatchObject({ outcome: 'written' });
    expect(await write(by(version))).toMatchObject({ outcome: 'written' });
    expect(await write(by(version))).toMatchObject({ outcome: 'unchanged' });
    expect(await write(by('20261126T120000Z'))).toMatchObject({ reason: expect.stringContaining('newer or better') });
    expect(await loopback().server.query('DiagnosticReport')).toMatchObject([
      { conclusion: expect.stringContaining(`calibration ${version}`) },
    ]);
  });

  it('or a newer pipeline does the same', async () => {
    await write();
    expect(await write(newer({ manifest: manifest(), pipelineVersion: '2' }))).toMatchObject({ outcome: 'written' });
    expect((await loopback().server.query('DiagnosticReport')).length).toBe(1);
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
    await loopback().load([
      {
        ...report,
        encounter: { reference: 'Encounter/e1' },
        identifier: [...(report.identifier ?? []), { system: 'urn:accession', value: 'A1' }],
        meta: { ...report.meta, security: [...(report.meta?.security ?? []), { system: 'urn:x', code: 'R' }] },
      },
    ]);
    await write(newer());
    const [after] = await loopback().server.query('DiagnosticReport');
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
    failWith(refusal);
    expect(await write()).not.toHaveProperty('remark');
    expect(await write(newer())).toMatchObject({ outcome: 'written', remark: expect.stringContaining(remark) });
  });

  it('replaces nothing where the server keeps no versions', async () => {
    await write();
    failWith((_request, response) => {
      const send = response.send.bind(response);
      response.send = (body) => send(String(body).replaceAll('"versionId"', '"other"'));
      return false;
    });
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', reason: expect.stringContaining('versions') });
  });

  it('is not sent in another form where the server takes a report but does not show it', async () => {
    failWith(
      (request, response) =>
        /^\/DiagnosticReport\/./.test(request.url) && refusing(403, 'GET DiagnosticReport')(request, response),
    );
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    expect(await counts()).toEqual(WHOLE);
  });

  it('frees a report of a stand-in from its labels of test data', async () => {
    await write(reportInput({ manifest: manifest({ trust: 'stand-in' }) }));
    await write(newer());
    expect(JSON.stringify(await loopback().server.query('DiagnosticReport'))).not.toContain('HTEST');
  });
});

function newKey(outcome: Awaited<ReturnType<typeof write>>): string {
  if (outcome.outcome !== 'written') throw new Error(outcome.outcome);
  const [identifier] = (outcome.report as unknown as DiagnosticReport).identifier ?? [];
  return `${identifier?.system}|${identifier?.value}`;
}

async function written(): Promise<DiagnosticReport> {
  const outcome = await write();
  if (outcome.outcome !== 'written') throw new Error(outcome.outcome);
  return outcome.report as unknown as DiagnosticReport;
}
