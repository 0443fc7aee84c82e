import fc from 'fast-check';
import { ecgOrderSelect } from '../../cds-hooks/ecg-order-select.ts';
import { ecgOrderSign } from '../../cds-hooks/ecg-order-sign.ts';
import { SUMMARY_LIMIT } from '../../src/cds/card.ts';
import type { HookMoment, TracedCard } from '../../src/cds/cds-service.ts';
import { type DrugEcgRule, isVerified, ORDER_RULES } from '../../src/cds/order-rules.ts';
import { cardsSchema } from '../../src/cds/response-schemas.ts';
import { faultsOf, loadDefinitions } from '../fhir/validate-resource.ts';
import { labelsOf } from './drug-rules-table.ts';
import {
  condition,
  draft,
  draftBundle,
  draftTest,
  heartRate,
  measuring,
  NOW,
  pr,
  qrs,
  qtc,
  type ReadingSettings,
  readingOf,
} from './ordered.ts';

const SINUS = 3;
const NORMAL = 2;
const MEASURED = [qtc(530, '_FREDERICA'), heartRate(38), pr(300), qrs(118)];
/** Sounds as if all were well, or as if a network could tell what a patient has. */
const REASSURES =
  /\b(?:is|are|looks?) (?:safe|normal|fine|unremarkable)\b|no evidence of|can be given|may be given|no contraindication|cleared\b|ruled out by|no risk/i;
const DIAGNOSES =
  /\b(?:the patient|he|she) (?:has|suffers)|diagnos(?:ed|is of)|confirmed by the (?:network|model|ECG)/i;

function momentOf(drafts: readonly unknown[], more: Partial<HookMoment> = {}): HookMoment {
  const draftOrders = draftBundle(...drafts);
  const selections = drafts.map((_, index) => `MedicationRequest/o${index}`);
  return {
    request: {
      hook: 'order-sign',
      hookInstance: crypto.randomUUID(),
      context: { patientId: 'p1', encounterId: 'e1', draftOrders, selections },
    },
    now: NOW,
    newUuid: () => crypto.randomUUID(),
    drugRules: { priority: 2, unverified: true },
    ...more,
  };
}

function orderOf({ rxnorm = '', ingredient, route }: DrugEcgRule, more: object = {}) {
  const text = rxnorm === '' ? { medicationCodeableConcept: { text: ingredient } } : {};
  return draft(rxnorm, ingredient, {
    id: 'o0',
    dosageInstruction: [{ route: { text: route ?? 'oral' } }],
    ...text,
    ...more,
  });
}

/** Every rule in every way it can come to speak. */
const WAYS: Readonly<
  Record<string, (rule: DrugEcgRule) => readonly [readonly number[], ReadingSettings, readonly unknown[]]>
> = {
  'a finding of the network': (rule) => [labelsOf(rule), {}, recordsOf(rule)],
  'a finding of low confidence of a stand-in': (rule) => [
    labelsOf(rule),
    { trust: 'stand-in', lowTierOutputs: labelsOf(rule) },
    recordsOf(rule),
  ],
  'a finding on an ECG of another day': (rule) => [
    labelsOf(rule),
    { recordedAt: '2026-03-08T10:00:00Z' },
    recordsOf(rule),
  ],
  'measured values': (rule) => [[SINUS], { measurements: MEASURED }, recordsOf(rule)],
  'a sound finding that a value contradicts': (rule) => [
    labelsOf(rule),
    { measurements: [qtc(420), heartRate(70), pr(180)] },
    recordsOf(rule),
  ],
};

function recordsOf({ history = [] }: DrugEcgRule): readonly unknown[] {
  return history.map((id) => condition(ORDER_RULES.diagnoses.get(id)?.snomed[0] ?? ''));
}

