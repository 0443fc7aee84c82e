import { decodeJwt } from 'jose';
import { type Answer, publishedSchemas } from '../edges/http/published-schemas.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import {
  contextsOf,
  HOOK_INSTANCE,
  OBSERVATION,
  PATIENT_VIEW,
  patientView,
  prefetchOf,
  RESOURCES,
  STEMI,
} from './hook-calls.ts';

const EPIC = 'https://epic.example.org/fhir';
const ORACLE = 'https://oracle.example.org/fhir';
const APPS = 'https://apps.example.org/fhir';
const VIEWER = 'https://viewer.example.org/launch';
const tenant = (name: string, fhirServer: string, more: object) => ({
  name,
  fhirServer,
  authentication: 'none',
  hookBudgetMs: 25_000,
  ...more,
});
const tracingApp = { launchUrl: VIEWER };

/** Of every service, of patients of all kinds. */
const CALLS = [
  ['patient-view', STEMI],
  ['patient-view', 'demo-long-qt'],
  ['patient-view', 'demo-child'],
  ['patient-view', 'demo-loose-electrode'],
  ['patient-view', 'demo-watch'],
  ['order-select', 'demo-long-qt'],
  ['order-sign', 'demo-long-qt'],
  ['encounter-start', STEMI],
  ['encounter-discharge', STEMI],
] as const;

let service: RunningService;
/** What every service says of patients of all kinds. */
const answers: Answer[] = [];
beforeAll(async () => {
  service = await startService({
    twelveLead: 'stand-in',
    furtherTenants: [
      tenant('epic', EPIC, { ehrProfile: 'epic', tracingApp }),
      tenant('oracle', ORACLE, { ehrProfile: 'oracle', tracingApp, allowedLinks: [VIEWER] }),
      tenant('apps', APPS, { tracingApp }),
    ],
  });
  await service.load(RESOURCES);
  for (const [hook, id] of CALLS) answers.push(await ask(hook, id));
}, 120_000);
afterAll(() => service.stop());

type Hook = keyof ReturnType<typeof contextsOf>;

function ask(hook: Hook, patientId: string, more: object = {}): Promise<Answer> {
  const { full } = contextsOf(patientId)[hook];
  const call = { hook, hookInstance: HOOK_INSTANCE, fhirServer: service.fhirServer, context: full, ...more };
  return service.post(`/cds-services/ecg-${hook}`, call);
}

interface Shown {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: string;
  readonly source: { readonly label: string; readonly topic: { readonly code: string } };
  readonly suggestions?: readonly {
    readonly uuid: string;
    readonly isRecommended?: boolean;
    readonly actions: readonly { readonly type: string; readonly description: string; readonly resourceId?: string }[];
  }[];
  readonly selectionBehavior?: string;
  readonly overrideReasons?: readonly { readonly display: string }[];
  readonly links?: readonly { readonly type: string; readonly url: string; readonly appContext?: string }[];
  readonly extension?: object;
}
const cardsIn = (all: readonly Answer[]) => all.flatMap(({ body }) => body.cards as unknown as readonly Shown[]);
const cards = () => cardsIn(answers);
const suggestions = () => cards().flatMap((card) => card.suggestions ?? []);
const actions = () => suggestions().flatMap((suggestion) => suggestion.actions);

/** The one card of the STEMI patient as a tenant is shown it. */
async function cardFor(fhirServer: string): Promise<Shown> {
  const call = patientView(STEMI, { fhirServer, prefetch: prefetchOf(STEMI, OBSERVATION) });
  const [card] = cardsIn([await service.post(PATIENT_VIEW, call)]);
  if (card === undefined) throw new Error('no card');
  return card;
}

