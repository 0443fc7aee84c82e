import type { EvaluatedCase } from '../../src/evaluation/evaluate-cases.ts';
import { ECGFOUNDER_REFERENCE } from '../../src/evaluation/reference-table.ts';
import { seededRandom } from '../../src/random.ts';

const { targets } = ECGFOUNDER_REFERENCE;

export interface SimulatedLabel {
  readonly output: number;
  /** The curve from the score's log odds to the probability of the finding. */
  readonly slope: number;
  readonly intercept: number;
}

/** Cases whose labels follow from their scores with known probabilities; all other labels are left open. */
export function simulatedCases(count: number, labels: readonly SimulatedLabel[], seed = 11): readonly EvaluatedCase[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, place) => {
    const scores = new Float64Array(150).fill(0.01);
    const states = targets.map((): EvaluatedCase['states'][number] => 'unknown');
    for (const { output, slope, intercept } of labels) {
      const logit = 10 * random() - 7;
      scores[output] = 1 / (1 + Math.exp(-logit));
      const isPositive = random() < 1 / (1 + Math.exp(-(slope * logit + intercept)));
      states[targets.findIndex(({ outputs, isUnion }) => !isUnion && outputs[0] === output)] = isPositive
        ? 'positive'
        : 'negative';
    }
    return { source: 'simulated', unit: `patient ${place}`, scores, states };
  });
}
