import { readCheckpoint } from '../../src/model/checkpoint/read-checkpoint.ts';
import type { Net1dConfig } from '../../src/model/manifest.ts';
import { ECGFOUNDER_CONFIG, net1dShapes } from '../../src/model/net1d.ts';
import { net1dFromTensors } from '../../src/model/net1d-from-tensors.ts';
import { randomNet1d } from '../../src/model/random-net1d.ts';
import { elementCount, type Tensor } from '../../src/model/tensor.ts';
import { bytesSource } from './checkpoint/bytes-source.ts';
import { releasedCheckpoint } from './checkpoint/torch-writer.ts';

const SMALL: Net1dConfig = {
  in_channels: 2,
  base_filters: 4,
  filter_list: [4, 12],
  m_blocks_list: [2, 1],
  kernel_size: 7,
  stride: 2,
  groups_width: 4,
  ratio: 1,
  n_classes: 3,
};

const weightsOf = (config: Net1dConfig) => new Map(randomNet1d(config, 1).weights);
const withTensor = (name: string, tensor: Tensor) => weightsOf(SMALL).set(name, tensor);
const without = (name: string) => {
  const weights = weightsOf(SMALL);
  weights.delete(name);
  return weights;
};

describe('net1dFromTensors', () => {
  const configs: readonly (readonly [string, Net1dConfig])[] = [
    ['a small network', SMALL],
    ['one lead and one stage', { ...SMALL, in_channels: 1, filter_list: [8], m_blocks_list: [3] }],
    ['one group of channels throughout', { ...SMALL, filter_list: [4, 4], groups_width: 4 }],
    ['wider middle channels', { ...SMALL, ratio: 2 }],
    ['narrower middle channels', { ...SMALL, filter_list: [8, 16], ratio: 0.5 }],
  ];
  for (const [name, config] of configs) {
    it(`infers the configuration of ${name}`, () => {
      const net = net1dFromTensors(weightsOf(config));
      expect(net.config).toEqual(config);
      expect([...net.weights.keys()].sort()).toEqual([...net1dShapes(config).keys()].sort());
    });
  }

  it('infers the released configuration', () => {
    const shapes = [...net1dShapes(ECGFOUNDER_CONFIG)];
    const zeros = new Map(
      shapes.map(([name, shape]) => [name, { shape, values: new Float32Array(elementCount(shape)) }]),
    );
    expect(net1dFromTensors(zeros).config).toEqual(ECGFOUNDER_CONFIG);
  });

  it('leaves batch norm out', () => {
    const ones = { shape: [4], values: new Float32Array(4).fill(1) };
    const tensors = withTensor('first_bn.weight', ones).set('stage_list.0.block_list.1.bn2.running_var', ones);
    expect([...net1dFromTensors(tensors).weights.keys()].filter((name) => name.includes('bn'))).toEqual([]);
  });

  it('takes half-precision checkpoints to the precision they have', async () => {
    const weights = weightsOf(SMALL);
    const { tensors } = await readCheckpoint(bytesSource(releasedCheckpoint(weights, 'float16')));
    const half = net1dFromTensors(tensors).weights.get('dense.weight')?.values ?? new Float32Array();
    expect(half).toEqual(Float32Array.from(weights.get('dense.weight')?.values ?? [], Math.f16round));
  });

  const nan = { shape: [3], values: Float32Array.of(1, Number.NaN, 3) };
  const infinite = { shape: [3], values: Float32Array.of(1, 2, Number.POSITIVE_INFINITY) };
  const refused: readonly (readonly [string, ReadonlyMap<string, Tensor>, string])[] = [
    ['another network', new Map([['encoder.weight', nan]]), 'not an ECGFounder network: no tensor stage_list.0'],
    ['no tensors at all', new Map(), 'among none'],
    ['a missing stem', without('first_conv.conv.weight'), 'no tensor first_conv.conv.weight'],
    [
      'a missing bias',
      without('stage_list.1.block_list.0.se_fc2.bias'),
      'lacks tensors of ECGFounder: stage_list.1.block_list.0.se_fc2.bias',
    ],
    [
      'a missing first block',
      without('stage_list.1.block_list.0.conv1.conv.weight'),
      'tensors that ECGFounder has not',
    ],
    ['an unknown tensor', withTensor('attention.weight', nan), 'tensors that ECGFounder has not: attention.weight'],
    ['a batch norm of no block', withTensor('stage_list.0.block_list.0.bn4.weight', nan), 'bn4'],
    ['NaN weights', withTensor('dense.bias', nan), 'dense.bias has values that are not finite'],
    ['infinite weights', withTensor('dense.bias', infinite), 'dense.bias has values that are not finite'],
    [
      'a bias of another length',
      withTensor('dense.bias', { shape: [4], values: new Float32Array(4) }),
      'dense.bias has shape [4] where [3]',
    ],
    [
      'a linear layer of another width',
      withTensor('dense.weight', { shape: [3, 11], values: new Float32Array(33) }),
      '[3,11] where [3,12]',
    ],
    [
      'kernels that differ',
      withTensor('stage_list.0.block_list.1.conv2.conv.weight', { shape: [4, 4, 5], values: new Float32Array(80) }),
      '[4,4,5] where [4,4,7]',
    ],
    [
      'a scalar where a convolution belongs',
      withTensor('stage_list.0.block_list.0.conv2.conv.weight', { shape: [], values: new Float32Array(1) }),
      'shapes of its tensors',
    ],
    [
      'an absurd number of outputs',
      withTensor('dense.weight', { shape: [10_001, 12], values: new Float32Array(0) }),
      'shapes of its tensors',
    ],
  ];
  for (const [name, tensors, message] of refused) {
    it(`refuses ${name}`, () => {
      expect(() => net1dFromTensors(tensors)).toThrow(expect.objectContaining({ code: 'CHECKPOINT_INVALID' }));
      expect(() => net1dFromTensors(tensors)).toThrow(message);
    });
  }

  it('names a few of many', () => {
    const tensors = weightsOf(SMALL);
    for (let i = 0; i < 20; i += 1) tensors.set(`layer${i}\n`, nan);
    expect(() => net1dFromTensors(tensors)).toThrow('layer0?, layer1?, layer2?, layer3?, layer4? and 15 more');
  });
});
