import fc from 'fast-check';
import { interpret } from '../../src/findings/interpret.ts';
import { ECGFOUNDER_LOGIC } from '../../src/findings/label-logic.ts';
import { ECGFOUNDER } from '../../src/terminology/label-set.ts';
import { isSctConceptId } from '../../src/terminology/sct-id.ts';
import { ecgFounderManifest, scoresOf } from './scored-labels.ts';

const URGENCIES = ['critical', 'urgent', 'routine', 'normal'];
const MODEL_THRESHOLD = 0.5;
const { groups, rules } = ECGFOUNDER_LOGIC;
const paediatric = rules.flatMap((rule) => (rule.kind === 'abstain' ? rule.labels : []));

const score = fc.double({ min: 0, max: 1, noNaN: true });
/** From a handful of labels above threshold, as trained networks have, to all of them. */
const scores = fc
  .uniqueArray(fc.tuple(fc.nat(149), score), { maxLength: 150, selector: ([index]) => index, size: 'max' })
  .map((pairs) => scoresOf(Object.fromEntries(pairs)));
const context = fc.record({
  serialLabels: fc.subarray([...(groups['serial'] ?? [])]),
  snomedEdition: fc.constantFrom('all' as const, 'gps' as const),
});
const manifest = fc
  .record({
    basis: fc.constantFrom('uncalibrated' as const, 'simulated' as const, 'site' as const),
    disabled: fc.uniqueArray(fc.nat(149), { maxLength: 40 }),
  })
  .map(({ basis, disabled }) => ecgFounderManifest({ basis, default: MODEL_THRESHOLD }, disabled));

/** For any scores, checks what `expectation` says of the interpretation. */
function always(expectation: (reading: ReturnType<typeof read>) => void) {
  fc.assert(
    fc.property(scores, manifest, context, (...input) => expectation(read(...input))),
    { seed: 20250806, numRuns: 400 },
  );
}

function read(...input: Parameters<typeof interpret>) {
  const [values, { disabledOutputs }] = input;
  const above = [...ECGFOUNDER.labels.keys()].filter(
    (index) => (values[index] ?? 0) >= MODEL_THRESHOLD && !disabledOutputs.includes(index),
  );
  const interpretation = interpret(...input);
  return {
    ...interpretation,
    above,
    context: input[2],
    reported: new Set(interpretation.findings.map(({ index }) => index)),
  };
}

describe('whatever the scores', () => {
  it('there is one base rhythm at most', () => {
    always(({ reported }) => {
      expect((groups['base-rhythm'] ?? []).filter((index) => reported.has(index)).length).toBeLessThanOrEqual(1);
    });
  });

  it('no comparison is told that a prior ECG does not bear out', () => {
    always(({ reported, context: { serialLabels = [] } }) => {
      const told = (groups['serial'] ?? []).filter((index) => reported.has(index));
      expect(told.filter((index) => !serialLabels.includes(index))).toEqual([]);
    });
  });

  it('an ECG is not called normal beside a coded abnormal finding', () => {
    always(({ findings, reported }) => {
      if (!reported.has(2) && !reported.has(7)) return;
      const abnormal = findings.filter(({ urgency, coding, index }) => urgency !== 'normal' && coding && index !== 56);
      expect(abnormal).toEqual([]);
    });
  });

  it('no modifier is without its host', () => {
    always(({ reported }) => {
      const orphans = rules.filter(
        (rule) =>
          rule.kind === 'attach' &&
          rule.required &&
          rule.labels.some((index) => reported.has(index)) &&
          !rule.hosts.some((index) => reported.has(index)),
      );
      expect(orphans).toEqual([]);
    });
  });

  it('every code is well formed, and only standalone, approved and trusted labels may be recorded', () => {
    always(({ findings }) => {
      for (const { coding, additionalCodings = [], codable, index, tier } of findings) {
        for (const { code } of coding ? [coding, ...additionalCodings] : []) expect(isSctConceptId(code)).toBe(true);
        if (!codable) continue;
        expect(coding).toBeDefined();
        expect(tier).toBe('standard');
        expect(ECGFOUNDER.labels[index]).toMatchObject({ autoCode: 'yes', standalone: true });
      }
    });
  });

  it('every label above threshold is either reported or suppressed with a rule', () => {
    always(({ findings, suppressed, above }) => {
      const own = findings.filter(({ addedBy }) => addedBy === undefined).map(({ index }) => index);
      const accounted = [...own, ...suppressed.map(({ index }) => index)];
      expect(accounted.sort((a, b) => a - b)).toEqual(above);
      expect(suppressed.every(({ rule }) => rules.some(({ id }) => id === rule))).toBe(true);
    });
  });

  it('ventricular tachycardia and wide QRS tachycardia come through', () => {
    always(({ reported, above }) => {
      if (above.some((index) => paediatric.includes(index))) return;
      if (above.includes(98)) expect(reported.has(98)).toBe(true);
      else if (above.includes(95)) expect(reported.has(95)).toBe(true);
    });
  });

  it('findings are in the order of their urgency', () => {
    always(({ findings }) => {
      const ranks = findings.map(({ urgency }) => URGENCIES.indexOf(urgency));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    });
  });

  it('what is critical is worded as a possibility', () => {
    always(({ findings }) => {
      for (const { text, urgency } of findings) {
        if (urgency === 'critical') expect(text).toMatch(/^Possible .*, confirm on tracing$/);
      }
    });
  });

  it('there is a sentence, complete and without loose ends', () => {
    always(({ sentence }) => expect(sentence).toMatch(/^[A-Z0-9](?!.*(?:[{}]|undefined| {2}|; ;)).*\S$/));
  });
});
