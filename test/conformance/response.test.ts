import { SERVICES } from '../../cds-hooks/index.ts';
import { fitSummary } from '../../src/cds/card.ts';
import type { CdsService } from '../../src/cds/cds-service.ts';
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
import { cardsIn } from './shown-card.ts';

const FAMILY = '👨‍👩‍👧';

/** A service of long summaries. */
const talker: CdsService = {
  id: 'talker',
  hook: 'patient-view',
  title: 'Talker',
  description: 'Says much.',
  prefetch: { patient: 'Patient/{{context.patientId}}' },
  cards: (_reading, { newUuid }) =>
    ['a'.repeat(139), 'a'.repeat(140), 'word '.repeat(40), FAMILY.repeat(40)].map((text) => ({
      uuid: newUuid(),
      summary: fitSummary(text),
      indicator: 'info',
      source: { label: 'Talker', topic: { system: 'urn:s', code: 'c', display: 'd' } },
    })),
};

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
    services: [...SERVICES, talker],
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

const cards = () => cardsIn(answers);
const suggestions = () => cards().flatMap((card) => card.suggestions ?? []);
const actions = () => suggestions().flatMap((suggestion) => suggestion.actions);

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

  it('40 shortens a summary of 140 at a word, and never inside an emoji', async () => {
    const { body } = await service.post('/cds-services/talker', patientView(STEMI, { prefetch: prefetchOf(STEMI) }));
    const [whole, cut, words, families] = body.cards.map(({ summary }) => summary ?? '');
    expect([whole, cut]).toEqual(['a'.repeat(139), `${'a'.repeat(138)}…`]);
    expect(words).toMatch(/^(word )*word…$/);
    expect(families?.replaceAll(FAMILY, '')).toBe('…');
  });

  it('41 shows text of a record as text, never as markup', async () => {
    const hostile = { ...OBSERVATION, id: '<b>`[click](http://evil.example)' };
    const prefetch = prefetchOf(STEMI, hostile);
    const [card] = cardsIn([await ask('patient-view', STEMI, { prefetch })]);
    expect(card?.detail).toContain('evil');
    expect(card?.detail).not.toMatch(/<b>|[^\\]\]\(|http:\/\//);
  });

  it('42 knows three indicators', async () => {
    for (const { indicator } of cards()) expect(['info', 'warning', 'critical']).toContain(indicator);
    const { check } = await publishedSchemas(service.address);
    expect(() => check('cards', { cards: [{ ...cards()[0], indicator: 'hard-stop' }] })).toThrow('indicator');
  });

  it('43 says where it is from and what it is about', () => {
    for (const { source } of cards()) expect([source.label, source.topic.code]).toEqual(['Cardhook ECG', '29303009']);
  });

  it('44 says how suggestions may be chosen', async () => {
    expect(suggestions().length).toBeGreaterThan(0);
    for (const card of cards()) expect(card.suggestions === undefined).toBe(card.selectionBehavior === undefined);
    const { check } = await publishedSchemas(service.address);
    const [{ selectionBehavior: _, ...without } = {}] = cards().filter((each) => each.suggestions !== undefined);
    expect(() => check('cards', { cards: [without] })).toThrow('selectionBehavior');
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

  it('50 displays every override reason, and gives its code', () => {
    const reasons = cards().flatMap(({ overrideReasons = [] }) => overrideReasons);
    expect(reasons.length).toBeGreaterThan(0);
    for (const { system, code, display } of reasons) {
      for (const text of [system, code, display]) expect(text).toEqual(expect.stringMatching(/\S/));
    }
  });

  it('52 has no null and nothing empty', () => {
    for (const card of cards()) expect(JSON.stringify(card)).not.toMatch(/null|""|\[\]|\{\}/);
  });

  it('53 has uuids of its own', () => {
    const uuids = [...cards(), ...suggestions()].map(({ uuid }) => uuid);
    expect(new Set(uuids).size).toBe(uuids.length);
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
