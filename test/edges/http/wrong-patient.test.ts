import type { DocumentReference, FhirResource, Observation } from 'fhir/r4';
import { toObservation } from '../../../src/formats/fhir/write-observation.ts';
import { ecgIn } from '../../formats/synthetic-ecg.ts';
import { type Loopback, listen } from '../fhir-server/loopback.ts';
import { type RunningService, startService } from './start-service.ts';

let service: RunningService;
let elsewhere: Loopback;

beforeAll(async () => {
  service = await startService();
  elsewhere = await listen((_request, response) => response.end('secret'));
});
afterAll(async () => {
  await service.stop();
  await elsewhere.close();
});

function observation(id: string, reference: string): Observation {
  return { ...toObservation(ecgIn('fhir'), 'Patient/p1'), id, subject: { reference } };
}

const post: RunningService['post'] = (...call) => service.post(...call);

const hook = (more: object) =>
  post('/cds-services/ecg-patient-view', {
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    fhirServer: service.fhirServer,
    context: { userId: 'Practitioner/1', patientId: 'p1' },
    ...more,
  });
const interpret = (reference: string) =>
  post('/fhir/$interpret', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'fhirServer', valueUri: service.fhirServer },
      { name: 'ecg', valueReference: { reference } },
    ],
  });
const totalOf = async (query: string) => {
  const response = await fetch(`${service.fhirServer}/${query}`);
  return ((await response.json()) as { entry?: unknown[] }).entry?.length ?? 0;
};

describe('a report is never written', () => {
  const report: FhirResource = {
    resourceType: 'DiagnosticReport',
    id: 'mixed',
    status: 'final',
    code: { text: 'ECG' },
    subject: { reference: 'Patient/p1' },
    contained: [observation('inner', 'Patient/p2')],
  };

  beforeAll(() =>
    service.load([
      { resourceType: 'Patient', id: 'p1', birthDate: '1950-01-01' },
      { resourceType: 'Patient', id: 'p2', birthDate: '1960-01-01' },
      {
        resourceType: 'Patient',
        id: 'merged',
        active: false,
        link: [{ type: 'replaced-by', other: { reference: 'Patient/p2' } }],
      },
      observation('of-merged', 'Patient/merged'),
      observation('elsewhere', 'https://other.example.org/fhir/Patient/p1'),
      observation('group', 'Group/p1'),
      { ...observation('fetus', 'Patient/p1'), focus: [{ reference: 'Patient/p2' }] },
      report,
    ]),
  );

  it.each([
    ['for the same id of another server', 'Observation/elsewhere'],
    ['for a group', 'Observation/group'],
    ['for a patient who was merged into another', 'Observation/of-merged', 'PATIENT_INACTIVE'],
    ['for the mother of whom it is about', 'Observation/fetus'],
    ['of an ECG that belongs to another than the subject of its container', 'DiagnosticReport/mixed'],
  ])('%s', async (_case, reference, code = 'PATIENT_MISMATCH') => {
    const { status, body } = await interpret(reference);
    expect([status, JSON.stringify(body)]).toEqual([409, expect.stringContaining(code)]);
    expect(await totalOf('DiagnosticReport?status=preliminary')).toBe(0);
    expect(await totalOf('Observation?status=preliminary')).toBe(0);
  });
});

describe('the address of an attachment', () => {
  const documentAt = (url: string): DocumentReference => ({
    resourceType: 'DocumentReference',
    id: 'd',
    status: 'current',
    subject: { reference: 'Patient/p1' },
    date: '2026-03-01',
    content: [{ attachment: { url } }],
  });

  it.each([
    ['of another host', () => `${elsewhere.origin}/Binary/1`],
    ['of another host without a scheme', () => `${elsewhere.origin.replace('http:', '')}/Binary/1`],
    ['behind the name of the server', () => elsewhere.origin.replace('http://', `${service.fhirServer}@`)],
    ['of the server but not of its FHIR base', () => `${new URL(service.fhirServer).origin}/admin`],
    ['above its FHIR base', () => '../admin'],
    ['above it in disguise', () => 'Binary/%2e%2e/%2e%2e/admin'],
    ['above it in another disguise', () => 'Binary/..%2f..%2fadmin'],
    ['of the cloud that runs it', () => 'http://169.254.169.254/latest/meta-data/'],
    ['of a local file', () => 'file:///etc/passwd'],
    ['that is its own content', () => 'data:text/plain,x'],
  ])('%s is not called', async (_case, url) => {
    const before = service.fhirRequests.length;
    const ecgDocuments = { resourceType: 'Bundle', entry: [{ resource: documentAt(url()) }] };
    const patient = { resourceType: 'Patient', id: 'p1' };
    const { status, body } = await hook({
      prefetch: { patient, ecgObservations: { resourceType: 'Bundle' }, ecgDocuments },
    });
    expect(status).toBe(200);
    expect(body.cards[0]?.['summary']).toMatch(/was not interpreted: (a link leads|the address of)/);
    expect([service.fhirRequests.length - before, elsewhere.requests.length]).toEqual([0, 0]);
  });
});