const everyCard: readonly { readonly name: string; readonly rule: DrugEcgRule; readonly card: TracedCard }[] =
  ORDER_RULES.rules.flatMap((rule) =>
    Object.entries(WAYS).flatMap(([way, situation]) => {
      const [labels, settings, further] = situation(rule);
      const reading = readingOf(labels, settings);
      return [ecgOrderSign, ecgOrderSelect].flatMap((service) =>
        service
          .cards(reading, momentOf([orderOf(rule)], { further }))
          .filter(({ subject }) => subject?.rules.includes(rule.id))
          .map((card) => ({ name: `${service.id}, ${rule.id}, ${way}`, rule, card })),
      );
    }),
  );
const otherCards = [
  ...ecgOrderSign.cards(readingOf([SINUS]), momentOf([draftTest('268400002')])),
  ...ecgOrderSign.cards(readingOf([SINUS, NORMAL]), momentOf([draftTest('268400002')])),
  ...ecgOrderSign.cards(readingOf([5]), momentOf([])),
].map((card) => ({ name: card.summary, card }));
const namesWhere = (isSo: (each: (typeof everyCard)[number]) => boolean) =>
  everyCard.filter(isSo).map(({ name }) => name);

describe('every card on an order', () => {
  it('is there for every rule', () => {
    const silent = ORDER_RULES.rules.filter((rule) => !everyCard.some((each) => each.rule === rule));
    expect(silent.map(({ id }) => id)).toEqual([]);
    expect(everyCard.length).toBeGreaterThan(800);
  });

  it('is one that CDS Hooks allows', () => {
    const all = [...everyCard, ...otherCards];
    const refused = all.filter(
      ({ card: { subject: _, ...card } }) => !cardsSchema.safeParse({ cards: [card] }).success,
    );
    expect(refused.map(({ name }) => name)).toEqual([]);
  });

  it('fits its summary without being cut', () => {
    expect(namesWhere(({ card }) => card.summary.length > SUMMARY_LIMIT || card.summary.endsWith('…'))).toEqual([]);
  });

  it('says in its summary what it rests on: a value, a record, or a possible finding', () => {
    expect(
      namesWhere(
        ({ card }) =>
          !/ with (possible |QTc \d|heart rate \d|PR interval \d|QRS duration \d|.* on record)/.test(card.summary),
      ),
    ).toEqual([]);
  });

  it('calls each finding of the network possible, with its score', () => {
    expect(namesWhere(({ card }) => /^- (?!(?:[^:]+: )?possible ).*: score/m.test(card.detail ?? ''))).toEqual([]);
  });

  it('doubts once, not twice', () => {
    expect(namesWhere(({ card }) => /possible possible/i.test(`${card.summary} ${card.detail}`))).toEqual([]);
  });

  it('neither reassures nor diagnoses', () => {
    const sounding = [...everyCard, ...otherCards].filter(
      ({ card: { summary, detail = '' } }) =>
        REASSURES.test(`${summary} ${detail}`) || DIAGNOSES.test(`${summary} ${detail}`),
    );
    expect(sounding.map(({ name }) => name)).toEqual([]);
  });

  it.each([
    '**Why**',
    '**ECG** 2026-03-',
    '**How sure**',
    '**Instead** ',
    '**Not excluded** ',
    'not confirmed by a clinician',
  ])('says %s', (part) => {
    expect(namesWhere(({ card }) => !card.detail?.includes(part))).toEqual([]);
  });

  it('says where nobody has re-read its evidence', () => {
    expect(namesWhere(({ rule, card }) => !isVerified(rule) && !card.detail?.includes('Not verified: '))).toEqual([]);
  });

  it('of a stand-in never alarms, unless it rests on a value or a record', () => {
    const alarming = namesWhere(({ card }) => /^Simulation-trained/.test(card.summary) && card.indicator !== 'info');
    expect(alarming).toEqual([]);
    expect(namesWhere(({ card }) => /^Simulation-trained/.test(card.summary)).length).toBeGreaterThan(100);
  });

  it('on choosing an order is never critical', () => {
    expect(
      namesWhere(({ name, card }) => name.startsWith('ecg-order-select') && card.indicator === 'critical'),
    ).toEqual([]);
  });

  it('can be overridden with a reason, and offers actions that are FHIR of this patient', () => {
    loadDefinitions();
    expect(namesWhere(({ card }) => !card.overrideReasons?.length)).toEqual([]);
    const actions = everyCard.flatMap(({ card }) =>
      (card.suggestions ?? []).flatMap((suggestion) => suggestion.actions),
    );
    const created = new Map(
      actions.flatMap((action) =>
        action.type === 'create' ? [[JSON.stringify(action.resource), action.resource]] : [],
      ),
    );
    expect([...created.values()].flatMap(faultsOf)).toEqual([]);
    expect([...created.values()].map((resource) => ('subject' in resource ? resource.subject : undefined))).toEqual(
      Array.from(created, () => ({ reference: 'Patient/p1' })),
    );
    expect(new Set([...created.values()].map(({ resourceType }) => resourceType))).toEqual(new Set(['ServiceRequest']));
    const removed = actions.flatMap((action) => (action.type === 'delete' ? action.resourceId : []));
    expect(new Set(removed)).toEqual(new Set(['MedicationRequest/o0']));
  });
});

