import type { Net1d } from '../../src/model/net1d.ts';

/** [channel][time]. */
type Signal = readonly Float64Array[];
type Weights = Net1d['weights'];

interface Convolution {
  readonly name: string;
  readonly stride?: number;
  readonly groups?: number;
}

/**
 * The network of the official code, computed in double precision and in the plainest way, for comparison: written
 * from its description, sharing nothing with the ONNX graph.
 * @param input leads × length, row-major.
 */
export function net1dReference(
  { config, weights }: Net1d,
  input: Float32Array,
): { readonly logits: number[]; readonly features: number[] } {
  const length = input.length / config.in_channels;
  const leads = Array.from({ length: config.in_channels }, (_, lead) =>
    Float64Array.from(input.subarray(lead * length, (lead + 1) * length)),
  );
  let x: Signal = swish(convolve(weights, leads, { name: 'first_conv.conv', stride: 2 }));
  config.filter_list.forEach((channels, stage) => {
    for (let index = 0; index < config.m_blocks_list[stage]!; index += 1) {
      const name = `stage_list.${stage}.block_list.${index}`;
      const stride = index === 0 ? 2 : 1;
      const groups = Math.floor(channels / config.groups_width);
      const activated = stage === 0 && index === 0 ? x : swish(x);
      const expanded = convolve(weights, activated, { name: `${name}.conv1.conv` });
      const filtered = convolve(weights, swish(expanded), { name: `${name}.conv2.conv`, stride, groups });
      const residual = excite(weights, convolve(weights, swish(filtered), { name: `${name}.conv3.conv` }), name);
      const shortcut = stride === 2 ? pool(x) : x;
      const before = Math.floor((channels - shortcut.length) / 2);
      x = residual.map((row, c) => row.map((value, t) => value + (shortcut[c - before]?.[t] ?? 0)));
    }
  });
  const features = means(x);
  return { logits: linear(weights, features, 'dense'), features };
}

function convolve(weights: Weights, x: Signal, { name, stride = 1, groups = 1 }: Convolution): Signal {
  const { shape, values } = tensorOf(weights, `${name}.weight`);
  const bias = tensorOf(weights, `${name}.bias`).values;
  const [outChannels = 0, perGroup = 0, kernel = 1] = shape;
  const length = x[0]?.length ?? 0;
  const outLength = Math.ceil(length / stride);
  const left = Math.floor(Math.max(0, (outLength - 1) * stride + kernel - length) / 2);
  return Array.from({ length: outChannels }, (_, out) => {
    const firstIn = Math.floor(out / (outChannels / groups)) * perGroup;
    return Float64Array.from({ length: outLength }, (__, t) => {
      let sum = bias[out]!;
      for (let i = 0; i < perGroup; i += 1) {
        for (let k = 0; k < kernel; k += 1) {
          sum += values[(out * perGroup + i) * kernel + k]! * (x[firstIn + i]![t * stride + k - left] ?? 0);
        }
      }
      return sum;
    });
  });
}

function linear(weights: Weights, x: readonly number[], name: string): number[] {
  const { values } = tensorOf(weights, `${name}.weight`);
  return Array.from(tensorOf(weights, `${name}.bias`).values, (bias, row) =>
    x.reduce((sum, value, i) => sum + value * values[row * x.length + i]!, bias),
  );
}

function excite(weights: Weights, x: Signal, name: string): Signal {
  const squeezed = linear(weights, means(x), `${name}.se_fc1`).map((value) => value * sigmoid(value));
  const gates = linear(weights, squeezed, `${name}.se_fc2`).map(sigmoid);
  return x.map((row, c) => row.map((value) => value * gates[c]!));
}

/** A zero is appended first; it counts where the length is odd. */
function pool(x: Signal): Signal {
  return x.map((row) => {
    const padded = [...row, 0];
    return Float64Array.from({ length: Math.ceil(row.length / 2) }, (_, t) =>
      Math.max(padded[2 * t]!, padded[2 * t + 1]!),
    );
  });
}

function means(x: Signal): number[] {
  return x.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
}

function swish(x: Signal): Signal {
  return x.map((row) => row.map((value) => value * sigmoid(value)));
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function tensorOf(weights: Weights, name: string) {
  const tensor = weights.get(name);
  if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
  return tensor;
}
