import type { RequestHandler, Response } from 'express';
import type { ReportForm } from '../../src/config.ts';
import type { FhirJson, FhirServer } from '../../src/fhir/fhir-server.ts';
import type { ReportInput } from '../../src/fhir/report-input.ts';
import { createFormMemory, type FormMemory } from '../../src/write-back/form-memory.ts';
import type { WriteBackOutcome } from '../../src/write-back/write-back-outcome.ts';
import { writeReading } from '../../src/write-back/write-reading.ts';
import { type EmbeddedLoopback, listenEmbedded } from '../edges/fhir-server/loopback.ts';
import { finding, manifest, reportInput } from '../fhir/report-inputs.ts';
import { faultsOf } from '../fhir/validate-resource.ts';

export const ALL_FORMS: readonly ReportForm[] = ['transaction', 'creates', 'document', 'observation'];
export const NOW = new Date('2026-03-01T11:00:00Z');
const TYPES = ['Device', 'Observation', 'DiagnosticReport', 'DocumentReference', 'Provenance'];

/** What a server holds of one report with one finding. */
export const WHOLE = { Device: 1, Observation: 2, DiagnosticReport: 1, Provenance: 1 };

/** Answers a request itself, or leaves it to the server. */
export type Fault = (request: { readonly method: string; readonly url: string }, response: Response) => boolean;

/** A real FHIR server over HTTP with one patient, and faults at its edge. */
export async function listenFaulty(fault: Fault): Promise<EmbeddedLoopback> {
  const inject: RequestHandler = (request, response, next) => void (fault(request, response) || next());
  const loopback = await listenEmbedded(inject);
  await loopback.load([{ resourceType: 'Patient', id: 'p1' }]);
  return loopback;
}

/** For every test of a file such a server of its own, with the fault that the test chooses. */
export function eachOnFaultyServer() {
  let loopback: EmbeddedLoopback;
  let fault: Fault = () => false;
  beforeEach(async () => {
    fault = () => false;
    loopback = await listenFaulty((request, response) => fault(request, response));
  });
  afterEach(() => loopback.close());
  return {
    loopback: () => loopback,
    /** From here on. */
    failWith: (chosen: Fault) => {
      fault = chosen;
    },
    write: (input?: ReportInput, forms?: readonly ReportForm[], memory?: FormMemory) =>
      writeTo(loopback.server, input, forms, memory),
    all: () => allOn(loopback.server),
    counts: () => countsOn(loopback.server),
  };
}

/** A server that answers these requests, "POST DiagnosticReport", with a status. "POST /" is a transaction. */
export function refusing(status: number, ...requests: readonly string[]): Fault {
  return ({ method, url }, response) => {
    const isMeant = requests.includes(`${method} ${/^\/(\w*)/.exec(url)?.[1] || '/'}`);
    if (isMeant) response.status(status).json({ resourceType: 'OperationOutcome', issue: [] });
    return isMeant;
  };
}

/** The answer of this request never arrives, though the server does what it says. */
export function loseAnswer(response: Response): void {
  response.send = () => {
    response.socket?.destroy();
    return response;
  };
}

export function writeTo(
  server: FhirServer,
  input: ReportInput = reportInput(),
  forms: readonly ReportForm[] = ALL_FORMS,
  formMemory: FormMemory = createFormMemory(),
): Promise<WriteBackOutcome> {
  return writeReading(input, forms, { server, formMemory, now: NOW });
}

/** The same tracing, read otherwise by a newer model. */
export function newer(overrides: Partial<ReportInput> = {}): ReportInput {
  return reportInput({
    manifest: manifest({ version: '1.1.0' }),
    interpretation: {
      findings: [finding({ index: 20, label: 'LBBB', text: 'Left bundle branch block' })],
      suppressed: [],
      sentence: 'Left bundle branch block',
      overReadReasons: [],
    },
    ...overrides,
  });
}

/** All that was written. */
export async function allOn(server: FhirServer): Promise<readonly FhirJson[]> {
  return (await Promise.all(TYPES.map((type) => server.query(type)))).flat();
}

export async function countsOn(server: FhirServer): Promise<Record<string, number>> {
  const found = await allOn(server);
  const entries = TYPES.map(
    (type) => [type, found.filter(({ resourceType }) => resourceType === type).length] as const,
  );
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

/** One report, with the finding of the newer model; that of the older one withdrawn. */
export async function expectOnlyNewer(server: FhirServer): Promise<void> {
  const reports = await server.query('DiagnosticReport');
  expect(reports).toMatchObject([{ status: 'preliminary', conclusion: expect.stringContaining('Left bundle branch') }]);
  const observations = await server.query('Observation');
  const findings = observations.filter((each) => textOf(each) !== undefined);
  const measurements = observations.filter((each) => textOf(each) === undefined);
  expect(measurements.map((each) => each['status']).sort()).toEqual(['cancelled', 'preliminary']);
  expect(Object.fromEntries(findings.map((each) => [textOf(each), each['status']]))).toEqual({
    'Atrial fibrillation': 'cancelled',
    'Left bundle branch block': 'preliminary',
  });
  expect(await countsOn(server)).toEqual({ Device: 2, Observation: 4, DiagnosticReport: 1, Provenance: 2 });
  expect((await allOn(server)).flatMap(faultsOf)).toEqual([]);
}

function textOf(observation: FhirJson): string | undefined {
  return /"text":"([^"]+)"/.exec(JSON.stringify(observation['valueCodeableConcept']))?.[1];
}
