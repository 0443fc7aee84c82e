import fc from 'fast-check';
import { draftMedications } from '../../src/cds/draft-medications.ts';
import { ORDER_RULES } from '../../src/cds/order-rules.ts';
import { recogniseDrug, toOrderedDrug } from '../../src/cds/recognise-drug.ts';
import { draft, draftBundle } from './ordered.ts';

const OWNER = { patientId: 'p1', baseUrl: undefined };
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

/** The ingredients of all rules that speak of an order, with how each is known. */
function knownIn(concept: unknown, route?: string): readonly string[] {
  const order = draft('0', 'x', {
    medicationCodeableConcept: concept,
    ...(route && { dosageInstruction: [{ route: { text: route } }] }),
  });
  const [drug] = draftMedications(draftBundle(order), OWNER).map(toOrderedDrug);
  if (drug === undefined) return [];
  const known = ORDER_RULES.rules.flatMap((rule) => {
    const recognisedBy = recogniseDrug(rule, drug);
    return recognisedBy === undefined ? [] : [`${rule.ingredient} by ${recognisedBy}`];
  });
  return [...new Set(known)];
}

describe('a drug is known', () => {
  it.each([
    ['6918', ['metoprolol by code']],
    ['1649480', ['ivabradine by code']],
    ['77417', ['ivabradine by code']],
    ['866924', []],
  ])('by the RxNorm code %s: %j', (code, expected) => {
    expect(knownIn({ coding: [{ system: RXNORM, code }] })).toEqual(expected);
  });

  it.each([
    ['metoprolol', 'metoprolol'],
    ['Metoprolol Tartrate 25 MG Oral Tablet', 'metoprolol'],
    ['24 HR metoprolol succinate 50 MG Extended Release Oral Tablet [Toprol]', 'metoprolol'],
    ['metoprolol succinate ER 50 mg tablet', 'metoprolol'],
    ['sotalol tablets 80 mg', 'sotalol'],
    ['1 ML haloperidol 5 MG/ML Injection', 'haloperidol'],
    ['arsenic trioxide 1 MG/ML Injectable Solution', 'arsenic trioxide'],
    ['atenolol 50 MG / chlorthalidone 25 MG Oral Tablet', 'atenolol'],
    ['chlordiazepoxide 10 MG / amitriptyline hydrochloride 25 MG Oral Tablet', 'amitriptyline'],
  ])('by the name "%s"', (text, ingredient) => {
    expect(knownIn({ text })).toEqual([`${ingredient} by name`]);
    expect(knownIn({ coding: [{ system: RXNORM, code: '866924', display: text }] })).toEqual([`${ingredient} by name`]);
  });

  it.each([
    'no metoprolol',
    'metoprolol allergy',
    'metoprolol-like substance 5 mg',
    'stop sotalol 80 mg tablets',
    'sotalol or metoprolol 50 mg tablet',
    'levofloxacin 5 MG/ML Ophthalmic Solution',
    'ketoconazole 20 MG/ML topical cream',
    '',
  ])('not by the text "%s"', (text) => {
    expect(knownIn({ text })).toEqual([]);
  });

  it('by a route that the rule is about, and never where it is given to the eye', () => {
    expect(knownIn({ text: 'lidocaine' })).toEqual([]);
    expect(knownIn({ text: 'lidocaine' }, 'Intravenous')).toEqual(['lidocaine by name']);
    expect(knownIn({ coding: [{ system: RXNORM, code: '10600' }] }, 'ophthalmic')).toEqual([]);
  });

  it('in bounded time whatever the name holds', () => {
    const words = fc.constantFrom('5', ' ', 'mg', '/', ' / ', 'oral tablet', '[', ']', 'hr', 'sotalol', '\u0000');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 400 }), (parts) => {
        expect(knownIn({ text: parts.join(' ') }).length).toBeLessThan(20);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
