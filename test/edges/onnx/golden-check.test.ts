import { disagreement, goldenInputs } from '../../../src/edges/onnx/golden-check.ts';

const output = (...logits: number[]) => ({ logits: Float32Array.from(logits), featureMap: Float32Array.of(1) });

describe('golden check', () => {
  it('always asks with the same two windows', () => {
    const [ramp, noise] = goldenInputs(60_000);
    expect([ramp[0], ramp.at(-1)]).toEqual([-1, 1]);
    expect(Math.max(...noise.map(Math.abs))).toBeCloseTo(2, 2);
    expect(goldenInputs(60_000)).toEqual([ramp, noise]);
  });

  it('accepts what differs by rounding', () => {
    expect(disagreement(output(3.0005, -1), output(3, -1))).toBeUndefined();
  });

  it('refuses a logit that is off by a thousandth, and says by how much', () => {
    expect(disagreement(output(3, -1.002), output(3, -1))).toMatch(/differ from the CPU by 2.0e-3, more than 1.0e-3/);
  });

  it('is as strict in proportion where all logits are small', () => {
    expect(disagreement(output(0.01005, 0), output(0.01, 0))).toMatch(/differ/);
    expect(disagreement(output(0.010001, 0), output(0.01, 0))).toBeUndefined();
  });

  it.each([
    ['NaN', output(Number.NaN, 1)],
    ['infinity', output(Number.POSITIVE_INFINITY, 1)],
    ['NaN in the feature map', { ...output(3, 1), featureMap: Float32Array.of(Number.NaN) }],
  ])('refuses %s', (_, actual) => {
    expect(disagreement(actual, output(3, 1))).toMatch(/not finite/);
  });

  it('refuses another number of logits, and an answer without a reference', () => {
    expect(disagreement(output(3), output(3, 1))).toMatch(/number of logits/);
    expect(disagreement(output(3), undefined)).toMatch(/number of logits/);
  });
});
