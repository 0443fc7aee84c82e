import { orderAdvice } from '../../src/cds/order-advice.ts';
import type { PatientEcgReading } from '../../src/cds/patient-ecg-reading.ts';
import { condition, draft, draftBundle, NOW, type ReadingSettings, readingOf } from './ordered.ts';

const SOTALOL = draft('9947', 'sotalol');
const CITALOPRAM = draft('2556', 'citalopram');
const METOPROLOL = draft('6918', 'metoprolol');
const VERAPAMIL = draft('11170', 'verapamil');
const FLECAINIDE = draft('4441', 'flecainide');
const SUMATRIPTAN = draft('37418', 'sumatriptan');
const APIXABAN = draft('1364430', 'apixaban');
const INTRAVENOUS = {
  dosageInstruction: [{ route: { coding: [{ system: 'http://snomed.info/sct', code: '47625008' }] } }],
};
const PHENYTOIN_IV = draft('8183', 'phenytoin', INTRAVENOUS);
const PHENYTOIN_ORAL = draft('8183', 'phenytoin', { dosageInstruction: [{ route: { text: 'Oral' } }] });

const LONG_QT = 80;
const COMPLETE_BLOCK = 121;
const TWO_TO_ONE = 147;
const MARKED_BRADYCARDIA = 33;
const BRADYCARDIA = 4;
const SINUS = 3;
const FIBRILLATION = 5;
const FLUTTER = 32;
const WPW = 107;
const INFARCT = 12;
const PACED = 52;

const INFARCTION = condition('22298006');
const SUSPECTED = condition('22298006', { verificationStatus: { coding: [{ code: 'provisional' }] } });
const OLD = { recordedAt: '2025-02-20T10:00:00Z' };
const UNDATED = { recordedAt: undefined };
const UNCALIBRATED = { basis: 'uncalibrated' } as const;

interface Case {
  readonly drafts: readonly unknown[];
  readonly conditions?: readonly unknown[];
}

function advise(reading: PatientEcgReading, { drafts, conditions = [] }: Case) {
  return orderAdvice(reading, {
    draftOrders: draftBundle(...drafts),
    owner: { patientId: 'p1', baseUrl: undefined },
    conditions,
    now: NOW,
  });
}

type Row = readonly [
  order: string,
  drafts: readonly unknown[],
  ecg: string,
  labels: readonly number[],
  history: readonly unknown[],
  rules: readonly string[],
  settings?: ReadingSettings,
];

