import type { Card } from '../../src/cds/card.ts';
import type { TracedCard } from '../../src/cds/cds-service.ts';
import { EHR_PROFILES } from '../../src/cds/ehr-profiles/index.ts';
import { readingOf } from './ordered.ts';

const LONG_QT = 80;
const COMPLETE_BLOCK = 121;
const VIEWER = 'https://viewer.example.org/launch';
const draftOrder = {
  resourceType: 'ServiceRequest',
  status: 'draft',
  intent: 'proposal',
  subject: { reference: 'Patient/p1' },
} as const;

const card = (more: Partial<TracedCard> = {}): TracedCard => ({
  uuid: 'uuid',
  summary: 'summary',
  detail: '**ECG** today\n\n| a | b |\n| - | - |\n\nSinus rhythm\n\n_caveat_',
  indicator: 'critical',
  source: { label: 'Cardhook ECG', topic: { system: 's', code: 'not alphanumeric', display: 'ECG' } },
  selectionBehavior: 'any',
  suggestions: [
    { uuid: 'u1', label: 'Remove A (m1)', actions: [{ type: 'delete', description: 'Remove A', resourceId: 'M/1' }] },
    { uuid: 'u2', label: 'Order ECG', actions: [{ type: 'create', description: 'Order', resource: draftOrder }] },
    {
      uuid: 'u3',
      label: 'Order now',
      actions: [{ type: 'create', description: 'Order', resource: { ...draftOrder, status: 'active' } }],
    },
  ],
  links: [
    { label: 'Tracing', url: `${VIEWER}?a=1`, type: 'smart', appContext: 'token' },
    { label: 'Elsewhere', url: 'https://other.example.org', type: 'absolute' },
  ],
  subject: { rules: ['sotalol.qtc_prolonged'], findings: [LONG_QT] },
  ...more,
});
const reply = (more: object = {}) => ({
  serviceId: 'ecg-order-sign',
  reading: readingOf([COMPLETE_BLOCK]),
  allowedLinks: [],
  ...more,
});
const topicOf = (cards: readonly Card[]) => cards[0]?.source.topic.code;

describe('for an EHR as the specification has it', () => {
  it('cards stay as they are', () => {
    expect(EHR_PROFILES.plain([card()], reply())).toEqual([card()]);
  });
});

describe('for Epic', () => {
  const shape = (more: Partial<TracedCard> = {}) => EHR_PROFILES.epic([card(more)], reply());

  it('the topic is alphanumeric, the same for the same kind of card and another for any other', () => {
    const code = topicOf(shape());
    expect(code).toMatch(/^[A-Za-z0-9]{1,100}$/);
    expect(topicOf(shape({ uuid: 'another', summary: 'an hour later' }))).toBe(code);
    expect(topicOf(shape({ subject: { rules: [], findings: [COMPLETE_BLOCK] } }))).not.toBe(code);
    expect(topicOf(EHR_PROFILES.epic([card()], reply({ serviceId: 'ecg-patient-view' })))).not.toBe(code);
  });

  it('suggestions that it cannot carry out are left out, and the visible text says which order', () => {
    expect(shape()[0]).toMatchObject({
      selectionBehavior: 'any',
      suggestions: [{ actions: [{ description: 'Remove A (m1)' }] }, { actions: [{ description: 'Order ECG' }] }],
    });
    const [none] = EHR_PROFILES.epic([card({ suggestions: card().suggestions?.slice(2) ?? [] })], reply());
    expect(none).not.toHaveProperty('suggestions');
    expect(none).not.toHaveProperty('selectionBehavior');
  });

  it('links are kept to its list, where it is known', () => {
    expect(shape()[0]?.links).toHaveLength(2);
    expect(EHR_PROFILES.epic([card()], reply({ allowedLinks: [VIEWER] }))[0]?.links).toHaveLength(1);
  });
});

describe('for Oracle Health', () => {
  const shape = (cards: readonly TracedCard[], more: object = {}) =>
    EHR_PROFILES.oracle(cards, reply({ allowedLinks: [VIEWER], ...more }));

  it('links are those it lists, without a context', () => {
    expect(shape([card()])[0]?.links).toEqual([{ label: 'Tracing', url: `${VIEWER}?a=1`, type: 'smart' }]);
    expect(shape([card()], { allowedLinks: [] })[0]).not.toHaveProperty('links');
  });

  it('the detail fits a small panel and keeps its caveat', () => {
    const [shaped] = shape([card({ detail: `${card().detail?.replace('Sinus rhythm', 'long '.repeat(200))}` })]);
    expect(shaped?.detail).toBe('**ECG** today\n\n_caveat_');
    expect(shape([card()])[0]?.detail).toBe('**ECG** today\n\nSinus rhythm\n\n_caveat_');
  });

  it('the detail keeps what is to be checked first, and what is left out takes no room', () => {
    const check = `**Check first**\n- ${'newer '.repeat(60)}`;
    const detailWith = (...middle: readonly string[]) =>
      shape([card({ detail: ['**ECG** today', check, ...middle, '_caveat_'].join('\n\n') })])[0]?.detail;
    expect(detailWith('long '.repeat(200), 'Sinus rhythm')).toBe(
      `**ECG** today\n\n${check}\n\nSinus rhythm\n\n_caveat_`,
    );
    const [crowded] = shape([card({ detail: [`**${'notice '.repeat(60)}**`, check, '_caveat_'].join('\n\n') })]);
    expect(crowded?.detail).toBe(`${check}\n\n_caveat_`);
  });

  it('one card pops up, and only for a finding that is dependable', () => {
    expect(shape([card(), card()]).map(({ indicator }) => indicator)).toEqual(['critical', 'warning']);
    const unsure = readingOf([COMPLETE_BLOCK], { basis: 'uncalibrated' });
    expect(shape([card()], { reading: unsure })[0]?.indicator).toBe('warning');
    expect(shape([card()], { reading: undefined })[0]?.indicator).toBe('warning');
    expect(shape([card({ indicator: 'info' })])[0]?.indicator).toBe('info');
  });
});