describe('a graver finding to which a measured value yields', () => {
  const shown = ecgOrderSign.cards(
    readingOf([SINUS, 121], { measurements: [heartRate(38)], lowTierOutputs: [121] }),
    momentOf([draft('6918', 'metoprolol')]),
  );

  it('has the value in its summary and its detail, in the one card of the drug', () => {
    expect(shown).toHaveLength(1);
    expect(shown[0]?.summary).toMatch(/^Metoprolol with possible high-grade AV block, heart rate 38\/min on ECG/);
    expect(shown[0]?.detail).toContain(
      '- heart rate 38/min, as the recording states it, not confirmed; limit below 50/min',
    );
  });
});

describe('a value that recording and tracing disagree on', () => {
  const qtcLine = (stated: number, qtcFridericia: number) => {
    const read = readingOf([80], { measurements: [qtc(stated, '_FREDERICA')] });
    const [card] = ecgOrderSign.cards(measuring(read, { qtcFridericia }), momentOf([draft('9947', 'sotalol')]));
    return card?.detail?.split('\n').find((line) => line.includes('disagrees'));
  };

  it('is told with both, whichever is beyond the limit', () => {
    expect(qtcLine(420, 520)).toBe(
      '- QTc 520 ms (Fridericia), as measured automatically in the tracing, not confirmed; limit 460 ms or more; disagrees with QTc 420 ms (Fridericia), as the recording states it: check the tracing',
    );
    expect(qtcLine(520, 420)).toBe(
      '- QTc 520 ms (Fridericia), as the recording states it, not confirmed; limit 460 ms or more; disagrees with QTc 420 ms (Fridericia), as measured automatically in the tracing: check the tracing',
    );
  });

  it('is told with both where neither fits the finding', () => {
    expect(qtcLine(380, 430)).toBe(
      '- does not fit: QTc 380 ms (Fridericia), as the recording states it; disagrees with QTc 430 ms (Fridericia), as measured automatically in the tracing: check the tracing',
    );
  });
});

describe('text of a record', () => {
  it('stays text on a card, wherever it comes from', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        '[',
        ']',
        '(',
        ')',
        '`',
        '|',
        '#',
        '*',
        '\n',
        '!',
        '&',
        'a',
        ' ',
        '://',
        '@',
        '-',
        '1.',
      ),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const reading = readingOf([80]);
        const order = draft('9947', 'sotalol', { id: text, medicationCodeableConcept: { text: `sotalol ${text}` } });
        const source = `Observation/${text}`;
        const read = { ...reading, source, notes: [text], reading: { ...reading.reading, notes: [text] } };
        const shown = ecgOrderSign.cards(read, momentOf([order, draft('9947', 'sotalol')]));
        for (const { summary, detail = '', suggestions = [] } of shown) {
          expect(summary).not.toMatch(/[<>\n]/);
          expect(detail).not.toMatch(/<(?!br)|(^|[^\\])[`[]|^#|:\/\//m);
          expect(JSON.stringify(suggestions)).not.toContain('<');
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});
