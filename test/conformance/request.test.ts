import { SERVICES } from '../../cds-hooks/index.ts';
import { publishedSchemas } from '../edges/http/published-schemas.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import {
  contextsOf,
  HOOK_INSTANCE,
  OBSERVATION,
  PATIENT_VIEW,
  patientView,
  prefetchOf,
  SOTALOL,
  STEMI,
  USERS,
} from './hook-calls.ts';

let service: RunningService;
let tolerant: RunningService;
beforeAll(async () => {
  service = await startService({ twelveLead: 'stand-in' });
  tolerant = await startService({
    twelveLead: 'stand-in',
    database: service.database,
    config: { acceptAnyHookInstance: true },
  });
});
afterAll(async () => {
  await tolerant.stop();
  await service.stop();
});

const prefetch = prefetchOf(STEMI, OBSERVATION);
const AUTHORIZATION = { access_token: 't', token_type: 'Bearer', expires_in: 300, scope: 's', subject: 'c' };
const CONTEXTS = contextsOf(STEMI);
const ROWS = SERVICES.map(({ id, hook }) => [hook, id, CONTEXTS[hook]] as const);

async function statusOf(body: unknown, path = PATIENT_VIEW): Promise<number> {
  return (await service.post(path, body)).status;
}
const callOf = (hook: string, context: object) => ({ hook, hookInstance: HOOK_INSTANCE, context, prefetch });

describe('a request (CDS Hooks 2.0.1)', () => {
  it('11 that is not JSON is refused with 400', async () => {
    expect(await statusOf('{')).toBe(400);
  });

  it('12 of another hook than that of the service is refused with 400', async () => {
    expect(await statusOf({ ...patientView(STEMI), hook: 'order-sign' })).toBe(400);
  });

  it('13 whose hookInstance is no UUID is refused, unless the site tolerates it', async () => {
    const call = patientView(STEMI, { hookInstance: 'call-7', prefetch });
    expect(await statusOf(call)).toBe(400);
    expect((await tolerant.post(PATIENT_VIEW, call)).status).toBe(200);
    expect((await tolerant.post(PATIENT_VIEW, { ...call, hookInstance: '' })).status).toBe(400);
  });

  it('14 with fhirAuthorization but no fhirServer is refused with 400', async () => {
    expect(await statusOf(patientView(STEMI, { prefetch, fhirAuthorization: AUTHORIZATION }))).toBe(400);
  });

  it('15 with a token of another type than Bearer is refused with 400', async () => {
    const fhirAuthorization = { ...AUTHORIZATION, token_type: 'MAC' };
    const { fhirServer } = service;
    expect(await statusOf(patientView(STEMI, { prefetch, fhirServer, fhirAuthorization }))).toBe(400);
  });

  it('16 without patientId is refused with 400', async () => {
    expect(await statusOf(patientView(STEMI, { prefetch, context: { userId: 'Practitioner/1' } }))).toBe(400);
  });

  it.each(ROWS)('17 of %s with the least context is answered', async (hook, id, { minimal }) => {
    const call = callOf(hook, minimal);
    (await publishedSchemas(service.address)).check(`${hook}-request`, call);
    expect(await statusOf(call, `/cds-services/${id}`)).toBe(200);
  });

  it.each(ROWS)('18 of %s with the full context is answered', async (hook, id, { full }) => {
    const call = callOf(hook, full);
    (await publishedSchemas(service.address)).check(`${hook}-request`, call);
    expect(await statusOf(call, `/cds-services/${id}`)).toBe(200);
  });

  it.each(USERS)('18 may be of the user %s', async (userId) => {
    expect(await statusOf(patientView(STEMI, { prefetch, context: { patientId: STEMI, userId } }))).toBe(200);
  });

  it('19 of order-dispatch 1.0 and 1.1, without a user, is answered, and one that names no order is refused', async () => {
    const path = '/cds-services/ecg-order-dispatch';
    const common = { patientId: STEMI, performer: 'Organization/lab' };
    const status = (context: object) => statusOf(callOf('order-dispatch', { ...common, ...context }), path);
    expect(await status({ order: 'ServiceRequest/1', task: { resourceType: 'Task' } })).toBe(200);
    expect(await status({ dispatchedOrders: ['ServiceRequest/1'] })).toBe(200);
    expect(await status({ dispatchedOrders: ['ServiceRequest/1'], 'fulfillment-tasks': [] })).toBe(200);
    expect(await status({})).toBe(400);
  });

  it('20 with orders that are signed again, no longer drafts, is answered', async () => {
    const order = { ...SOTALOL, status: 'active', subject: { reference: `Patient/${STEMI}` } };
    const draftOrders = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: order }] };
    const context = { patientId: STEMI, userId: 'Practitioner/1', draftOrders };
    expect(await statusOf(callOf('order-sign', context), '/cds-services/ecg-order-sign')).toBe(200);
  });

  it('21 with fields and extensions that are not known is answered as without them', async () => {
    const extension = { 'com.epic.cdshooks.request.bpa-trigger-action': '1' };
    const call = patientView(STEMI, { prefetch });
    const known = await service.post(PATIENT_VIEW, call);
    const more = await service.post(PATIENT_VIEW, { ...call, extension, somethingNew: [1] });
    expect([more.status, more.body.cards[0]?.['detail']]).toEqual([200, known.body.cards[0]?.['detail']]);
  });

  it('22 that is too large is refused with 413', async () => {
    expect(await statusOf({ x: 'x'.repeat(6_000_000) })).toBe(413);
  });

  it('23 to a service that does not exist is refused with 404', async () => {
    expect(await statusOf(patientView(STEMI), '/cds-services/none')).toBe(404);
  });
});
