import { type EvaluatedCase, evaluateCases } from '../../src/evaluation/evaluate-cases.ts';
import { markdownReport } from '../../src/evaluation/evaluation-report.ts';
import type { ReferenceState } from '../../src/evaluation/reference-states.ts';
import type { Target } from '../../src/evaluation/reference-table.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { untrainedModels } from '../../src/model/untrained-models.ts';
import { seededRandom } from '../../src/random.ts';

const manifest: Manifest = {
  ...untrainedModels()[0]!.manifest,
  thresholds: { basis: 'uncalibrated', default: 0.5, byOutput: { '1': 0.95 } },
};
const BOOTSTRAP = { replicates: 200, seed: 1 };
const TARGETS: readonly Target[] = [
  { name: 'A', outputs: [0], isUnion: false },
  { name: 'B', outputs: [1], isUnion: false },
  { name: 'A or B', outputs: [0, 1], isUnion: true },
];

/** Cases of one source each from rows of score, score, state of A, state of B; the union follows. */
function casesOf(rows: readonly (readonly [number, number, ReferenceState, ReferenceState])[]): EvaluatedCase[] {
  return rows.map(([a, b, stateA, stateB], index) => {
    const states = [stateA, stateB];
    const union = states.includes('positive') ? 'positive' : states.includes('unknown') ? 'unknown' : 'negative';
    return {
      source: index % 2 === 0 ? 'even' : 'odd',
      unit: `u${index}`,
      scores: [a, b],
      states: [stateA, stateB, union],
    };
  });
}

const fiveAndFive = casesOf([
  [0.9, 0.1, 'positive', 'negative'],
  [0.8, 0.1, 'positive', 'negative'],
  [0.7, 0.1, 'positive', 'negative'],
  [0.6, 0.6, 'positive', 'positive'],
  [0.2, 0.1, 'positive', 'negative'],
  [0.5, 0.1, 'negative', 'negative'],
  [0.1, 0.9, 'negative', 'negative'],
  [0.1, 0.1, 'negative', 'negative'],
  [0.1, 0.1, 'negative', 'negative'],
  [0.1, 0.1, 'negative', 'negative'],
  [0.9, 0.1, 'unknown', 'negative'],
]);

describe('evaluateCases', () => {
  it('measures a label with at least five positive and five negative cases', () => {
    const { tested, macro } = evaluateCases(fiveAndFive, TARGETS, { manifest, bootstrap: BOOTSTRAP });
    const [a] = tested;
    expect(a).toMatchObject({ name: 'A', positives: 5, negatives: 5, leftOut: 1, auroc: 24 / 25 });
    expect(a).toMatchObject({ truePositives: 4, falsePositives: 1, positivesBySource: { even: 3, odd: 2 } });
    expect(a?.interval?.low).toBeLessThan(24 / 25);
    expect(macro).toMatchObject({ auroc: 24 / 25, labelCount: 1, interval: a?.interval });
  });

  it('scores a union by the greatest of its outputs, and flags it by any', () => {
    const { tested } = evaluateCases(fiveAndFive, TARGETS, { manifest, bootstrap: BOOTSTRAP });
    expect(tested.map(({ name }) => name)).toEqual(['A', 'A or B']);
    expect(tested[1]).toMatchObject({ auroc: (4.5 + 4 + 4 + 4 + 3) / 25, falsePositives: 1 });
  });

  it('claims nothing of a label with fewer cases', () => {
    const { tested, notTestable, macro } = evaluateCases(fiveAndFive.slice(1), TARGETS, {
      manifest,
      bootstrap: BOOTSTRAP,
    });
    expect(tested).toEqual([]);
    expect(macro).toBeUndefined();
    expect(notTestable.map(({ name, positives }) => [name, positives])).toEqual([
      ['A', 4],
      ['B', 1],
      ['A or B', 4],
    ]);
  });

  it('keeps apart what the model does not report', () => {
    const part = { manifest: { ...manifest, disabledOutputs: [0] }, bootstrap: BOOTSTRAP };
    const { tested, notReported } = evaluateCases(fiveAndFive, TARGETS, part);
    expect(notReported.map(({ name }) => name)).toEqual(['A']);
    expect(tested.map(({ name, truePositives }) => [name, truePositives])).toEqual([['A or B', 0]]);
  });

  it('finds about one half for scores that know nothing', () => {
    const random = seededRandom(3);
    const state = () => (random() < 0.3 ? 'positive' : 'negative');
    const rows = Array.from({ length: 400 }, () => [random(), random(), state(), state()] as const);
    const { macro } = evaluateCases(casesOf(rows), TARGETS, { manifest, bootstrap: BOOTSTRAP });
    expect(Math.abs((macro?.auroc ?? 0) - 0.5)).toBeLessThan(0.05);
    expect(macro?.interval?.low).toBeLessThan(0.5);
    expect(macro?.interval?.high).toBeGreaterThan(0.5);
  });
});

describe('markdownReport', () => {
  const { name, version, title, trust, notice = '', thresholds } = manifest;
  const report = {
    model: { name, version, title, trust, notice, thresholdBasis: thresholds.basis },
    found: 14,
    evaluated: { even: 6, odd: 5 },
    excluded: [{ reason: 'without a reference', records: Array.from({ length: 12 }, (_, i) => `r${i}`) }],
    failed: [{ record: 'x|y\n', code: 'SOURCE_INVALID', message: 'damaged' }],
    bootstrap: { replicates: 0, seed: 1 },
    ...evaluateCases(fiveAndFive, TARGETS, { manifest, bootstrap: { replicates: 0, seed: 1 } }),
  };

  it('says what was measured on how many cases, and what was not', () => {
    const text = markdownReport(report).join('\n');
    expect(text).toContain('Macro AUROC **0.960** over 1 labels; 11 of 14 records evaluated.');
    expect(text).toContain('| A | 5 | 5 | 1 | 0.960 | 0.967 | 0.50 | 0.80 | 0.80 | 0.80 |');
    expect(text).toContain('(positive cases): B (1).');
    expect(text).toContain(notice);
  });

  it('names what was left out and what failed, in cells that stay whole', () => {
    const lines = markdownReport(report);
    expect(lines).toContain(
      '| left out: without a reference | 12 | r0, r1, r2, r3, r4, r5, r6, r7, r8, r9 and 2 more |',
    );
    expect(lines).toContain('| failed: damaged (SOURCE_INVALID) | 1 | x\\|y  |');
  });

  it('claims nothing where no label can be tested', () => {
    const nothing = { ...report, ...evaluateCases([], TARGETS, { manifest, bootstrap: BOOTSTRAP }), evaluated: {} };
    const text = markdownReport(nothing).join('\n');
    expect(text).toContain('No label has enough cases: nothing is claimed; 0 of 14 records evaluated.');
    expect(text).not.toContain('AUROC (95 %)');
  });
});
