import { agreementMarkdown } from '../../src/cli/shadow.ts';
import { cohensKappa } from '../../src/shadow/agreement.ts';
import { compareReadings } from '../../src/shadow/compare-readings.ts';
import { finding, manifest } from '../fhir/report-inputs.ts';

describe('agreement of two models', () => {
  it.each([
    // Intervals by the delta method with numerical derivatives (NumPy).
    [{ both: 20, shownOnly: 5, shadowOnly: 10, neither: 15 }, 0.4, 0.151092, 0.648908],
    [{ both: 40, shownOnly: 10, shadowOnly: 5, neither: 945 }, 0.834254, 0.751986, 0.916522],
  ])('is told by kappa with its interval: %j', (counts, value, low, high) => {
    const kappa = cohensKappa(counts);
    expect(kappa?.value).toBeCloseTo(value, 5);
    expect(kappa?.interval.low).toBeCloseTo(low, 5);
    expect(kappa?.interval.high).toBeCloseTo(high, 5);
  });

  it('is whole where they always agree, and untold where one of them says the same of every ECG', () => {
    expect(cohensKappa({ both: 5, shownOnly: 0, shadowOnly: 0, neither: 5 })?.value).toBe(1);
    expect(cohensKappa({ both: 0, shownOnly: 0, shadowOnly: 3, neither: 7 })).toBeUndefined();
    expect(cohensKappa({ both: 0, shownOnly: 0, shadowOnly: 0, neither: 0 })).toBeUndefined();
  });

  const read = (indices: readonly number[], disabledOutputs: number[] = []) => ({
    manifest: manifest({ disabledOutputs }),
    interpretation: {
      findings: indices.map((index) => finding({ index })),
      suppressed: [],
      sentence: 'x',
      overReadReasons: [],
    },
  });

  it('is counted for every label that both report', () => {
    const agreement = compareReadings(read([5, 20], [3]), read([5, 11], [4]));
    expect([5, 20, 11, 1].map((output) => agreement?.get(output))).toEqual([
      'both',
      'shownOnly',
      'shadowOnly',
      'neither',
    ]);
    expect([3, 4].map((output) => agreement?.has(output))).toEqual([false, false]);
    expect(agreement?.size).toBe(148);
  });

  it('is shown label by label, without labels that nobody stated', () => {
    const key = { tenant: 'main', shown: 'a@1', shadow: 'b@1' };
    const lines = agreementMarkdown([
      { ...key, output: 5, both: 20, shownOnly: 5, shadowOnly: 10, neither: 15 },
      { ...key, output: 6, both: 0, shownOnly: 0, shadowOnly: 0, neither: 50 },
    ]);
    expect(lines).toContain('| ATRIAL FIBRILLATION | 50 | 20 | 5 | 10 | 15 | 0.40 (0.15 to 0.65) |');
    expect(lines.join()).not.toContain('SINUS TACHYCARDIA');
  });
});
