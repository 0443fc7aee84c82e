import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_PATIENTS } from '../../../src/edges/demo/demo-patients.ts';
import { axeViolations } from '../../browser/axe.ts';
import { type Chromium, hasChromium, startChromium } from '../../browser/chromium.ts';
import type { Page } from '../../browser/page.ts';
import { choosePatient, type HookRequest, type RunningSandbox, startSandbox } from './start-sandbox.ts';

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const LATE_MS = 600;
/** Any three of the demo. */
const [FIRST, SECOND, THIRD] = DEMO_PATIENTS.map(({ id }) => id);
const ADDED = '.drafts li';

const drugsOf = ({ context }: HookRequest): readonly string[] =>
  JSON.stringify(context.draftOrders ?? '').match(/"code":"\d+"/g) ?? [];
const draftIdOf = ({ context }: HookRequest) => /"id":"([^"]+)"/.exec(JSON.stringify(context.draftOrders))?.[1];

/** Speaks up against sotalol, with everything a card can carry. */
function sotalolCards(request: HookRequest): object[] {
  if (!drugsOf(request).includes('"code":"9947"')) return [];
  const id = draftIdOf(request);
  const coding = [{ system: RXNORM, code: '6918', display: 'metoprolol' }];
  const subject = { reference: `Patient/${request.context.patientId}` };
  const resource = { resourceType: 'MedicationRequest', id, status: 'draft', intent: 'order', subject };
  return [
    { summary: 'For your information', indicator: 'info', source: { label: 'Scripted' } },
    {
      uuid: 'card-1',
      summary: 'Sotalol lengthens QT',
      indicator: 'critical',
      detail: '**Why** <img src=x onerror=alert(1)> QTc is `510 ms`\n\n| Drug | |\n| --- | --- |\n| a \\| b | 1 |',
      source: { label: 'Scripted', url: 'https://example.org/' },
      selectionBehavior: 'at-most-one',
      suggestions: [
        {
          uuid: 'suggestion-1',
          label: 'metoprolol instead',
          isRecommended: true,
          actions: [
            {
              type: 'update',
              description: 'Replace sotalol',
              resource: { ...resource, medicationCodeableConcept: { coding } },
            },
          ],
        },
        {
          uuid: 'suggestion-2',
          label: 'remove sotalol',
          actions: [{ type: 'delete', description: 'Remove sotalol', resourceId: `MedicationRequest/${id}` }],
        },
      ],
      overrideReasons: [{ code: 'monitored', system: 'urn:example', display: 'QTc is monitored' }],
      links: [
        { label: 'Label of the drug', url: 'https://example.org/sotalol', type: 'absolute' },
        { label: 'Hostile', url: 'javascript:alert(1)', type: 'absolute' },
      ],
    },
    { summary: 'No indicator', source: { label: 'Scripted' } },
  ];
}

