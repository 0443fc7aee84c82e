import { orderAdvice } from '../../src/cds/order-advice.ts';
import type { DrugRuleSettings } from '../../src/cds/order-rules.ts';
import {
  condition,
  draft,
  draftBundle,
  heartRate,
  measuring,
  NOW,
  pr,
  qrs,
  qtc,
  type ReadingSettings,
  readingOf,
} from './ordered.ts';

const SOTALOL = draft('9947', 'sotalol');
const CITALOPRAM = draft('2556', 'citalopram');
const METOPROLOL = draft('6918', 'metoprolol');
const VERAPAMIL = draft('11170', 'verapamil');
const FLECAINIDE = draft('4441', 'flecainide');
const SUMATRIPTAN = draft('37418', 'sumatriptan');
const APIXABAN = draft('1364430', 'apixaban');
const DOFETILIDE = draft('49247', 'dofetilide');
const DRONEDARONE = draft('233698', 'dronedarone');
const FINGOLIMOD = draft('1012892', 'fingolimod');
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
const RESOLVED = condition('22298006', { clinicalStatus: { coding: [{ code: 'resolved' }] } });
const WPW_ON_RECORD = condition('74390002');
const measured = (...measurements: NonNullable<ReadingSettings['measurements']>) => ({ measurements });
const OLD = { recordedAt: '2025-02-20T10:00:00Z' };
const UNDATED = { recordedAt: undefined };
const UNCALIBRATED = { basis: 'uncalibrated' } as const;

interface Case {
  readonly drafts: readonly unknown[];
  readonly conditions?: readonly unknown[];
}

