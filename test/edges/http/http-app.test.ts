import type { DocumentReference, Observation } from 'fhir/r4';
import { demoResources } from '../../../src/edges/demo/demo-patients.ts';
import { toObservation } from '../../../src/formats/fhir/write-observation.ts';
import { simulateEcg } from '../../../src/simulator/simulate-ecg.ts';
import type { Answer } from './published-schemas.ts';
import { type RunningService, startService } from './start-service.ts';

const HOOK_INSTANCE = 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea';
const resources = demoResources(new Date('2026-03-10T12:00:00Z'));
const observation = resources.find((resource): resource is Observation => resource.resourceType === 'Observation');

let service: RunningService;

beforeAll(async () => {
  service = await startService();
  await service.load(resources);
});
afterAll(() => service.stop());

const post: RunningService['post'] = (...call) => service.post(...call);

function patientView(patientId: string, more: Record<string, unknown> = {}): Promise<Answer> {
  const context = { userId: 'Practitioner/1', patientId };
  return post('/cds-services/ecg-patient-view', {
    hook: 'patient-view',
    hookInstance: HOOK_INSTANCE,
    context,
    ...more,
  });
}

const searchset = (...entries: unknown[]) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: entries.map((resource) => ({ resource })),
});

describe('discovery', () => {
  it('answers a browser of a listed origin, and no other', async () => {
    const preflight = (origin: string) =>
      fetch(`${service.address}/cds-services`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
      });
    expect((await preflight('https://ehr.example')).headers.get('access-control-allow-origin')).toBe(
      'https://ehr.example',
    );
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('says that it is alive and ready', async () => {
    expect((await fetch(`${service.address}/healthz`)).status).toBe(200);
    expect((await fetch(`${service.address}/readyz`)).status).toBe(200);
  });
});

describe('patient-view', () => {
  it.each(['demo-observation', 'demo-aecg', 'demo-dicom'])('gives one card for the ECG of %s', async (patientId) => {
    const { status, body } = await patientView(patientId, { fhirServer: service.fhirServer });
    expect(status).toBe(200);
    expect(body.cards).toHaveLength(1);
    expect(body.cards[0]?.['summary']).toMatch(/^UNTRAINED MODEL, ECG /);
    expect(body.cards[0]?.['summary']?.length).toBeLessThanOrEqual(139);
    expect(body.cards[0]?.['detail']).toContain(`${patientId}-ecg`);
    expect(body.cards[0]?.['detail']).toContain('12 leads, 10 s');
  });

  it('shows the latest of several ECGs', async () => {
    const older = { ...observation, id: 'older', effectiveDateTime: '2020-01-01T00:00:00Z' };
    const prefetch = { patient: null, ecgObservations: searchset(older, observation), ecgDocuments: null };
    const { body } = await patientView('demo-observation', { prefetch });
    expect(body.cards[0]?.['detail']).toContain('Observation/demo-observation-ecg');
  });

  it('does not fall back to an older ECG where the latest is broken, and says why', async () => {
    const broken = {
      ...observation,
      id: 'broken',
      effectiveDateTime: '2026-03-10T11:00:00Z',
      component: observation?.component?.map((component) => ({
        ...component,
        valueSampledData: { ...component.valueSampledData, data: '1 2 x' },
      })),
    };
    const prefetch = { patient: null, ecgObservations: searchset(broken, observation), ecgDocuments: null };
    const { body } = await patientView('demo-observation', { prefetch });
    expect(body.cards[0]?.['summary']).toMatch(/was not interpreted/);
  });

  it('refuses a file that names another birth date than the patient has', async () => {
    const document = resources.find(
      (resource): resource is DocumentReference =>
        resource.resourceType === 'DocumentReference' && resource.id === 'demo-dicom-ecg',
    );
    const prefetch = {
      patient: { resourceType: 'Patient', id: 'demo-dicom', birthDate: '1999-01-01' },
      ecgObservations: null,
      ecgDocuments: searchset(document),
    };
    const { body } = await patientView('demo-dicom', { prefetch });
    expect(body.cards[0]?.['summary']).toMatch(/was not interpreted: the birth date/);
  });

  it('gives a child no adult findings', async () => {
    const prefetch = {
      patient: { resourceType: 'Patient', id: 'demo-observation', birthDate: '2015-01-01' },
      ecgObservations: searchset(observation),
      ecgDocuments: null,
    };
    const { body } = await patientView('demo-observation', { prefetch });
    expect(body.cards[0]?.['summary']).toMatch(/adult interpretation does not apply/);
    expect(body.cards[0]?.['detail']).not.toContain('SNOMED');
  });

  it('reads a single-lead ECG with the single-lead network', async () => {
    const watch = simulateEcg({
      finding: 'sinus rhythm',
      ratePerMinute: 64,
      seed: 4,
      format: 'fhir',
      patient: { ids: ['Patient/p9'] },
      recordedAt: '2026-03-10T08:00:00Z',
      samplingRate: 512,
      durationSeconds: 30,
      leads: ['I'],
    });
    const prefetch = {
      patient: null,
      ecgObservations: searchset(toObservation(watch, 'Patient/p9')),
      ecgDocuments: null,
    };
    const { body } = await patientView('p9', { prefetch });
    expect(body.cards[0]?.['detail']).toContain('lead I, 30 s');
    expect(body.cards[0]?.['detail']).toContain('Untrained network, lead I');
  });
});

describe('writing a report on request', () => {
  const interpret = (reference: string) =>
    post('/fhir/$interpret', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'fhirServer', valueUri: service.fhirServer },
        { name: 'ecg', valueReference: { reference } },
      ],
    });

  it.each([
    ['an ECG that does not exist', 'Observation/none', 404],
    ['a resource that holds no ECG', 'DiagnosticReport/../Patient/x', 400],
  ])('refuses %s', async (_case, reference, status) => {
    expect((await interpret(reference)).status).toBe(status);
  });
});