describe('advice on signing an order', () => {
  const TABLE: readonly Row[] = [
    // drug present, finding present or absent
    ['sotalol', [SOTALOL], 'long QT', [SINUS, LONG_QT], [], ['sotalol.qtc_prolonged']],
    ['citalopram', [CITALOPRAM], 'long QT', [SINUS, LONG_QT], [], ['citalopram.qtc_prolonged']],
    ['sotalol', [SOTALOL], 'sinus rhythm', [SINUS], [], []],
    ['apixaban', [APIXABAN], 'long QT', [SINUS, LONG_QT], [], []],
    ['nothing', [], 'long QT', [SINUS, LONG_QT], [], []],
    ['metoprolol', [METOPROLOL], 'complete block', [COMPLETE_BLOCK], [], ['metoprolol.high_grade_av_block']],
    ['metoprolol', [METOPROLOL], 'complete block, paced', [COMPLETE_BLOCK, PACED], [], []],
    [
      'metoprolol',
      [METOPROLOL],
      'sinus with 2:1 conduction',
      [SINUS, TWO_TO_ONE],
      [],
      ['metoprolol.high_grade_av_block'],
    ],
    ['metoprolol', [METOPROLOL], 'flutter with 2:1 conduction', [FLUTTER, TWO_TO_ONE], [], []],
    ['metoprolol', [METOPROLOL], 'marked bradycardia', [MARKED_BRADYCARDIA], [], ['metoprolol.bradycardia']],
    ['metoprolol', [METOPROLOL], 'bradycardia of unknown rate', [BRADYCARDIA], [], []],
    ['verapamil', [VERAPAMIL], 'WPW with fibrillation', [FIBRILLATION, WPW], [], ['verapamil.preexcited_af']],
    ['verapamil', [VERAPAMIL], 'WPW in sinus rhythm', [SINUS, WPW], [], []],
    ['verapamil', [VERAPAMIL], 'fibrillation', [FIBRILLATION], [], []],
    ['sumatriptan', [SUMATRIPTAN], 'WPW in sinus rhythm', [SINUS, WPW], [], ['sumatriptan.preexcitation']],
    // history
    ['flecainide', [FLECAINIDE], 'infarct', [SINUS, INFARCT], [INFARCTION], ['flecainide.infarct_or_structural']],
    ['flecainide', [FLECAINIDE], 'infarct', [SINUS, INFARCT], [], []],
    ['flecainide', [FLECAINIDE], 'infarct, diagnosis only suspected', [SINUS, INFARCT], [SUSPECTED], []],
    ['flecainide', [FLECAINIDE], 'sinus rhythm', [SINUS], [INFARCTION], []],
    ['flecainide', [FLECAINIDE], 'complete block', [COMPLETE_BLOCK], [], ['flecainide.high_grade_av_block']],
    // route
    [
      'phenytoin into a vein',
      [PHENYTOIN_IV],
      'complete block',
      [COMPLETE_BLOCK],
      [],
      ['phenytoin.high_grade_av_block'],
    ],
    ['phenytoin by mouth', [PHENYTOIN_ORAL], 'complete block', [COMPLETE_BLOCK], [], []],
    // age of the ECG
    ['sotalol', [SOTALOL], 'long QT a year ago', [SINUS, LONG_QT], [], [], OLD],
    ['sotalol', [SOTALOL], 'long QT at an unknown time', [SINUS, LONG_QT], [], [], UNDATED],
    ['metoprolol', [METOPROLOL], 'complete block a year ago', [COMPLETE_BLOCK], [], [], OLD],
    ['sumatriptan', [SUMATRIPTAN], 'WPW a year ago', [SINUS, WPW], [], ['sumatriptan.preexcitation'], OLD],
    // confidence
    ['sotalol', [SOTALOL], 'long QT, uncalibrated', [SINUS, LONG_QT], [], ['sotalol.qtc_prolonged'], UNCALIBRATED],
    [
      'metoprolol',
      [METOPROLOL],
      'complete block, uncalibrated',
      [COMPLETE_BLOCK],
      [],
      ['metoprolol.high_grade_av_block'],
      UNCALIBRATED,
    ],
    [
      'metoprolol',
      [METOPROLOL],
      'marked bradycardia, uncalibrated',
      [MARKED_BRADYCARDIA],
      [],
      ['metoprolol.bradycardia'],
      UNCALIBRATED,
    ],
    ['verapamil', [VERAPAMIL], 'WPW with fibrillation, uncalibrated', [FIBRILLATION, WPW], [], [], UNCALIBRATED],
    // a child
    ['sotalol', [SOTALOL], 'long QT of a child', [SINUS, LONG_QT], [], [], { ageYears: 9 }],
  ];

  const cases = TABLE.map(([order, drafts, ecg, labels, conditions, rules, settings]) => {
    return { order, drafts, ecg, labels, conditions, rules, settings };
  });
  it.each(cases)('$order, ECG with $ecg: $rules', ({ drafts, labels, conditions, rules, settings }) => {
    const advice = advise(readingOf(labels, settings), { drafts, conditions });
    expect(advice.map(({ rule }) => rule.id)).toEqual(rules);
  });

  it.each([
    [{ outcome: 'none', notes: [] }],
    [{ outcome: 'pending', notes: [] }],
    [{ outcome: 'unreadable', code: 'NO_WAVEFORM', reason: 'r', source: 's', notes: [] }],
  ] as const)('is none where %j', (reading) => {
    expect(advise(reading, { drafts: [SOTALOL] })).toEqual([]);
  });

  it('is about at most three problems, most serious first', () => {
    const drafts = [CITALOPRAM, METOPROLOL, SOTALOL, VERAPAMIL];
    const advice = advise(readingOf([LONG_QT, COMPLETE_BLOCK]), { drafts });
    expect(advice).toHaveLength(3);
    expect(advice.map(({ rule }) => rule.severity)).toEqual(['critical', 'critical', 'critical']);
  });

  it('puts a dependable finding before one of low confidence', () => {
    const advice = advise(readingOf([MARKED_BRADYCARDIA, COMPLETE_BLOCK], UNCALIBRATED), { drafts: [SOTALOL] });
    expect(advice.map(({ rule, tier }) => [rule.findingGroup, tier])).toEqual([
      ['bradycardia', 'standard'],
      ['high_grade_av_block', 'low'],
    ]);
  });

  it('is one for two orders of one drug', () => {
    const advice = advise(readingOf([LONG_QT]), { drafts: [SOTALOL, { ...SOTALOL, id: 'second' }] });
    expect(advice.map(({ drafts }) => drafts.map(({ reference }) => reference))).toEqual([
      ['MedicationRequest/draft-sotalol', 'MedicationRequest/second'],
    ]);
  });

  it.each([
    ['the name of the ingredient', { text: ' Sotalol ' }, ['name']],
    ['a product of another code with that name', { coding: [{ code: '1', display: 'sotalol' }] }, ['name']],
    ['a name that only contains it', { text: 'Sotalol 80 mg tablets' }, []],
    ['a code of another system', { coding: [{ system: 'http://snomed.info/sct', code: '9947' }] }, []],
  ])('knows a drug by %s: %j → %j', (_case, concept, recognised) => {
    const order = { ...SOTALOL, medicationCodeableConcept: concept };
    const advice = advise(readingOf([LONG_QT]), { drafts: [order] });
    expect(advice.map(({ recognisedBy }) => recognisedBy)).toEqual(recognised);
  });

  it('says nothing of eye drops', () => {
    const drops = draft('82122', 'levofloxacin', { dosageInstruction: [{ route: { text: 'Ophthalmic' } }] });
    expect(advise(readingOf([LONG_QT]), { drafts: [drops] })).toEqual([]);
    expect(advise(readingOf([LONG_QT]), { drafts: [draft('82122', 'levofloxacin')] })).toHaveLength(1);
  });
});
