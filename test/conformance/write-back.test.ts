import type { RequestHandler } from 'express';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import { ecgIn } from '../formats/synthetic-ecg.ts';
import { PATIENT_VIEW, patientView } from './hook-calls.ts';

/** Writing back as servers in the field answer it. */
let service: RunningService;

beforeAll(async () => {
  service = await startService();
  await service.load(
    ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((id) => [
      { resourceType: 'Patient' as const, id },
      { ...toObservation(ecgIn('fhir'), `Patient/${id}`), id: `ecg-${id}` },
    ]),
  );
});
afterEach(() => service.interceptFhir((_request, _response, next) => next()));
afterAll(() => service.stop());

async function interpret(id: string) {
  const parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'fhirServer', valueUri: service.fhirServer },
      { name: 'ecg', valueReference: { reference: `Observation/ecg-${id}` } },
    ],
  };
  const fhirJson = { 'Content-Type': 'application/fhir+json' };
  const { status, headers, body } = await service.post('/fhir/$interpret', parameters, fhirJson);
  return { status, retryAfter: headers.get('retry-after'), body };
}

async function countOf(type: string, id: string): Promise<number> {
  const response = await fetch(`${service.fhirServer}/${type}?patient=${id}`);
  return ((await response.json()) as { readonly entry?: unknown[] }).entry?.length ?? 0;
}

async function cardsFor(id: string): Promise<readonly unknown[]> {
  const { body } = await service.post(PATIENT_VIEW, patientView(id, { fhirServer: service.fhirServer }));
  return body.cards;
}

/** Answers everything that would write with a status. */
const refusing =
  (status: number): RequestHandler =>
  (request, response, next) => {
    if (request.method === 'GET') return next();
    return response.status(status).set('Retry-After', '120').json({ resourceType: 'OperationOutcome', issue: [] });
  };

describe('a retried write', () => {
  it('97 after an answer that was lost gives one DiagnosticReport', async () => {
    let isLost = false;
    service.interceptFhir((request, response, next) => {
      if (request.method !== 'POST' || isLost) return next();
      isLost = true;
      response.send = () => {
        response.socket?.destroy();
        return response;
      };
      return next();
    });
    expect((await interpret('a')).status).toBe(502);
    const second = await interpret('a');
    expect([second.status, second.body['resourceType']]).toEqual([200, 'DiagnosticReport']);
    expect(await countOf('DiagnosticReport', 'a')).toBe(1);
  });

  it('97 at the same time gives one DiagnosticReport', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => interpret('b')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    expect(await countOf('DiagnosticReport', 'b')).toBe(1);
  });
});

describe('a refused write', () => {
  it.each([
    ['c', 403, 502],
    ['d', 409, 502],
    ['e', 503, 502],
  ])('98 of the ECG of patient %s with HTTP %d leaves the card', async (id, refusal, status) => {
    service.interceptFhir(refusing(refusal));
    expect((await interpret(id)).status).toBe(status);
    expect(await cardsFor(id)).toHaveLength(1);
    expect(await countOf('DiagnosticReport', id)).toBe(0);
  });

  it('98 tells the caller when to ask again', async () => {
    service.interceptFhir(refusing(429));
    expect(await interpret('f')).toMatchObject({ status: 502, retryAfter: '120' });
  });

  it('98 of reports alone becomes a document', async () => {
    service.interceptFhir((request, response, next) => {
      const isRefused = request.method === 'POST' && (request.path === '/' || request.path === '/DiagnosticReport');
      return isRefused ? response.status(403).json({ resourceType: 'OperationOutcome', issue: [] }) : next();
    });
    const { status, body } = await interpret('f');
    expect([status, body['resourceType']]).toEqual([200, 'DocumentReference']);
    expect(await cardsFor('f')).toHaveLength(1);
  });
});
