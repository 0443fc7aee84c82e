import { ECGFOUNDER_CONFIG } from '../../src/model/net1d.ts';
import { randomNet1d } from '../../src/model/random-net1d.ts';
import { seededRandom } from '../../src/random.ts';
import { net1dReference } from './net1d-reference.ts';

const CONFIG = {
  ...ECGFOUNDER_CONFIG,
  in_channels: 2,
  base_filters: 8,
  filter_list: [8, 8, 16, 16, 16, 24, 24],
  groups_width: 4,
  n_classes: 20,
};

describe('randomNet1d', () => {
  it('gives the same weights for the same seed, others for another', () => {
    const weights = (seed: number) => randomNet1d(CONFIG, seed).weights.get('dense.weight')?.values;
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
  });

  it('keeps the scale of its input through twenty blocks, and tells inputs apart', () => {
    const random = seededRandom(5);
    const net = randomNet1d(CONFIG, 1);
    const [first, second] = [1, 2].map((scale) =>
      net1dReference(
        net,
        Float32Array.from({ length: 2 * 640 }, () => scale * (4 * random() - 2)),
      ),
    );
    const deviation = rootMeanSquare(first?.logits ?? []);
    expect(deviation).toBeGreaterThan(0.1);
    expect(deviation).toBeLessThan(10);
    expect(rootMeanSquare((first?.logits ?? []).map((logit, i) => logit - (second?.logits[i] ?? 0)))).toBeGreaterThan(
      0.1,
    );
  });
});

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}
