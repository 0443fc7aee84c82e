import type { FhirResource } from 'fhir/r4';
import { createEcg } from '../../../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../../../src/ecg/lead.ts';
import { toObservation } from '../../../src/formats/fhir/write-observation.ts';
import { condition, draft, draftBundle, qtc } from '../../cds/ordered.ts';
import { type RunningService, startService } from './start-service.ts';

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const HOUR_MS = 3_600_000;
const { medicationCodeableConcept: _, ...order } = draft('9947', 'sotalol');
const BY_REFERENCE = { ...order, medicationReference: { reference: 'Medication/m1' } };
const SOTALOL = draft('9947', 'sotalol');
const FLECAINIDE = draft('4441', 'flecainide');

const samples = Float64Array.from({ length: 5000 }, (_, n) => Math.sin(n / 20));
const ecg = createEcg({
  format: 'fhir',
  samplingRate: 500,
  recordedAt: new Date(Date.now() - HOUR_MS).toISOString(),
  patient: { ids: [] },
  leads: STANDARD_LEADS.map((lead) => ({ lead, samples })),
  measurements: [qtc(520)],
});
const OF_PATIENT: readonly FhirResource[] = [
  { resourceType: 'Patient', id: 'p1', birthDate: '1950-01-01', gender: 'female' },
  { ...toObservation(ecg, 'Patient/p1'), id: 'ecg1' },
  { resourceType: 'Medication', id: 'm1', code: { coding: [{ system: RXNORM, code: '9947' }] } },
  { ...condition('22298006'), id: 'c1' } as FhirResource,
  { ...BY_REFERENCE, id: 'sent', status: 'active', intent: 'order' } as FhirResource,
];

let service: RunningService;
beforeAll(async () => {
  service = await startService();
  await service.load(OF_PATIENT);
});
afterAll(() => service.stop());

interface Card {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: string;
}

async function sign(drafts: readonly unknown[], userId?: string, at = service): Promise<readonly Card[]> {
  const context = { patientId: 'p1', draftOrders: draftBundle(...drafts), ...(userId && { userId }) };
  const body = {
    hook: 'order-sign',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    fhirServer: at.fhirServer,
    context,
  };
  const answer = (await post('ecg-order-sign', body, at)) as { readonly cards: readonly Card[] };
  return answer.cards;
}

async function override(card: string, reason?: object, at = service): Promise<void> {
  const outcomeTimestamp = new Date().toISOString();
  const overrideReason = reason && { reason };
  const feedback = [{ card, outcome: 'overridden', outcomeTimestamp, overrideReason }];
  await post('ecg-order-sign/feedback', { feedback }, at);
}