/** Every drug advised on, in the order of the cards. */
function advise(reading: ReturnType<typeof readingOf>, { drafts, conditions = [] }: Case) {
  return orderAdvice(reading, {
    draftOrders: draftBundle(...drafts),
    owner: { patientId: 'p1', baseUrl: undefined },
    records: conditions,
    now: NOW,
  }).flatMap(({ drugs }) => drugs);
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
    ['flecainide', [FLECAINIDE], 'sinus rhythm', [SINUS], [INFARCTION], ['flecainide.infarct_or_structural']],
    ['flecainide', [FLECAINIDE], 'sinus rhythm', [SINUS], [RESOLVED], ['flecainide.infarct_or_structural']],
    ['sumatriptan', [SUMATRIPTAN], 'sinus rhythm', [SINUS], [condition('84114007')], []],
    ['verapamil', [VERAPAMIL], 'fibrillation', [FIBRILLATION], [WPW_ON_RECORD], ['verapamil.preexcited_af']],
    ['verapamil', [VERAPAMIL], 'sinus rhythm', [SINUS], [WPW_ON_RECORD], []],
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
    // measured values
    ['sotalol', [SOTALOL], 'QTc 470', [SINUS], [], ['sotalol.qtc_prolonged'], measured(qtc(470))],
    ['sotalol', [SOTALOL], 'QTc 459', [SINUS], [], [], measured(qtc(459))],
    ['sotalol', [SOTALOL], 'QTc 450 of a woman', [SINUS], [], [], { ...measured(qtc(450)), sex: 'female' }],
    [
      'sotalol',
      [SOTALOL],
      'QTc 450 of a man',
      [SINUS],
      [],
      ['sotalol.qtc_prolonged'],
      { ...measured(qtc(450)), sex: 'male' },
    ],
    ['sotalol', [SOTALOL], 'QTc 490 with wide QRS', [SINUS], [], [], measured(qtc(490), qrs(140))],
    ['sotalol', [SOTALOL], 'QTc 490 with LBBB', [SINUS, 20], [], [], measured(qtc(490))],
    ['sotalol', [SOTALOL], 'QTc 510 with LBBB', [SINUS, 20], [], ['sotalol.qtc_prolonged'], measured(qtc(510))],
    ['sotalol', [SOTALOL], 'QTc of 4700', [SINUS], [], [], measured(qtc(4700))],
    ['dofetilide', [DOFETILIDE], 'QTc 445', [SINUS], [], ['dofetilide.qtc_prolonged'], measured(qtc(445))],
    ['fingolimod', [FINGOLIMOD], 'QTc 480', [SINUS], [], [], measured(qtc(480))],
    ['fingolimod', [FINGOLIMOD], 'long QT but QTc 480', [SINUS, LONG_QT], [], [], measured(qtc(480))],
    [
      'sotalol',
      [SOTALOL],
      'long QT of low confidence but QTc 430',
      [SINUS, LONG_QT],
      [],
      [],
      { ...measured(qtc(430)), ...UNCALIBRATED },
    ],
    ['sotalol', [SOTALOL], 'sound long QT but QTc 430', [LONG_QT], [], ['sotalol.qtc_prolonged'], measured(qtc(430))],
    [
      'metoprolol',
      [METOPROLOL],
      'rate 44',
      [SINUS, BRADYCARDIA],
      [],
      ['metoprolol.bradycardia'],
      measured(heartRate(44)),
    ],
    [
      'metoprolol',
      [METOPROLOL],
      'marked bradycardia of low confidence but rate 62',
      [49],
      [],
      [],
      { ...measured(heartRate(62)), ...UNCALIBRATED, lowTierOutputs: [49] },
    ],
    ['dronedarone', [DRONEDARONE], 'PR 290', [SINUS], [], ['dronedarone.high_grade_av_block'], measured(pr(290))],
    ['dronedarone', [DRONEDARONE], 'PR 290, paced', [PACED], [], [], measured(pr(290))],
    ['flecainide', [FLECAINIDE], 'QRS 140', [SINUS], [], [], measured(qrs(140))],
    ['flecainide', [FLECAINIDE], 'right bundle branch block', [11], [], []],
    ['flecainide', [FLECAINIDE], 'bifascicular block', [65], [], ['flecainide.intraventricular_conduction']],
    // one problem of a drug hides the lesser
    [
      'metoprolol',
      [METOPROLOL],
      'complete block at 38',
      [COMPLETE_BLOCK],
      [],
      ['metoprolol.high_grade_av_block'],
      measured(heartRate(38)),
    ],
    // a child
    ['sotalol', [SOTALOL], 'long QT of a child', [SINUS, LONG_QT], [], [], { ageYears: 9 }],
    ['sotalol', [SOTALOL], 'QTc 520 of a child', [SINUS], [], [], { ageYears: 9, ...measured(qtc(520)) }],
  ];

  const cases = TABLE.map(([order, drafts, ecg, labels, conditions, rules, settings]) => {
    return { order, drafts, ecg, labels, conditions, rules, settings };
  });
  it.each(cases)('$order, ECG with $ecg: $rules', ({ drafts, labels, conditions, rules, settings }) => {
    const advice = advise(readingOf(labels, settings), { drafts, conditions });
    expect(advice.map(({ rule }) => rule.id)).toEqual(rules);
  });

  it.each([
    ['long', 470, 'warning', 'warning'],
    ['severely long', 505, 'critical', 'critical'],
  ])('of a %s measured QTc of %d ms is %s for sotalol and %s for citalopram', (_case, value, ...expected) => {
    const advice = advise(readingOf([SINUS], measured(qtc(value))), { drafts: [SOTALOL, CITALOPRAM] });
    expect(advice.map(({ severity }) => severity)).toEqual(expected);
  });

  it('is critical by a QTc that Cardhook measured itself only beside a dependable finding', () => {
    const severityWith = (above: readonly number[], settings: ReadingSettings = {}) => {
      const read = measuring(readingOf(above, settings), { qtcFridericia: 520 });
      return advise(read, { drafts: [SOTALOL] })[0]?.severity;
    };
    expect(severityWith([SINUS])).toBe('warning');
    expect(severityWith([LONG_QT], UNCALIBRATED)).toBe('warning');
    expect(severityWith([LONG_QT])).toBe('critical');
  });

  describe('where the recording states another value than was measured in it', () => {
    const LACOSAMIDE = draft('623400', 'lacosamide');
    const AMITRIPTYLINE = draft('704', 'amitriptyline');
    const stated = (...measurements: NonNullable<ReadingSettings['measurements']>) => ({
      ...UNCALIBRATED,
      ...measured(...measurements),
    });
    const LONGER = { qtcBazett: 530, qtcFridericia: 520 };
    it.each([
      ['sotalol.qtc_prolonged', SOTALOL, measuring(readingOf([LONG_QT], stated(qtc(420))), LONGER), 'warning'],
      ['sotalol.qtc_prolonged', SOTALOL, measuring(readingOf([SINUS], stated(qtc(420))), LONGER), 'warning'],
      [
        'metoprolol.bradycardia',
        METOPROLOL,
        measuring(readingOf([SINUS], stated(heartRate(70))), { ventricularRate: 42 }),
        'warning',
      ],
      [
        'lacosamide.first_degree_av_block',
        LACOSAMIDE,
        measuring(readingOf([SINUS], stated(pr(180))), { pr: 260 }),
        'info',
      ],
      [
        'amitriptyline.intraventricular_conduction',
        AMITRIPTYLINE,
        measuring(readingOf([SINUS], stated(qrs(100))), { qrs: 140 }),
        'warning',
      ],
    ])('what was measured beyond the limit counts, but is never critical: %s', (rule, drug, read, severity) => {
      const advice = advise(read, { drafts: [drug] });
      expect(advice.map((each) => [each.rule.id, each.severity, each.evidence.tier])).toEqual([
        [rule, severity, 'low'],
      ]);
      expect(advice[0]?.evidence.measured?.value).toMatchObject({
        basis: 'measured',
        disagreesWith: { basis: 'stated' },
      });
    });

    it.each([
      ['beyond it by its source alone: as that says', 520, 420, 'critical', 'stated'],
      ['not far enough apart to disagree: as its source says', 440, 475, undefined, undefined],
      ['within it by both', 380, 430, undefined, undefined],
    ])('a QTc that is %s', (_case, value, qtcFridericia, severity, basis) => {
      const read = readingOf([LONG_QT], stated(qtc(value, '_FREDERICA')));
      const [drug] = advise(measuring(read, { qtcFridericia }), { drafts: [SOTALOL] });
      expect([drug?.severity, drug?.evidence.measured?.value.basis]).toEqual([severity, basis]);
    });

    it('the QRS is wide only by both, so that a QTc has the lower limit', () => {
      const rulesWith = (values: Parameters<typeof measuring>[1]) =>
        advise(measuring(readingOf([SINUS], stated(qtc(490), qrs(140))), values), { drafts: [SOTALOL] }).length;
      expect(rulesWith({ qrs: 100 })).toBe(1);
      expect(rulesWith({ qrs: 130 })).toBe(0);
    });
  });

  it('is less where the ECG is getting old', () => {
    const severityAt = (recordedAt: string) =>
      advise(readingOf([LONG_QT], { recordedAt }), { drafts: [SOTALOL] })[0]?.severity;
    expect(severityAt('2026-03-01T10:00:00Z')).toBe('critical');
    expect(severityAt('2025-10-01T10:00:00Z')).toBe('warning');
  });

  it('is one problem for several drugs of one finding, most serious first', () => {
    const draftOrders = draftBundle(CITALOPRAM, METOPROLOL, SOTALOL);
    const owner = { patientId: 'p1', baseUrl: undefined };
    const advice = orderAdvice(readingOf([LONG_QT, COMPLETE_BLOCK]), { draftOrders, owner, records: [], now: NOW });
    expect(advice.map(({ group, drugs }) => [group.id, ...drugs.map(({ rule }) => rule.ingredient)])).toEqual([
      ['qtc_prolonged', 'sotalol', 'citalopram'],
      ['high_grade_av_block', 'metoprolol', 'sotalol'],
    ]);
  });

  it('puts a dependable finding before one of low confidence', () => {
    const reading = readingOf([LONG_QT], { ...UNCALIBRATED, ...measured(heartRate(41)) });
    const advice = advise(reading, { drafts: [SOTALOL] });
    expect(advice.map(({ rule, evidence }) => [rule.findingGroup, evidence.tier])).toEqual([
      ['bradycardia', 'standard'],
      ['qtc_prolonged', 'low'],
    ]);
  });

  it('of rules of priority 2 and of unverified ones follows the settings of the site', () => {
    const names = (settings: DrugRuleSettings) =>
      orderAdvice(readingOf([LONG_QT]), {
        draftOrders: draftBundle(
          draft('51272', 'quetiapine'),
          draft('26225', 'ondansetron'),
          draft('49247', 'dofetilide'),
        ),
        owner: { patientId: 'p1', baseUrl: undefined },
        records: [],
        settings,
        now: NOW,
      }).flatMap(({ drugs }) => drugs.map(({ rule }) => rule.ingredient));
    expect(names({ priority: 1, unverified: true })).toEqual(['dofetilide', 'ondansetron']);
    expect(names({ priority: 2, unverified: true })).toEqual(['dofetilide', 'ondansetron', 'quetiapine']);
    expect(names({ priority: 2, unverified: false })).toEqual(['dofetilide']);
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
    ['that name with strength and form', { text: 'Sotalol 80 mg tablets' }, ['name']],
    ['a product of RxNorm', { coding: [{ display: 'sotalol hydrochloride 80 MG Oral Tablet [Betapace]' }] }, ['name']],
    ['a combination', { text: 'sotalol 80 MG / ginseng 10 MG Oral Tablet' }, ['name']],
    ['a name that only contains it', { text: 'Sotalol allergy card' }, []],
    ['a name that denies it', { text: 'no sotalol' }, []],
    ['a code of another system', { coding: [{ system: 'http://snomed.info/sct', code: '9947' }] }, []],
  ])('knows a drug by %s: %j → %j', (_case, concept, recognised) => {
    const order = { ...SOTALOL, medicationCodeableConcept: concept };
    const advice = advise(readingOf([LONG_QT]), { drafts: [order] });
    expect(advice.map(({ recognisedBy }) => recognisedBy)).toEqual(recognised);
  });

  it('says nothing of eye drops', () => {
    const drops = draft('82122', 'levofloxacin', { dosageInstruction: [{ route: { text: 'Ophthalmic' } }] });
    expect(advise(readingOf([LONG_QT]), { drafts: [drops] })).toEqual([]);
    const named = draft('82122', 'levofloxacin 5 MG/ML Ophthalmic Solution');
    expect(advise(readingOf([LONG_QT]), { drafts: [named] })).toEqual([]);
    expect(advise(readingOf([LONG_QT]), { drafts: [draft('82122', 'levofloxacin')] })).toHaveLength(1);
  });
});
