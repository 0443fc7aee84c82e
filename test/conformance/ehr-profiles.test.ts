import { decodeJwt } from 'jose';
import { createEcg } from '../../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { qtc } from '../cds/ordered.ts';
import { publishedSchemas } from '../edges/http/published-schemas.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import {
  contextsOf,
  HOOK_INSTANCE,
  OBSERVATION,
  PATIENT_VIEW,
  patientView,
  prefetchOf,
  STEMI,
  searchset,
} from './hook-calls.ts';
import { cardsIn, type Shown } from './shown-card.ts';

const EPIC = 'https://epic.example.org/fhir';
const ORACLE = 'https://oracle.example.org/fhir';
const UNLISTED = 'https://unlisted.example.org/fhir';
const APPS = 'https://apps.example.org/fhir';
const PAGES = 'https://pages.example.org/fhir';
const VIEWER = 'https://viewer.example.org/launch';
const tenant = (name: string, fhirServer: string, more: object) => ({
  name,
  fhirServer,
  authentication: 'none',
  hookBudgetMs: 25_000,
  ...more,
});
const tracingApp = { launchUrl: VIEWER };

let service: RunningService;
beforeAll(async () => {
  service = await startService({
    twelveLead: 'stand-in',
    furtherTenants: [
      tenant('epic', EPIC, { ehrProfile: 'epic', tracingApp }),
      tenant('oracle', ORACLE, { ehrProfile: 'oracle', tracingApp, allowedLinks: [VIEWER] }),
      tenant('unlisted', UNLISTED, { ehrProfile: 'oracle', tracingApp, allowedLinks: ['https://other.example.org/'] }),
      tenant('apps', APPS, { tracingApp }),
      tenant('pages', PAGES, { tracingApp: { ...tracingApp, type: 'absolute' } }),
    ],
  });
});
afterAll(() => service.stop());

/** The one card of the STEMI patient as a tenant is shown it. */
async function cardFor(fhirServer: string): Promise<Shown> {
  const call = patientView(STEMI, { fhirServer, prefetch: prefetchOf(STEMI, OBSERVATION) });
  const [card] = cardsIn([await service.post(PATIENT_VIEW, call)]);
  if (card === undefined) throw new Error('no card');
  return card;
}

/** An ECG of an hour ago that states a long QTc. */
function longQt() {
  const samples = Float64Array.from({ length: 5000 }, (_, n) => Math.sin(n / 20));
  const ecg = createEcg({
    format: 'fhir',
    samplingRate: 500,
    recordedAt: new Date(Date.now() - 3_600_000).toISOString(),
    patient: { ids: [] },
    leads: STANDARD_LEADS.map((lead) => ({ lead, samples })),
    measurements: [qtc(520)],
  });
  return { ...toObservation(ecg, 'Patient/p1'), id: 'long-qt' };
}

describe('an answer to a tenant with an app or an EHR of its own', () => {
  it('51 gives a context to SMART apps only, and leaves iss and launch to the EHR', async () => {
    const card = await cardFor(APPS);
    const { links = [] } = card;
    expect(links).toMatchObject([{ type: 'smart', url: VIEWER }]);
    const appContext = links[0]?.appContext ?? '';
    expect(decodeJwt(appContext)).toMatchObject({ ecg: `Observation/${STEMI}-ecg`, aud: VIEWER });
    expect(Buffer.from(appContext.split('.')[1] ?? '', 'base64url').toString()).not.toContain(`Patient/${STEMI}`);
    expect((await cardFor(PAGES)).links).toEqual([{ type: 'absolute', url: VIEWER, label: 'Open the tracing' }]);
    const { check } = await publishedSchemas(service.address);
    for (const parameter of ['iss', 'launch']) {
      const link = { label: 'l', type: 'smart', url: `${VIEWER}?${parameter}=x` };
      expect(() => check('cards', { cards: [{ ...card, links: [link] }] })).toThrow('links/0/url');
    }
  });

  it('54 is shaped to Epic where the tenant says so', async () => {
    const card = await cardFor(EPIC);
    expect(card.source.topic.code).toMatch(/^[A-Za-z0-9]{1,100}$/);
    expect((await cardFor(EPIC)).source.topic.code).toBe(card.source.topic.code);
    const { full } = contextsOf('p1')['order-sign'];
    const call = { hook: 'order-sign', hookInstance: HOOK_INSTANCE, fhirServer: EPIC, context: full };
    const prefetch = { ...prefetchOf('p1', longQt()), conditions: searchset() };
    const [signed] = cardsIn([await service.post('/cds-services/ecg-order-sign', { ...call, prefetch })]);
    expect(signed?.selectionBehavior).toBe('any');
    expect(signed?.suggestions?.map(({ actions: [only, ...more] }) => [only?.description, more.length])).toEqual([
      ['Remove the order for sotalol', 0],
      ['Order 12-lead ECG', 0],
      ['Order serum potassium', 0],
      ['Order serum magnesium', 0],
    ]);
  });

  it('55 is shaped to Oracle Health where the tenant says so', async () => {
    const [plain, shaped] = [await cardFor(APPS), await cardFor(ORACLE)];
    expect(shaped.links).toEqual([{ type: 'smart', url: VIEWER, label: 'Open the tracing' }]);
    expect(shaped.detail.length).toBeLessThan(plain.detail.length);
    expect(shaped.detail).toContain('A finding that is not listed is not excluded');
    expect(await cardFor(UNLISTED)).not.toHaveProperty('links');
  });
});
