import type { DocumentReference, Observation } from 'fhir/r4';
import { demoResources } from '../../../src/edges/demo/demo-patients.ts';
import { type RunningService, startService } from './start-service.ts';

const PATIENT = 'demo-long-qt';
const OF_PATIENT = demoResources(new Date()).filter(({ id }) => id?.startsWith(PATIENT));
const LATEST = OF_PATIENT.find((each): each is DocumentReference => each.resourceType === 'DocumentReference');
const EARLIER = OF_PATIENT.find((each): each is Observation => each.resourceType === 'Observation');
const LATE = '**Previous ECG** Not compared in time; open the chart again.';

let service: RunningService;
beforeAll(async () => {
  service = await startService({ twelveLead: 'stand-in', hookBudgetMs: 2_000 });
  await service.load(OF_PATIENT);
});
afterAll(() => service.stop());

async function openChart(prefetch?: Readonly<Record<string, unknown>>) {
  const { status, body } = await service.post('/cds-services/ecg-patient-view', {
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    fhirServer: service.fhirServer,
    context: { userId: 'Practitioner/1', patientId: PATIENT },
    ...(prefetch && { prefetch }),
  });
  expect(status).toBe(200);
  const [card] = body.cards;
  return { summary: String(card?.['summary']), detail: String(card?.['detail']) };
}

/** A busy machine may need more than one call: the comparison goes on in between. */
async function openUntilCompared(prefetch?: Readonly<Record<string, unknown>>) {
  for (let tries = 0; tries < 50; tries += 1) {
    const card = await openChart(prefetch);
    if (!card.detail.includes(LATE) && !card.summary.includes('not ready yet')) return card;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the ECGs were not compared');
}

describe('a hook on a chart with an earlier ECG', () => {
  it('says what has changed, first of all where that is urgent', async () => {
    const { summary, detail } = await openUntilCompared();
    expect(summary).toMatch(/^Simulation-trained guess, ECG 20 h ago: QTc longer by \d+ ms than on \d+ \w+ \d{4}\. /);
    expect(detail).toMatch(/\*\*Previous ECG\*\* Compared with the ECG recorded on .+: QTc longer by \d+ ms/);
    expect(detail).toContain('An urgent change since the previous ECG');
  });

  it('says the same from prefetch, and asks the server for nothing more than the tracing that is only named', async () => {
    const searchset = (...resources: readonly unknown[]) => ({
      resourceType: 'Bundle',
      type: 'searchset',
      entry: resources.map((resource) => ({ resource })),
    });
    const asked = service.fhirRequests.length;
    const { detail } = await openUntilCompared({
      patient: OF_PATIENT.find(({ resourceType }) => resourceType === 'Patient'),
      ecgObservations: searchset(EARLIER),
      ecgDocuments: searchset(LATEST),
    });
    expect(detail).toMatch(/QTc longer by \d+ ms/);
    expect(new Set(service.fhirRequests.slice(asked))).toEqual(new Set([`/fhir/Binary/${PATIENT}-ecg`]));
  });

  it('is answered with the reading alone while the earlier ECG is not there, and says so', async () => {
    const url = `Binary/${PATIENT}-slow`;
    const slow = { ...LATEST, id: 'slow', date: '2026-01-01T10:00:00Z', content: [{ attachment: { url } }] };
    const held: (() => void)[] = [];
    service.interceptFhir((request, _response, next) => {
      if (request.url.endsWith(url)) held.push(() => next());
      else next();
    });
    const entry = [LATEST, slow].map((resource) => ({ resource }));
    const prefetch = { ecgObservations: { resourceType: 'Bundle', type: 'searchset', entry: [] } };
    const documents = { resourceType: 'Bundle', type: 'searchset', entry };
    const { summary, detail } = await openChart({ ...prefetch, patient: null, ecgDocuments: documents });
    expect(summary).toMatch(/^Simulation-trained guess, ECG 20 h ago: /);
    expect(detail).toContain(LATE);
    service.interceptFhir((_request, _response, next) => next());
    for (const release of held) release();
  });
});
