import type { Bundle, DiagnosticReport } from 'fhir/r4';
import type { FhirJson, FhirServer } from '../../src/fhir/fhir-server.ts';
import { interpretationBundle } from '../../src/fhir/interpretation-bundle.ts';
import { sendTransaction } from '../../src/write-back/send-transaction.ts';
import { type EmbeddedLoopback, listenEmbedded } from '../edges/fhir-server/loopback.ts';
import { manifest, REPORT_INPUTS, reportInput } from '../fhir/report-inputs.ts';

describe('a report sent in a transaction', () => {
  let loopback: EmbeddedLoopback;

  beforeEach(async () => {
    loopback = await listenEmbedded();
    await loopback.load([
      { resourceType: 'Patient', id: 'p1' },
      {
        resourceType: 'Observation',
        id: 'o1',
        status: 'final',
        code: { text: 'ECG' },
        subject: { reference: 'Patient/p1' },
      },
    ]);
  });
  afterEach(() => loopback.close());

  it.each(Object.entries(REPORT_INPUTS))('exists once for %s however often it is sent', async (_name, input) => {
    const first = await send(loopback.server, interpretationBundle(input));
    const before = await countsOf(loopback.server);
    const again = await send(loopback.server, interpretationBundle({ ...input, issued: '2026-03-02T00:00:00Z' }));
    expect(again).toEqual(first);
    expect(await countsOf(loopback.server)).toEqual(before);
    expect(before).toEqual({
      Device: 1,
      DiagnosticReport: 1,
      Provenance: 1,
      Observation: 2 + input.interpretation.findings.length,
    });
  });

  it('exists once when sent several times at the same time', async () => {
    const reports = await Promise.all([1, 2, 3].map(() => send(loopback.server, interpretationBundle(reportInput()))));
    expect(new Set(reports.map(({ id }) => id)).size).toBe(1);
    expect(await countsOf(loopback.server)).toEqual({ Device: 1, DiagnosticReport: 1, Provenance: 1, Observation: 3 });
  });

  it('refers to resources the server has', async () => {
    const { result = [], id } = await send(loopback.server, interpretationBundle(reportInput()));
    expect(result).toHaveLength(2);
    const [finding] = await loopback.server.query(result[0]?.reference ?? '');
    expect(finding).toMatchObject({ valueCodeableConcept: { text: 'Atrial fibrillation' } });
    const [provenance] = await loopback.server.query(`Provenance?target=DiagnosticReport/${id}`);
    expect(JSON.stringify(provenance)).not.toContain('urn:uuid');
  });

  it('stays the one report of its tracing when another model sends its own', async () => {
    const { id } = await send(loopback.server, interpretationBundle(reportInput()));
    const newer = reportInput({ manifest: manifest({ version: '1.1.0' }) });
    expect((await send(loopback.server, interpretationBundle(newer))).id).toBe(id);
    expect(await countsOf(loopback.server)).toEqual({ Device: 2, DiagnosticReport: 1, Provenance: 2, Observation: 5 });
  });

  it('is returned with what a clinician has made of it, and not overwritten', async () => {
    const report = await send(loopback.server, interpretationBundle(reportInput()));
    await loopback.load([{ ...report, status: 'final' }]);
    expect((await send(loopback.server, interpretationBundle(reportInput()))).status).toBe('final');
  });

  it('is found by the patient, the tracing and the AI label', async () => {
    const { id } = await send(loopback.server, interpretationBundle(reportInput()));
    for (const query of [
      'patient=p1',
      `identifier=${'0'.repeat(64)}`,
      '_security=AIAST',
      'category=EC',
      'code=11524-6',
    ]) {
      expect((await loopback.server.query(`DiagnosticReport?${query}`)).map((report) => report['id'])).toEqual([id]);
    }
  });
});

describe('a transaction', () => {
  const bundle = interpretationBundle(reportInput());
  const stored = { resourceType: 'DiagnosticReport', id: 'r1', status: 'preliminary', code: {} };

  it('may leave the address of what it matched out', async () => {
    const queries: string[] = [];
    const server = answering(
      bundle.entry?.map(() => ({ response: { status: '200 OK' } })),
      async (query) => {
        queries.push(query);
        return [stored];
      },
    );
    expect(await send(server, bundle)).toEqual(stored);
    expect(queries).toEqual([expect.stringMatching(/^DiagnosticReport\?identifier=urn:oid:[\d.]+\|[0-9a-f]{64}$/)]);
  });

  it.each([
    'DiagnosticReport/r1',
    'DiagnosticReport/r1/_history/3',
    'https://ehr.example.org/fhir/DiagnosticReport/r1',
  ])('may give the address as %s', async (location) => {
    const server = answering(bundle.entry?.map(() => ({ response: { status: '201 Created', location } })));
    expect(await send(server, bundle)).toEqual(stored);
  });

  it('fails where one entry did', async () => {
    const entries = bundle.entry?.map((_, position) => ({
      response: { status: position === 1 ? '422 Jane Doe' : '201' },
    }));
    await expect(send(answering(entries), bundle)).rejects.toMatchObject({
      code: 'FHIR_UNAVAILABLE',
      message: 'the FHIR server did not take the Observation of the report (HTTP 422)',
    });
  });

  it.each([[undefined], [[]], [[{ response: {} }]], ['x']])(
    'fails when answered with the entries %j',
    async (entries) => {
      await expect(send(answering(entries), bundle)).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    },
  );

  it('fails where the report cannot be read back', async () => {
    const server = answering(
      bundle.entry?.map(() => ({ response: { status: '200' } })),
      async () => [],
    );
    await expect(send(server, bundle)).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });

  /** A server that answers any transaction with `entry` and holds one report. */
  function answering(entry: unknown, query: FhirServer['query'] = async () => []): FhirServer {
    const unexpected = async () => {
      throw new Error('not asked for here');
    };
    return {
      baseUrl: 'https://ehr.example.org/fhir',
      read: async () => stored,
      query,
      readBinary: unexpected,
      transaction: async (_bundle: Bundle): Promise<FhirJson> => ({ resourceType: 'Bundle', entry }),
      create: unexpected,
      update: unexpected,
      capabilityStatement: unexpected,
    };
  }
});

async function send(server: FhirServer, bundle: Bundle): Promise<DiagnosticReport> {
  return (await sendTransaction(server, bundle, 'DiagnosticReport')) as unknown as DiagnosticReport;
}

async function countsOf(server: FhirServer): Promise<Record<string, number>> {
  const types = ['Device', 'DiagnosticReport', 'Provenance', 'Observation'];
  const found = await Promise.all(types.map((type) => server.query(type)));
  return Object.fromEntries(types.map((type, index) => [type, found[index]?.length ?? 0]));
}