(hasChromium ? describe : describe.skip)('the sandbox EHR as a CDS Hooks client', () => {
  let chromium: Chromium;
  let sandbox: RunningSandbox;
  let page: Page;

  beforeAll(async () => {
    sandbox = await startSandbox([
      {
        id: 'slow-for-one',
        hook: 'patient-view',
        prefetch: {
          patient: 'Patient/{{context.patientId}}',
          nobody: 'Patient/nobody',
          encounter: 'Encounter/{{context.encounterId}}',
        },
        answer: async ({ context }) => {
          if (context.patientId === SECOND) await sleep(LATE_MS);
          return [
            {
              uuid: 'card-0',
              summary: `Card of ${context.patientId}`,
              indicator: 'info',
              source: { label: 'Scripted' },
              selectionBehavior: 'any',
              suggestions: [
                {
                  uuid: 'suggestion-0',
                  label: 'change an order that is none',
                  actions: [{ type: 'delete', description: 'Change it', resourceId: 'MedicationRequest/none' }],
                },
              ],
            },
          ];
        },
      },
      { id: 'order-advice', hook: 'order-sign', takesFeedback: true, answer: sotalolCards },
      {
        id: 'order-select-advice',
        hook: 'order-select',
        answer: async (request) => {
          const chosen = JSON.stringify(request.context['selections']);
          if (!chosen.includes('MedicationRequest/')) return [];
          const drugs = drugsOf(request);
          // The first of several is answered last.
          if (drugs.length === 1 && request.context.patientId === THIRD) await sleep(LATE_MS);
          const summary = `A medicine was chosen, the ${drugs.length}. of them`;
          return [{ uuid: `chosen-${drugs.length}`, summary, indicator: 'info', source: { label: 'Scripted' } }];
        },
      },
    ]);
    chromium = await startChromium();
  });
  afterAll(async () => {
    await chromium.close();
    sandbox.stop();
  });
  beforeEach(async () => {
    sandbox.asked.length = 0;
    sandbox.feedback.length = 0;
    page = await chromium.open(sandbox.address, { width: 1280, height: 900 });
  });

  const text = (selector: string) => page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent`);
  const choose = (id = '') => choosePatient(page, sandbox.address, id);
  const shows = (words: string) => page.until(`document.body.textContent.includes(${JSON.stringify(words)})`);
  async function add(drug: string): Promise<void> {
    await page.evaluate(`document.querySelector('#orderable').value =
      [...document.querySelectorAll('#orderable option')].find((option) => option.text === '${drug}').value`);
    await page.click('button', 'Add');
    await page.until(`document.querySelector('.drafts')?.textContent.includes('${drug}')`);
  }
  async function signOrderFor(drug: string, patientId = FIRST): Promise<void> {
    await choose(patientId);
    await add(drug);
    await page.click('button', 'Sign');
  }

  it('sends hook, context and the prefetch it could fill', async () => {
    await choose(FIRST);
    await shows(`Card of ${FIRST}`);
    const [request] = sandbox.asked;
    expect(request).toMatchObject({
      hook: 'patient-view',
      hookInstance: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      fhirServer: `${sandbox.address}/demo/fhir`,
      context: { userId: 'Practitioner/demo', patientId: FIRST },
      prefetch: {
        patient: { resourceType: 'Patient', id: FIRST },
        nobody: { resourceType: 'OperationOutcome' },
      },
    });
    expect(Object.keys(request?.prefetch ?? {})).toEqual(['patient', 'nobody']);
  });

  it('asks about an order as it is chosen, naming it', async () => {
    await choose(FIRST);
    await page.click('button', 'Add');
    await shows('A medicine was chosen');
    const [request] = sandbox.asked.filter(({ hook }) => hook === 'order-select');
    expect(request?.context['selections']).toEqual([`MedicationRequest/${request && draftIdOf(request)}`]);
  });

  it('leaves a card that was dismissed as it is when the next order is chosen', async () => {
    await choose(FIRST);
    await add('sotalol');
    await shows('the 1. of them');
    await page.click('.orders .card button', 'Dismiss');
    await shows('Dismissed: A medicine was chosen, the 1. of them');
    await add('metoprolol');
    await shows('the 2. of them');
    expect(await text('.orders .settled')).toContain('Dismissed: A medicine was chosen, the 1. of them');
    expect(await text('#announcer')).toBe('1 card. A medicine was chosen, the 2. of them');
    expect(sandbox.feedback).toHaveLength(1);
  });

  it('shows what is said of an order that was chosen before another, however late', async () => {
    await choose(THIRD);
    await add('sotalol');
    await add('metoprolol');
    await shows('the 2. of them');
    await shows('the 1. of them');
  });

  it('keeps unsigned orders with their patient while another chart is open', async () => {
    await choose(FIRST);
    await add('sotalol');
    await choose(SECOND);
    await page.until(`document.querySelector('.patient')?.textContent.includes('${SECOND}')`);
    expect(await text('.orders')).toContain('No draft orders.');
    await choose(FIRST);
    await page.until(`document.querySelector('${ADDED}')?.textContent.includes('sotalol')`);
    expect(await text('.orders')).toContain('Not signed when the chart was left.');
  });

  it('shows the most severe card first, its severity in words, and its Markdown as text only', async () => {
    await signOrderFor('sotalol');
    await shows('Sotalol lengthens QT');
    expect(await text('.orders .card')).toMatch(/^Criticalfrom Scripted/);
    expect(await text('.orders .problem')).toBe('order-advice: 1 of its cards cannot be shown');
    expect(await text('.orders .markdown')).toContain('Why <img src=x onerror=alert(1)> QTc is 510 ms');
    expect(await text('.orders .markdown tbody td')).toBe('a | b');
    expect(await page.evaluate(`document.querySelectorAll('.card img, .card script').length`)).toBe(0);
    expect(
      await page.evaluate(`[...document.querySelectorAll('.card a')].map(({ href, rel }) => href + ' ' + rel)`),
    ).toEqual(['https://example.org/ noopener noreferrer', 'https://example.org/sotalol noopener noreferrer']);
    expect(await text('#announcer')).toContain('2 cards');
    expect(await text('.orders')).toContain('Nothing is signed yet.');
    await page.click('.critical summary');
    await page.screenshot('sandbox-cards');
    expect(await axeViolations(page)).toEqual([]);
  });

  it('changes the draft as a suggestion says, reports it, and asks again before signing', async () => {
    await signOrderFor('sotalol');
    await page.click('.orders .suggestions button', 'metoprolol instead');
    await shows('Feedback sent.');
    expect(await text(ADDED)).toContain('metoprolol');
    expect(await text('.orders .suggestions')).not.toContain('remove sotalol');
    await page.click('button', 'Sign (1 order)');
    await shows('1 order signed. 1 service asked, no advice.');
    expect(sandbox.asked.filter(({ hook }) => hook === 'order-sign').flatMap(drugsOf)).toEqual([
      '"code":"9947"',
      '"code":"6918"',
    ]);
    expect(sandbox.feedback).toEqual([
      {
        feedback: [
          {
            card: 'card-1',
            outcome: 'accepted',
            acceptedSuggestions: [{ id: 'suggestion-1' }],
            outcomeTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          },
        ],
      },
    ]);
    await page.until(`document.querySelector('.on-record')?.textContent === 'metoprolol RxNorm 6918'`);
  });

  it('says what a suggestion cannot do, and changes nothing', async () => {
    await signOrderFor('sotalol');
    await page.until(`document.querySelector('.orders .suggestions')`);
    await page.click('.drafts button', 'Remove');
    await page.until(`!document.querySelector('.orders .suggestions')`);
    await choose(SECOND);
    await page.click('.card button', 'Apply: change an order that is none');
    await shows('Could not be applied: Change it');
    expect(await text('.orders')).toContain('No draft orders.');
    expect(sandbox.feedback).toEqual([]);
  });

  it('reports an override with its coded reason and comment, and signs what the user insists on', async () => {
    await signOrderFor('sotalol', THIRD);
    await page.until(`document.querySelector('.critical select')`);
    await page.evaluate(`document.querySelector('.critical select').value = '0'`);
    await page.evaluate(`document.querySelector('.critical input').value = 'telemetry'`);
    await page.click('.critical button', 'Override');
    await shows('Overridden (QTc is monitored; telemetry): Sotalol lengthens QT');
    await shows('Feedback sent.');
    expect(sandbox.feedback).toMatchObject([
      {
        feedback: [
          {
            card: 'card-1',
            outcome: 'overridden',
            overrideReason: { reason: { code: 'monitored', system: 'urn:example' }, userComment: 'telemetry' },
          },
        ],
      },
    ]);
    await page.click('button', 'Sign anyway');
    await page.until(`document.querySelector('.on-record')?.textContent.includes('sotalol')`);
    expect(page.problems.filter((problem) => !problem.includes('Patient/nobody'))).toEqual([]);
  });

  it('never shows a late answer beside another patient', async () => {
    await choose(SECOND);
    await page.until(`document.querySelector('.patient')?.textContent.includes('${SECOND}')`);
    await choose(THIRD);
    await shows(`Card of ${THIRD}`);
    await sleep(LATE_MS);
    expect(await text('main')).not.toContain(SECOND);
    expect(await text('#announcer')).not.toContain(SECOND);
  });
});

(hasChromium ? describe : describe.skip)('the sandbox EHR with services that fail', () => {
  it('says so, and leaves the decision to the user', async () => {
    const issue = [{ severity: 'error', code: 'exception', details: { text: 'the model is away' } }];
    const sandbox = await startSandbox([
      {
        id: 'broken',
        hook: 'order-sign',
        answer: (_request, response) => response.status(503).json({ resourceType: 'OperationOutcome', issue }),
      },
    ]);
    const chromium = await startChromium();
    try {
      const page = await chromium.open(sandbox.address, { width: 1280, height: 900 });
      await choosePatient(page, sandbox.address, FIRST ?? '');
      await page.until(`document.body.textContent.includes('No advice for this patient.')`);
      await page.click('button', 'Add');
      await page.click('button', 'Sign (1 order)');
      await page.until(`document.body.textContent.includes('broken: HTTP 503: the model is away')`);
      await page.click('button', 'Sign anyway');
      await page.until(`document.body.textContent.includes('1 order signed.')`);
    } finally {
      await chromium.close();
      sandbox.stop();
    }
  });
});
