import { ecgOrderSelect } from '../../cds-hooks/ecg-order-select.ts';
import { ecgOrderSign } from '../../cds-hooks/ecg-order-sign.ts';
import type { HookMoment } from '../../src/cds/cds-service.ts';
import { condition, draft, draftBundle, draftTest, NOW, qtc, type ReadingSettings, readingOf } from '../cds/ordered.ts';

const SINUS = 3;
const FIBRILLATION = 5;
const SEPTAL_INFARCT = 12;
const LONG_QT = 80;
const COMPLETE_BLOCK = 121;
const SOTALOL = draft('9947', 'sotalol');
const CITALOPRAM = draft('2556', 'citalopram');
const METOPROLOL = draft('6918', 'metoprolol');
const ECG = draftTest('268400002');

function momentOf(
  drafts: readonly unknown[],
  more: Partial<HookMoment> & { readonly context?: object } = {},
): HookMoment {
  let uuids = 0;
  const { context = {}, ...rest } = more;
  return {
    request: {
      hook: 'order-sign',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      context: { patientId: 'p1', draftOrders: draftBundle(...drafts), ...context },
    },
    now: NOW,
    newUuid: () => `uuid-${++uuids}`,
    further: [condition('22298006')],
    ...rest,
  };
}

function cards(
  labels: readonly number[],
  drafts: readonly unknown[],
  settings: ReadingSettings & Parameters<typeof momentOf>[1] = {},
) {
  return ecgOrderSign.cards(
    readingOf(labels, settings),
    momentOf(drafts, settings.context ? { context: settings.context } : {}),
  );
}

