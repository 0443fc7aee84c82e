import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { naiveNet1dOnnx } from '../../../bench/naive-net1d-onnx.ts';
import { importModel } from '../../../src/model/import-model.ts';
import type { Net1dConfig } from '../../../src/model/manifest.ts';
import { net1dOnnx } from '../../../src/model/onnx/net1d-onnx.ts';
import { randomNet1d } from '../../../src/model/random-net1d.ts';
import { seededRandom } from '../../../src/random.ts';
import { bytesSource } from '../checkpoint/bytes-source.ts';
import { net1dReference } from '../net1d-reference.ts';
import { runOnnx } from '../run-onnx.ts';

const SHARED_GOLDEN = join(import.meta.dirname, '../../../../shared/golden');

/** Seven stages, so that lengths 625, 313, 157 and 79 occur. */
const SEVEN_STAGES: Net1dConfig = {
  in_channels: 3,
  base_filters: 4,
  filter_list: [4, 8, 8, 12, 12, 16, 16],
  m_blocks_list: [2, 1, 1, 2, 1, 1, 1],
  kernel_size: 16,
  stride: 2,
  groups_width: 4,
  ratio: 1,
  n_classes: 5,
};

const ONE_BLOCK: Net1dConfig = { ...SEVEN_STAGES, filter_list: [4], m_blocks_list: [1] };

describe('the ONNX graph of a Net1D', () => {
  const shapes: readonly (readonly [string, Net1dConfig, number])[] = [
    ['of seven stages, through odd lengths', SEVEN_STAGES, 5000],
    [
      'whose channels grow by an odd number',
      { ...SEVEN_STAGES, filter_list: [4, 7, 7, 12, 12, 17, 17], groups_width: 1 },
      1251,
    ],
    ['with an odd kernel', { ...SEVEN_STAGES, kernel_size: 5 }, 1000],
    ['with a kernel of 1', { ...SEVEN_STAGES, kernel_size: 1 }, 640],
    ['with wider middle channels', { ...SEVEN_STAGES, ratio: 2 }, 640],
  ];

  for (const [name, config, length] of shapes) {
    it(`computes a network ${name} as the plain double-precision one does, also optimised and in batches`, async () => {
      const net = randomNet1d(config, 11);
      const windows = [noise(config.in_channels * length, 1), noise(config.in_channels * length, 2)];
      const expected = windows.map((window) => net1dReference(net, window));
      const onnx = net1dOnnx(net, length);
      for (const optimization of ['all', 'disabled'] as const) {
        const outputs = await runOnnx(onnx, windows, { leads: config.in_channels, optimization });
        expect(
          greatestDifference(
            outputs.logits,
            expected.map(({ logits }) => logits),
          ),
        ).toBeLessThan(1e-5);
        expect(
          greatestDifference(
            outputs.features,
            expected.map(({ features }) => features),
          ),
        ).toBeLessThan(1e-5);
      }
      const [first = new Float32Array()] = windows;
      const alone = await runOnnx(onnx, [first], { leads: config.in_channels });
      expect(greatestDifference(alone.logits, [expected[0]?.logits ?? []])).toBeLessThan(1e-5);
    });
  }

  it('is the same network as the naive graph of the benchmarks, but right where the optimised naive one is not', async () => {
    const net = randomNet1d(SEVEN_STAGES, 11);
    const windows = [noise(SEVEN_STAGES.in_channels * 5000, 1)];
    const ours = await runOnnx(net1dOnnx(net), windows, { leads: 3 });
    const naive = await runOnnx(naiveNet1dOnnx(net), windows, { leads: 3, optimization: 'disabled' });
    const naiveOptimised = await runOnnx(naiveNet1dOnnx(net), windows, { leads: 3 });
    expect(greatestDifference(ours.logits, naive.logits)).toBeLessThan(1e-5);
    expect(greatestDifference(ours.logits, naiveOptimised.logits)).toBeGreaterThan(1e-4);
  });

  it('has the same bytes for the same weights', () => {
    const bytes = () => net1dOnnx(randomNet1d(ONE_BLOCK, 3));
    expect(Buffer.compare(bytes(), bytes())).toBe(0);
  });

  it('refuses weights that are not complete', () => {
    const { config, weights } = randomNet1d(ONE_BLOCK, 3);
    const partial = new Map(weights);
    partial.delete('dense.bias');
    expect(() => net1dOnnx({ config, weights: partial })).toThrow('no tensors dense');
  });
});

(existsSync(SHARED_GOLDEN) ? describe : describe.skip)('reference samples of the official network', () => {
  for (const name of ['net1d-12lead-small', 'net1d-1lead-small', 'net1d-head2-bare']) {
    it(`${name} imports and gives the reference logits and features`, async () => {
      const read = (suffix: string) => Uint8Array.from(readFileSync(join(SHARED_GOLDEN, `${name}${suffix}`)));
      const labels = name.includes('head2') ? ['a', 'b'] : undefined;
      const checkpoint = bytesSource(read('.pth'));
      const { manifest, onnx } = await importModel(checkpoint, { name: 'golden', fileName: `${name}.pth`, labels });
      const { filter_list, m_blocks_list, n_classes } = JSON.parse(new TextDecoder().decode(read('.json')));
      expect(manifest.architecture).toMatchObject({ filter_list, m_blocks_list, n_classes });
      const input = new Float32Array(read('.input.f32').buffer);
      const logits = halves(new Float64Array(read('.logits.f64').buffer));
      const features = halves(new Float64Array(read('.features.f64').buffer));
      const windows = [input.slice(0, input.length / 2), input.slice(input.length / 2)];
      const { leads } = manifest.input;
      const outputs = await runOnnx(onnx, windows, { leads: leads.length });
      expect(greatestDifference(outputs.logits, logits)).toBeLessThan(1e-5);
      expect(greatestDifference(outputs.features, features)).toBeLessThan(1e-5);
      const [first = input] = windows;
      const alone = await runOnnx(onnx, [first], { leads: leads.length });
      expect(greatestDifference(alone.logits, logits.slice(0, 1))).toBeLessThan(1e-5);
    });
  }
});

function halves(values: Float64Array): number[][] {
  return [[...values.subarray(0, values.length / 2)], [...values.subarray(values.length / 2)]];
}

function noise(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => 4 * random() - 2);
}

function greatestDifference(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): number {
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  return Math.max(
    ...actual.flatMap((row, i) => row.map((value, j) => Math.abs(value - (expected[i]?.[j] ?? Number.NaN)))),
  );
}