describe('the log', () => {
  it('names service, outcome and model, and no patient', async () => {
    await patientView('demo-observation', {
      fhirServer: service.fhirServer,
      fhirAuthorization: { access_token: 'sesame', token_type: 'Bearer', expires_in: 9, scope: 's', subject: 'c' },
    });
    expect(service.logged()).toContain('"service":"ecg-patient-view"');
    expect(service.logged()).toMatch(/untrained-12-lead@seed-\d+","trust":"untrained","notice":"UNTRAINED/);
    expect(service.logged()).not.toMatch(/demo-observation|sesame|Patient\//);
  });
});

describe('the audit trail', () => {
  it('names who asked, for whom, the tracing and the model, and what was refused', async () => {
    const before = (await service.audited()).length;
    await patientView('demo-dicom', { fhirServer: service.fhirServer });
    await patientView('demo-dicom', { fhirServer: 'https://elsewhere.example/fhir' });
    let records = await service.audited();
    for (let tries = 0; tries < 50 && records.length < before + 2; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      records = await service.audited();
    }
    expect(records.slice(before)).toMatchObject([
      {
        ...{
          action: 'hook',
          outcome: 'success',
          by: 'ecg-patient-view',
          tenant: 'test',
          user: 'Practitioner/1',
          cards: 1,
        },
        ...{ patient: 'Patient/demo-dicom', ecg: 'DocumentReference/demo-dicom-ecg' },
        model: expect.stringMatching(/^untrained-12-lead@/),
      },
      { action: 'hook', outcome: 'refused', by: 'ecg-patient-view', code: 'FHIR_FORBIDDEN' },
    ]);
  });
});

describe('the metrics', () => {
  it('count hooks by outcome, cards, FHIR requests and runs of the network, and name no patient', async () => {
    await patientView('demo-aecg', { fhirServer: service.fhirServer });
    const text = await (await fetch(`${service.address}/metrics`)).text();
    expect(text).toMatch(/cardhook_hook_seconds_count\{service="ecg-patient-view",outcome="read"\} [1-9]/);
    expect(text).toMatch(/cardhook_cards_total\{service="ecg-patient-view",indicator="info"\} [1-9]/);
    expect(text).not.toMatch(/demo-aecg|Patient\//);
  });
});
