import type { DiagnosticReport, FhirResource } from 'fhir/r4';
import { eachOnFaultyServer, newer, refusing } from './faulty-server.ts';

const { loopback, failWith, write, all } = eachOnFaultyServer();

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
    await loopback().load([{ ...report, ...change(report) }]);
    const before = await all();
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', report: { id: report.id } });
    expect(await write()).toMatchObject({ outcome: 'unchanged' });
    expect(await all()).toEqual(before);
  });

  it('because a finding was struck out is left alone', async () => {
    await written();
    const [struck] = await loopback().server.query('Observation');
    await loopback().load([{ ...struck, status: 'entered-in-error' } as unknown as FhirResource]);
    expect(await write(newer())).toMatchObject({ outcome: 'unchanged', reason: expect.stringContaining('judged') });
  });

  it('because somebody vouched for it is left alone', async () => {
    const { id } = await written();
    await loopback().load([
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
      failWith(({ method, url }) => {
        const isCommit = method === (form === 'transaction' ? 'POST' : 'PUT') && !url.startsWith('/Observation');
        if (isCommit && !isDone && (form === 'creates' || url === '/')) {
          isDone = true;
          void loopback().load([{ ...report, status: 'final' }]);
        }
        return false;
      });
      expect(await write(newer(), [form])).toMatchObject({ outcome: 'unchanged', report: { status: 'final' } });
      expect(isDone).toBe(true);
      expect(await loopback().server.query('DiagnosticReport')).toMatchObject([{ status: 'final' }]);
    },
  );

  it('is given up on where others never stop changing it', async () => {
    await written();
    failWith(refusing(412, 'POST /'));
    await expect(write(newer())).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });
});

async function written(): Promise<DiagnosticReport> {
  const outcome = await write();
  if (outcome.outcome !== 'written') throw new Error(outcome.outcome);
  return outcome.report as unknown as DiagnosticReport;
}