describe('a card on a drug order', () => {
  it('says what and why, how sure and on what evidence, what to do instead, and offers it', () => {
    const [card, ...more] = cards([LONG_QT], [SOTALOL]);
    expect(more).toEqual([]);
    expect(card).toMatchObject({
      summary: 'Sotalol with possible prolonged QT on ECG 20 h ago',
      indicator: 'critical',
      selectionBehavior: 'any',
      subject: { rules: ['sotalol.qtc_prolonged'], findings: [LONG_QT], isCritical: true },
    });
    expect(card?.suggestions?.map(({ label }) => label)).toEqual([
      'Remove the order for sotalol',
      'Order 12-lead ECG',
      'Order serum potassium',
      'Order serum magnesium',
    ]);
    expect(card?.suggestions?.[0]?.actions).toMatchObject([
      { type: 'delete', resourceId: 'MedicationRequest/draft-sotalol' },
    ]);
    for (const part of [
      'RxNorm 9947',
      'torsades',
      'label section not re-read',
      'score 0.90 (from 0.50)',
      '**Instead** Measure the QTc by hand',
      'trust: site',
    ]) {
      expect(card?.detail).toContain(part);
    }
    expect(card?.overrideReasons?.every(({ system, code, display }) => system && code && display)).toBe(true);
  });

  it('prefers a measured QTc, which needs no network', () => {
    const [card] = cards([SINUS], [SOTALOL, CITALOPRAM], { measurements: [qtc(512, '_FREDERICA')], trust: 'stand-in' });
    expect(card?.summary).toBe('Sotalol and citalopram with QTc 512 ms (Fridericia) on ECG 20 h ago');
    expect(card?.indicator).toBe('critical');
    expect(card?.detail).toContain('not confirmed; limit 460 ms or more');
    expect(card?.detail).not.toContain('**Model**');
  });

  it.each([
    ['a measured value', [draft('9947', 'sotalol')], { measurements: [qtc(512)] }],
    ['a record', [draft('4441', 'flecainide')], {}],
  ] as const)(
    'calls the findings that it names beside %s a guess, with the notice, where a stand-in made them',
    (_case, drafts, more) => {
      const [card] = cards([LONG_QT, SEPTAL_INFARCT], drafts, { ...more, trust: 'stand-in' });
      expect(card?.detail).toMatch(/^\*\*The model is a stand-in for demonstration/);
      expect(card?.detail).toMatch(/- Simulation-trained guess: possible (prolonged QT|septal infarct)/);
      expect(card?.summary).not.toContain('guess');
    },
  );

  it('says what the record says where it speaks for that alone', () => {
    const [card] = cards([SINUS], [draft('4441', 'flecainide')]);
    expect(card?.summary).toBe('Flecainide with myocardial infarction on record');
    expect(card?.indicator).toBe('critical');
  });

  it.each([
    ['critical', 'critical', SOTALOL, {}],
    ['warning', 'a rule that only warns', CITALOPRAM, {}],
    ['warning', 'a drug known by name alone', draft('0', 'sotalol'), {}],
    ['warning', 'an ECG of last autumn', SOTALOL, { recordedAt: '2025-10-01T10:00:00Z' }],
    ['info', 'a stand-in', SOTALOL, { trust: 'stand-in' }],
    ['info', 'an untrained network', SOTALOL, { trust: 'untrained' }],
  ] as const)('is %s for %s', (indicator, _case, order, settings) => {
    expect(cards([LONG_QT], [order], settings)[0]?.indicator).toBe(indicator);
  });

  it('only warns of a finding of low confidence', () => {
    const [card] = cards([COMPLETE_BLOCK], [METOPROLOL], { basis: 'uncalibrated' });
    expect(card?.indicator).toBe('warning');
    expect(card?.detail).toContain('low confidence');
  });

  it('offers no removal where the order has no id, and no test that is ordered already', () => {
    const labels = cards([LONG_QT], [{ ...SOTALOL, id: undefined }, ECG])[0]?.suggestions?.map(({ label }) => label);
    expect(labels).toEqual(['Order serum potassium', 'Order serum magnesium']);
  });

  it.each(['active', 'on-hold', undefined])(
    'stays, but offers no removal, where the order is no draft: %s',
    (status) => {
      const [card] = cards([LONG_QT], [{ ...SOTALOL, status }]);
      expect(card?.summary).toBe('Sotalol with possible prolonged QT on ECG 20 h ago');
      expect(card?.suggestions?.map(({ label }) => label)).toEqual([
        'Order 12-lead ECG',
        'Order serum potassium',
        'Order serum magnesium',
      ]);
    },
  );

  it('offers to remove only the drafts among several orders of a drug', () => {
    const [card] = cards([LONG_QT], [SOTALOL, { ...SOTALOL, id: 'signed', status: 'active' }]);
    expect(card?.suggestions?.flatMap(({ actions }) => actions).filter(({ type }) => type === 'delete')).toMatchObject([
      { description: 'Remove the order for sotalol', resourceId: 'MedicationRequest/draft-sotalol' },
    ]);
  });

  it('has uuids of its own, one action a suggestion, and no null and nothing empty', () => {
    const all = cards([LONG_QT, COMPLETE_BLOCK], [SOTALOL, { ...SOTALOL, id: 'two' }]);
    const uuids = all.flatMap(({ uuid, suggestions = [] }) => [uuid, ...suggestions.map((each) => each.uuid)]);
    expect(uuids.length).toBeGreaterThan(6);
    expect(new Set(uuids).size).toBe(uuids.length);
    expect(JSON.stringify(all)).not.toMatch(/null|""|\[\]|\{\}/);
  });

  it('takes the place of the reading, which stands where no drug is concerned and can be overridden', () => {
    expect(cards([COMPLETE_BLOCK], [METOPROLOL])).toHaveLength(1);
    const [reading] = cards([COMPLETE_BLOCK], []);
    expect(reading?.summary).toMatch(/^ECG 20 h ago: /);
    expect(reading?.overrideReasons?.map(({ code }) => code)).toContain('already-known');
  });

  it.each([
    ['an ECG of the last day', {}, 1],
    ['an older one', { recordedAt: '2026-03-08T10:00:00Z' }, 0],
    ['a finding of low confidence', { basis: 'uncalibrated' }, 0],
  ] as const)('without a drug that is concerned stands for %s: %#', (_case, settings, count) => {
    expect(cards([COMPLETE_BLOCK], [draft('161', 'acetaminophen')], settings)).toHaveLength(count);
  });

  it('leads to the tracing where the site has a viewer', () => {
    const link = { label: 'Tracing', url: 'https://viewer.example/', type: 'absolute' } as const;
    const tracingLink = (source: string) => ({ ...link, url: `${link.url}${source}` });
    const [card] = ecgOrderSign.cards(readingOf([LONG_QT]), momentOf([SOTALOL], { tracingLink }));
    expect(card?.links).toEqual([{ ...link, url: 'https://viewer.example/Observation/1' }]);
    expect(cards([LONG_QT], [SOTALOL])[0]).not.toHaveProperty('links');
  });

  it('is one of three at most, most serious first', () => {
    const drafts = [
      SOTALOL,
      draft('11170', 'verapamil'),
      draft('4441', 'flecainide'),
      draft('1649480', 'ivabradine'),
      ECG,
    ];
    const shown = cards([LONG_QT, 142, FIBRILLATION], drafts);
    expect(shown.map(({ indicator }) => indicator)).toEqual(['critical', 'critical', 'critical']);
  });
});

