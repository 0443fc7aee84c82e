import { Agent, request } from 'node:http';
import { earlierObservation, latencyObservation, searchset } from './hook-ecg.ts';

/** Where the ECG comes from; by `prefetch, two` there is an earlier one to compare it with. */
export type Source = 'prefetch' | 'prefetch, two' | 'FHIR server';

/** What is called, and where the ECG comes from. */
export interface Target {
  readonly address: string;
  readonly fhirServer: string;
  readonly source: Source;
}

export interface Calls extends Target {
  /** So many clients, each calling again as soon as it is answered. */
  readonly concurrency: number;
  readonly patientOf: (index: number) => string;
  /** No call begins after so many, or so long. */
  readonly maxHooks: number;
  readonly forMs: number;
}

export interface Answered {
  readonly ms: number;
  /** `alone`: read, but not yet compared. */
  readonly kind: 'read' | 'alone' | 'pending' | 'failed';
  /** Status and text of what is not 200. */
  readonly refusal?: string;
}

const SETTLE_MS = 60_000;
/** Stands in the body for the patient. */
const NAMED = 'THE-PATIENT';
/** Connections are kept, as an EHR does. */
const agent = new Agent({ keepAlive: true });

export async function callAll(calls: Calls): Promise<readonly Answered[]> {
  const { concurrency, patientOf, maxHooks, forMs } = calls;
  const bodyOf = bodies(calls);
  const answers: Answered[] = [];
  const end = performance.now() + forMs;
  let next = 0;
  const client = async () => {
    while (next < maxHooks && performance.now() < end) {
      answers.push(await call(calls.address, bodyOf(patientOf(next++))));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return answers;
}

/** @throws Error when there is no reading of one of them within a minute. */
export async function callUntilRead(target: Target, patients: readonly string[]): Promise<void> {
  const bodyOf = bodies(target);
  const end = performance.now() + SETTLE_MS;
  for (const patient of patients) {
    while ((await call(target.address, bodyOf(patient))).kind !== 'read') {
      if (performance.now() > end) throw new Error('the service does not come to rest within a minute');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Made once but for the patient: to write 184 kB for each call would slow the clients, which would look like the service. */
function bodies({ fhirServer, source }: Target): (patient: string) => Buffer {
  const prefetch = {
    patient: { resourceType: 'Patient', id: NAMED, birthDate: '1960-01-01' },
    ecgObservations:
      source === 'prefetch, two'
        ? searchset(latencyObservation(NAMED), earlierObservation(NAMED))
        : searchset(latencyObservation(NAMED)),
    ecgDocuments: searchset(),
  };
  const template = JSON.stringify({
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    fhirServer,
    context: { userId: 'Practitioner/1', patientId: NAMED },
    ...(source === 'FHIR server' ? {} : { prefetch }),
  });
  const parts = template.split(NAMED);
  return (patient) => Buffer.from(parts.join(patient));
}

async function call(address: string, body: Buffer): Promise<Answered> {
  const start = performance.now();
  const { status, text } = await post(`${address}/cds-services/ecg-patient-view`, body);
  const ms = performance.now() - start;
  if (status !== 200) return { ms, kind: 'failed', refusal: `${status} ${text.slice(0, 300)}` };
  if (text.includes('not ready yet')) return { ms, kind: 'pending' };
  return { ms, kind: text.includes('Not compared in time') ? 'alone' : 'read' };
}

async function post(url: string, body: Buffer): Promise<{ readonly status: number; readonly text: string }> {
  return await new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', (error) => resolve({ status: 0, text: error.message }));
    sent.end(body);
  });
}
