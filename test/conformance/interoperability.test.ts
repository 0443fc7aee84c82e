import type { CdsRequest } from '@medplum/core';
import { MedplumClient } from '@medplum/core';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import { patientView, RESOURCES, STEMI } from './hook-calls.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService({ twelveLead: 'stand-in' });
  await service.load(RESOURCES);
});
afterAll(() => service.stop());

describe('a client that knows nothing of Cardhook', () => {
  it('100 reads the chart, discovers the services, calls a hook, has a report written and reads it', async () => {
    const ehr = new MedplumClient({
      baseUrl: `${new URL(service.fhirServer).origin}/`,
      fhirUrlPath: 'fhir',
      cdsServicesUrl: `${service.address}/cds-services`,
      fetch,
    });
    const patient = await ehr.readResource('Patient', STEMI);
    expect((await ehr.searchResources('Observation', { patient: STEMI, code: '11524-6' })).length).toBeGreaterThan(0);
    const { services } = await ehr.getCdsServices();
    const found = services?.find(({ hook }: { hook: string }) => hook === 'patient-view');
    const call = patientView(patient.id, { fhirServer: service.fhirServer }) as CdsRequest;
    const { cards } = await ehr.callCdsService(found?.id ?? '', call);
    expect(cards).toEqual([expect.objectContaining({ summary: expect.stringMatching(/ECG \d+ min ago/) })]);
    const report = await ehr.post(`${service.address}/fhir/$interpret`, {
      resourceType: 'Parameters',
      parameter: [
        { name: 'fhirServer', valueUri: service.fhirServer },
        { name: 'ecg', valueReference: { reference: `Observation/${STEMI}-ecg` } },
      ],
    });
    expect(await ehr.readResource('DiagnosticReport', report.id)).toMatchObject({
      status: 'preliminary',
      subject: { reference: `Patient/${STEMI}` },
    });
  });
});