describe('a card that was overridden', () => {
  const silenced = (problems: readonly string[] = []) =>
    momentOf([SOTALOL, CITALOPRAM], { isSilenced: (each) => problems.includes(each) });
  const shown = (problems?: readonly string[]) => ecgOrderSign.cards(readingOf([LONG_QT]), silenced(problems));

  it('is not shown again, nor the reading in its place', () => {
    expect(shown(shown()[0]?.subject?.problems)).toEqual([]);
  });

  it('comes again for a drug that was not overridden', () => {
    const [problem = ''] = shown()[0]?.subject?.problems ?? [];
    expect(shown([problem])[0]?.summary).toBe('Citalopram with possible prolonged QT on ECG 20 h ago');
  });

  it('comes again with a newer ECG', () => {
    const newer = readingOf([LONG_QT], { recordedAt: '2026-03-10T11:00:00Z' });
    expect(ecgOrderSign.cards(newer, silenced(shown()[0]?.subject?.problems))).toHaveLength(1);
  });
});

describe('a card on another ECG', () => {
  it('says that there is one, with its reading, and offers to remove the order', () => {
    const [card, ...more] = cards([SINUS], [ECG]);
    expect(more).toEqual([]);
    expect(card).toMatchObject({
      summary: expect.stringMatching(/^12-lead ECG 20 h ago is on record\. Sinus rhythm/),
      indicator: 'info',
      suggestions: [{ actions: [{ type: 'delete', resourceId: 'ServiceRequest/draft-test' }] }],
    });
    expect(card?.detail).toContain('not excluded');
  });

  it('offers to remove no order that is signed already', () => {
    const [card] = cards([SINUS], [{ ...ECG, status: 'active' }]);
    expect(card?.summary).toContain('12-lead ECG 20 h ago is on record');
    expect(card).not.toHaveProperty('suggestions');
  });

  it.each([
    ['an urgent order', [SINUS], { ...ECG, priority: 'stat' }, {}],
    ['an order for next week', [SINUS], { ...ECG, occurrenceDateTime: '2026-03-17' }, {}],
    ['an order of another test', [SINUS], draftTest('29303008'), {}],
    ['another patient', [SINUS], { ...ECG, subject: { reference: 'Patient/p2' } }, {}],
    ['an ECG of last week', [SINUS], ECG, { recordedAt: '2026-03-03T10:00:00Z' }],
    ['an ECG of unknown time', [SINUS], ECG, { recordedAt: undefined }],
    ['an ECG of one lead', [SINUS], ECG, { isSingleLead: true }],
    ['an ECG with a lead that cannot be read', [SINUS], ECG, { limitation: 'V3 cannot be read' }],
    ['an ECG of twelve leads of which one could be used', [SINUS], ECG, { isReadFromLeadI: true }],
  ] as const)('is not shown for %s', (_case, labels, order, settings) => {
    expect(cards(labels, [order], settings)).toEqual([]);
  });

  it('is not shown beside one that offers an ECG', () => {
    const shown = cards([SINUS], [SOTALOL, ECG], { measurements: [qtc(512)] });
    expect(shown.map(({ subject }) => subject?.rules)).toEqual([['sotalol.qtc_prolonged']]);
  });

  it('calls the reading a guess, not the recording, where a stand-in made it', () => {
    const [card] = cards([SINUS], [ECG], { trust: 'stand-in' });
    expect(card?.summary).toMatch(/^12-lead ECG 20 h ago is on record\. Simulation-trained guess: Sinus rhythm/);
  });

  it('is not shown where the reading asks for another look', () => {
    expect(cards([COMPLETE_BLOCK], [ECG])[0]?.summary).toMatch(/^ECG 20 h ago: /);
  });

  it.each([
    ['by LOINC', { coding: [{ system: 'http://loinc.org', code: '11524-6' }] }],
    ['by name', { text: 'ECG' }],
  ])('is shown for an order %s', (_case, code) => {
    expect(cards([SINUS], [{ ...ECG, code }])).toHaveLength(1);
  });
});

describe('on choosing an order', () => {
  const select = (labels: readonly number[], selections: unknown) =>
    ecgOrderSelect.cards(readingOf(labels), momentOf([SOTALOL, CITALOPRAM], { context: { selections } }));

  it('only the orders just chosen count, and nothing is critical', () => {
    const [card, ...more] = select([LONG_QT], ['MedicationRequest/draft-sotalol']);
    expect(more).toEqual([]);
    expect(card).toMatchObject({ summary: 'Sotalol with possible prolonged QT on ECG 20 h ago', indicator: 'warning' });
  });

  it.each([[[]], [undefined], ['MedicationRequest/draft-sotalol'], [[7]], [['MedicationRequest/other']]])(
    'nothing is said of selections %j',
    (selections) => {
      expect(select([LONG_QT, COMPLETE_BLOCK], selections)).toEqual([]);
    },
  );
});
