import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService({ isBare: true });
});
afterAll(() => service.stop());

const AT = { outcomeTimestamp: '2026-03-10T12:00:00Z' };
const ACCEPTED = { card: 'card-1', outcome: 'accepted', acceptedSuggestions: [{ id: 's-1' }], ...AT };
const OVERRIDDEN = { card: 'card-2', outcome: 'overridden', ...AT };

async function send(items: readonly unknown[], id = 'ecg-order-sign') {
  const { status, body } = await service.post(`/cds-services/${id}/feedback`, { feedback: items });
  return { status, body };
}
const kept = async (card: string) => (await all()).filter((row) => row.card === card);
const all = async () => await service.database.db.selectFrom('feedback').selectAll().execute();

describe('feedback', () => {
  it('73 accepted with the id of a suggestion is kept', async () => {
    expect(await send([ACCEPTED])).toEqual({ status: 200, body: {} });
    expect(await kept('card-1')).toMatchObject([{ service: 'ecg-order-sign', accepted_suggestions: ['s-1'] }]);
  });

  it.each([
    ['74 accepted without suggestions', { ...ACCEPTED, acceptedSuggestions: undefined }],
    ['74 accepted with an empty list', { ...ACCEPTED, acceptedSuggestions: [] }],
    ['79 of another outcome', { ...OVERRIDDEN, outcome: 'ignored' }],
    ['79 at no time', { ...OVERRIDDEN, outcomeTimestamp: 'yesterday' }],
    ['79 at a time without zone', { ...OVERRIDDEN, outcomeTimestamp: '2026-03-10T12:00:00' }],
    ['79 on no card', { ...OVERRIDDEN, card: undefined }],
  ])('%s is refused and nothing is kept of its batch', async (_case, item) => {
    const before = (await all()).length;
    const { status } = await send([{ ...OVERRIDDEN, card: 'beside' }, item]);
    expect(status).toBe(400);
    expect(await all()).toHaveLength(before);
  });

  it('75 overridden without a reason is kept', async () => {
    expect((await send([OVERRIDDEN])).status).toBe(200);
    expect(await kept('card-2')).toHaveLength(1);
  });

  it('76 overridden with a comment alone is kept without the comment, which is not logged either', async () => {
    const overrideReason = { userComment: 'Mrs Smith insists' };
    expect((await send([{ ...OVERRIDDEN, card: 'card-3', overrideReason }])).status).toBe(200);
    expect(await kept('card-3')).toHaveLength(1);
    expect(JSON.stringify(await kept('card-3')) + service.logged()).not.toContain('Smith');
  });

  it('77 in a batch, sent again, is kept once', async () => {
    const batch = [
      { ...OVERRIDDEN, card: 'card-4', overrideReason: { reason: { system: 'urn:s', code: 'c' } } },
      { ...ACCEPTED, card: 'card-4' },
    ];
    await send(batch);
    await send(batch);
    expect((await kept('card-4')).map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'overridden']);
  });

  it('78 on an unknown card is kept without what it was about', async () => {
    await send([{ ...OVERRIDDEN, card: 'never-issued' }]);
    expect(await kept('never-issued')).toMatchObject([{ about: null }]);
  });

  it('78 on a card that was issued before a restart is traced', async () => {
    const before = await startService({ isBare: true, database: service.database });
    const ecg = simulateEcg({
      ...{ finding: 'sinus rhythm', ratePerMinute: 64, seed: 4, format: 'fhir', patient: { ids: ['Patient/p1'] } },
      recordedAt: new Date().toISOString(),
    });
    const searchset = {
      resourceType: 'Bundle',
      type: 'searchset',
      entry: [{ resource: toObservation(ecg, 'Patient/p1') }],
    };
    const { body } = await before.post('/cds-services/ecg-patient-view', {
      hook: 'patient-view',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      context: { userId: 'Practitioner/1', patientId: 'p1' },
      prefetch: { patient: { resourceType: 'Patient', id: 'p1' }, ecgObservations: searchset, ecgDocuments: null },
    });
    await before.stop();
    const card = JSON.stringify(body).match(/"uuid":"([^"]+)"/)?.[1] ?? 'none';
    await send([{ ...OVERRIDDEN, card }], 'ecg-patient-view');
    expect(await kept(card)).toMatchObject([{ about: { rules: [], findings: [] } }]);
  });

  it('goes to a service that exists, and cannot be read back', async () => {
    expect((await send([OVERRIDDEN], 'nothing')).status).toBe(404);
    expect((await fetch(`${service.address}/cds-services/ecg-order-sign/feedback`)).status).toBe(404);
  });
});