async function post(path: string, body: object, at = service): Promise<unknown> {
  const answer = await at.post(`/cds-services/${path}`, body);
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('order-sign', () => {
  it('looks up the Medication that an order refers to', async () => {
    const [card] = await sign([BY_REFERENCE]);
    expect(card).toMatchObject({ summary: expect.stringContaining('Sotalol with QTc 520 ms'), indicator: 'critical' });
    expect(service.fhirRequests).toContain('/fhir/Medication/m1');
  });

  it.each([
    ['advises on no order where the Patient could not be read', { resourceType: 'OperationOutcome', issue: [] }, false],
    ['does where the Patient has no birth date', { resourceType: 'Patient', id: 'p1' }, true],
  ])('%s', async (_case, patient, isWarned) => {
    const { cards } = (await post('ecg-order-sign', {
      hook: 'order-sign',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      fhirServer: service.fhirServer,
      context: { patientId: 'p1', draftOrders: draftBundle(BY_REFERENCE) },
      prefetch: { patient },
    })) as { readonly cards: readonly Card[] };
    expect(cards.some(({ summary }) => summary.includes('Sotalol'))).toBe(isWarned);
  });

  it('says nothing of an order whose Medication is not there', async () => {
    const gone = { ...BY_REFERENCE, medicationReference: { reference: 'Medication/gone' } };
    const cards = await sign([gone]);
    expect(cards.filter(({ summary }) => summary.includes('QTc'))).toEqual([]);
  });

  it('is followed, at order-dispatch, from the order that was sent to its Medication', async () => {
    const answer = await post('ecg-order-dispatch', {
      hook: 'order-dispatch',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      fhirServer: service.fhirServer,
      context: { patientId: 'p1', dispatchedOrders: ['MedicationRequest/sent'], performer: 'Organization/pharmacy' },
    });
    expect(answer).toMatchObject({ cards: [{ summary: expect.stringContaining('Sotalol with QTc 520 ms') }] });
  });

  it('looks up what is on record', async () => {
    const [card] = await sign([FLECAINIDE]);
    expect(card?.summary).toBe('Flecainide with myocardial infarction on record');
  });

  it('is silent for a user who overrode the card with a reason, and for nobody else', async () => {
    const isWarned = async (userId?: string) =>
      (await sign([BY_REFERENCE], userId)).some(({ summary }) => summary.includes('Sotalol'));
    const [card] = await sign([BY_REFERENCE], 'Practitioner/1');
    await override(card?.uuid ?? '');
    expect(await isWarned('Practitioner/1')).toBe(true);
    await override(card?.uuid ?? '', { system: 'urn:reasons', code: 'benefit-outweighs-risk' });
    expect(await isWarned('Practitioner/1')).toBe(false);
    expect(await isWarned('Practitioner/2')).toBe(true);
    expect(await isWarned()).toBe(true);
  });
});

describe('what an order-sign hook could not look up', () => {
  afterEach(() => service.interceptFhir((_request, _response, next) => next()));

  it.each([
    ['conditions', '/Condition', 'the problem list could not be read', 'PREFETCH_MISSING'],
    ['Medication', '/Medication/', '2 ordered medicines could not be looked up', 'FHIR_UNAVAILABLE'],
  ])('is told on its cards, logged and counted: %s', async (key, path, note, code) => {
    service.interceptFhir((request, response, next) =>
      request.path.startsWith(path) ? void response.status(500).end() : next(),
    );
    const other = { ...BY_REFERENCE, id: 'other', medicationReference: { reference: 'Medication/m2' } };
    const [card] = await sign([SOTALOL, BY_REFERENCE, other]);
    expect(card?.detail).toContain(`- ${note}\n`);
    expect(service.logged()).toMatch(
      new RegExp(`"service":"ecg-order-sign","tenant":"test","key":"${key}","code":"${code}"`),
    );
    const metrics = await (await fetch(`${service.address}/metrics`)).text();
    expect(metrics).toContain(`cardhook_missed_lookups_total{service="ecg-order-sign",key="${key}",code="${code}"}`);
  });
});

describe('order-sign beside a problem list that does not come in time', () => {
  let slow: RunningService;
  beforeAll(async () => {
    slow = await startService({ twelveLead: 'stand-in', hookBudgetMs: 2_000, overridesMs: 100 });
    await slow.load(OF_PATIENT);
  });
  afterAll(() => slow.stop());

  /** A busy machine may need more than one call until the ECG is read. */
  async function signUntilRead(): Promise<readonly Card[]> {
    for (let tries = 0; tries < 50; tries += 1) {
      const cards = await sign([SOTALOL], 'Practitioner/1', slow);
      if (cards.length > 0) return cards;
    }
    throw new Error('the ECG was not read');
  }

  it('keeps what was overridden silent, and warns of what was not', async () => {
    const [card] = await signUntilRead();
    slow.interceptFhir((request, _response, next) => {
      if (!request.path.startsWith('/Condition')) next();
    });
    expect(await sign([SOTALOL], 'Practitioner/1', slow)).toMatchObject([
      { detail: expect.stringContaining('- the problem list could not be read') },
    ]);
    await override(card?.uuid ?? '', { system: 'urn:reasons', code: 'benefit-outweighs-risk' }, slow);
    expect(await sign([SOTALOL], 'Practitioner/1', slow)).toEqual([]);
    expect(await sign([SOTALOL], 'Practitioner/2', slow)).toHaveLength(1);
  });
});
