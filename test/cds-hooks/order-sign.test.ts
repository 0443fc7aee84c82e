import { ecgOrderSign } from '../../cds-hooks/ecg-order-sign.ts';
import { condition, draft, draftBundle, NOW, type ReadingSettings, readingOf } from '../cds/ordered.ts';

const LONG_QT = 80;
const COMPLETE_BLOCK = 121;

function cards(labels: readonly number[], drafts: readonly unknown[], settings: ReadingSettings = {}) {
  let uuids = 0;
  return ecgOrderSign.cards(readingOf(labels, settings), {
    request: {
      hook: 'order-sign',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      context: { patientId: 'p1', draftOrders: draftBundle(...drafts) },
    },
    now: NOW,
    newUuid: () => `uuid-${++uuids}`,
    further: [condition('22298006')],
  });
}
const SOTALOL = draft('9947', 'sotalol');

describe('a card on a drug order', () => {
  it('says what and why, how sure and on what evidence, and offers to remove the order', () => {
    const [card, ...more] = cards([LONG_QT], [SOTALOL]);
    expect(more).toEqual([]);
    expect(card).toMatchObject({
      summary: 'Sotalol with possible prolonged QT on ECG 20 h ago',
      indicator: 'critical',
      selectionBehavior: 'any',
      suggestions: [
        {
          label: 'Remove the order for sotalol',
          actions: [{ type: 'delete', resourceId: 'MedicationRequest/draft-sotalol' }],
        },
      ],
      subject: { rules: ['sotalol.qtc_prolonged'], findings: [LONG_QT] },
    });
    for (const part of [
      'RxNorm 9947',
      'torsades',
      'label section not re-read',
      'score 0.90 (from 0.50)',
      'QTc',
      'trust: site',
    ]) {
      expect(card?.detail).toContain(part);
    }
    expect(card?.overrideReasons?.every(({ system, code, display }) => system && code && display)).toBe(true);
  });

  it.each([
    ['critical', 'critical', SOTALOL, {}],
    ['warning', 'a rule that only warns', draft('2556', 'citalopram'), {}],
    ['warning', 'a drug known by name alone', draft('0', 'sotalol'), {}],
    ['info', 'a stand-in', SOTALOL, { trust: 'stand-in' }],
    ['info', 'an untrained network', SOTALOL, { trust: 'untrained' }],
  ] as const)('is %s for %s', (indicator, _case, order, settings) => {
    expect(cards([LONG_QT], [order], settings)[0]?.indicator).toBe(indicator);
  });

  it('only warns of a finding of low confidence', () => {
    const [card] = cards([COMPLETE_BLOCK], [draft('6918', 'metoprolol')], { basis: 'uncalibrated' });
    expect(card?.indicator).toBe('warning');
    expect(card?.detail).toContain('low confidence');
  });

  it('has no suggestion where the order has no id', () => {
    const [card] = cards([LONG_QT], [{ ...SOTALOL, id: undefined }]);
    expect(card).not.toHaveProperty('suggestions');
    expect(card).not.toHaveProperty('selectionBehavior');
  });

  it('has uuids of its own, and no null and nothing empty', () => {
    const all = cards([LONG_QT, COMPLETE_BLOCK], [SOTALOL, { ...SOTALOL, id: 'two' }]);
    const uuids = all.flatMap(({ uuid, suggestions = [] }) => [uuid, ...suggestions.map((each) => each.uuid)]);
    expect(new Set(uuids).size).toBe(6);
    expect(JSON.stringify(all)).not.toMatch(/null|""|\[\]|\{\}/);
  });

  it('takes the place of the reading, which stands where no drug is concerned', () => {
    expect(cards([COMPLETE_BLOCK], [draft('6918', 'metoprolol')])).toHaveLength(1);
    expect(cards([COMPLETE_BLOCK], [])[0]?.summary).toMatch(/^ECG 20 h ago: /);
  });
});