describe('an answer (CDS Hooks 2.0.1, "CDS Service Response")', () => {
  it('39 is an empty array where there is nothing to say', async () => {
    const prefetch = prefetchOf('p9');
    expect(await ask('patient-view', 'p9', { prefetch })).toMatchObject({ status: 200, body: { cards: [] } });
  });

  it('40 has summaries of at most 139 characters, whole ones', () => {
    expect(cards().length).toBeGreaterThanOrEqual(CALLS.length);
    for (const { summary } of cards()) {
      expect(summary.length).toBeLessThanOrEqual(139);
      expect(summary.isWellFormed()).toBe(true);
    }
  });

  it('41 shows text of a record as text, never as markup', async () => {
    const hostile = { ...OBSERVATION, id: '<b>`[click](http://evil.example)' };
    const prefetch = prefetchOf(STEMI, hostile);
    const [card] = cardsIn([await ask('patient-view', STEMI, { prefetch })]);
    expect(card?.detail).toContain('evil');
    expect(card?.detail).not.toMatch(/<b>|[^\\]\]\(|http:\/\//);
  });

  it('42 knows three indicators', () => {
    for (const { indicator } of cards()) expect(['info', 'warning', 'critical']).toContain(indicator);
  });

  it('43 says where it is from and what it is about', () => {
    for (const { source } of cards()) expect([source.label, source.topic.code]).toEqual(['Cardhook ECG', '29303009']);
  });

  it('44 says how suggestions may be chosen', () => {
    expect(suggestions().length).toBeGreaterThan(0);
    for (const card of cards()) expect(card.suggestions === undefined).toBe(card.selectionBehavior === undefined);
  });

  it('45 recommends at most one of suggestions that exclude each other', async () => {
    const { check } = await publishedSchemas(service.address);
    const [card] = cards().filter((each) => each.suggestions !== undefined);
    const [suggestion] = card?.suggestions ?? [];
    const answer = (...recommended: readonly boolean[]) => ({
      cards: [
        {
          ...card,
          selectionBehavior: 'at-most-one',
          suggestions: recommended.map((isRecommended) => ({ ...suggestion, isRecommended })),
        },
      ],
    });
    expect(() => check('cards', answer(true, false))).not.toThrow();
    expect(() => check('cards', answer(true, true))).toThrow('cards');
  });

  it('46 describes every action', () => {
    expect(actions().length).toBeGreaterThan(0);
    for (const { type, description } of actions()) {
      expect(['create', 'delete']).toContain(type);
      expect(description).toMatch(/\S/);
    }
  });

  it('47 would carry the whole resource in an update', async () => {
    const { check } = await publishedSchemas(service.address);
    const [card] = cards().filter((each) => each.suggestions !== undefined);
    const update = (resource: object) => {
      const all = card?.suggestions?.map((each) => ({
        ...each,
        actions: [{ type: 'update', description: 'd', resource }],
      }));
      return { cards: [{ ...card, suggestions: all }] };
    };
    expect(() => check('cards', update({ resourceType: 'MedicationRequest', id: 'm1' }))).not.toThrow();
    expect(() => check('cards', update({ resourceType: 'MedicationRequest' }))).toThrow('id');
  });

  it('48 deletes by resourceId', () => {
    const deletions = actions().filter(({ type }) => type === 'delete');
    expect(deletions.length).toBeGreaterThan(0);
    for (const deletion of deletions) {
      expect(deletion.resourceId).toBe('MedicationRequest/draft-1');
      expect(deletion).not.toHaveProperty('resource');
    }
  });

  it('49 has no systemActions: no client agreed to any', () => {
    for (const { body } of answers) expect(Object.keys(body)).toEqual(['cards']);
  });

  it('50 displays every override reason', () => {
    const reasons = cards().flatMap(({ overrideReasons = [] }) => overrideReasons);
    expect(reasons.length).toBeGreaterThan(0);
    for (const { display } of reasons) expect(display).toMatch(/\S/);
  });

  it('51 gives a context to SMART apps only, and leaves iss and launch to the EHR', async () => {
    const { links = [] } = await cardFor(APPS);
    expect(links).toMatchObject([{ type: 'smart', url: VIEWER }]);
    const appContext = links[0]?.appContext ?? '';
    expect(decodeJwt(appContext)).toMatchObject({ ecg: `Observation/${STEMI}-ecg`, aud: VIEWER });
    expect(Buffer.from(appContext.split('.')[1] ?? '', 'base64url').toString()).not.toContain(`Patient/${STEMI}`);
  });

  it('52 has no null and nothing empty', () => {
    for (const card of cards()) expect(JSON.stringify(card)).not.toMatch(/null|""|\[\]|\{\}/);
  });

  it('53 has uuids of its own', () => {
    const uuids = [...cards(), ...suggestions()].map(({ uuid }) => uuid);
    expect(new Set(uuids).size).toBe(uuids.length);
  });

  it('54 is shaped to Epic where the tenant says so', async () => {
    const card = await cardFor(EPIC);
    expect(card.source.topic.code).toMatch(/^[A-Za-z0-9]{1,100}$/);
    expect(card.extension).toEqual({ 'com.epic.cdshooks.card.detail.content-type': 'text/markdown' });
    expect((await cardFor(EPIC)).source.topic.code).toBe(card.source.topic.code);
    const { full } = contextsOf('demo-long-qt')['order-sign'];
    const call = { hook: 'order-sign', hookInstance: HOOK_INSTANCE, fhirServer: EPIC, context: full };
    const prefetch = prefetchOf('demo-long-qt', { ...OBSERVATION, subject: { reference: 'Patient/demo-long-qt' } });
    const signed = cardsIn([await service.post('/cds-services/ecg-order-sign', { ...call, prefetch })]);
    for (const each of signed.flatMap(({ suggestions: all = [] }) => all)) expect(each.actions).toHaveLength(1);
  });

  it('55 is shaped to Oracle Health where the tenant says so', async () => {
    const [plain, shaped] = [await cardFor(APPS), await cardFor(ORACLE)];
    expect(shaped.links).toEqual([{ type: 'smart', url: VIEWER, label: 'Open the tracing' }]);
    expect(shaped.detail.length).toBeLessThan(plain.detail.length);
    expect(shaped.detail).toContain('A finding that is not listed is not excluded');
  });
});

describe('an answer in time', () => {
  it('56 comes by the deadline, warm or cold; what was late is there at the next hook', async () => {
    const slow = await startService({ twelveLead: 'stand-in', hookBudgetMs: 100, database: service.database });
    await slow.load(RESOURCES);
    const summary = async () => {
      const { body } = await slow.post(PATIENT_VIEW, patientView('demo-dicom', { fhirServer: slow.fhirServer }));
      return body.cards[0]?.['summary'];
    };
    slow.delayFhir(400);
    expect(await summary()).toBe('ECG reading not ready yet');
    slow.delayFhir(0);
    let last: string | undefined;
    for (let tries = 0; tries < 100 && !last?.startsWith('Simulation'); tries += 1) last = await summary();
    expect(last).toMatch(/^Simulation-trained guess, ECG/);
    await slow.stop();
  });

  it('57 comes where the model fails, and says that the ECG was not interpreted', async () => {
    await service.closeModels();
    const fresh = { ...OBSERVATION, effectiveDateTime: new Date().toISOString() };
    const { status, body } = await ask('patient-view', STEMI, { prefetch: prefetchOf(STEMI, fresh) });
    expect([status, body.cards[0]?.['summary']]).toEqual([200, expect.stringContaining('was not interpreted')]);
  });
});
