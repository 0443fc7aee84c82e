import type { Net1d } from '../../src/model/net1d.ts';

/** [channel][time]. */
type Signal = readonly Float64Array[];

/**
 * The network of the official code, computed in double precision and in the plainest way, for comparison: written
 * from its description, sharing nothing with the ONNX graph.
 * @param input leads × length, row-major.
 */
export function net1dReference(
  { config, weights }: Net1d,
  input: Float32Array,
): { logits: number[]; features: number[] } {
  const get = (name: string) => {
    const found = weights.get(name);
    if (!found) throw new Error(name);
    return found;
  };
  const conv = (x: Signal, name: string, stride = 1, groups = 1): Signal => {
    const { shape, values } = get(`${name}.weight`);
    const bias = get(`${name}.bias`).values;
    const [outChannels = 0, perGroup = 0, kernel = 1] = shape;
    const length = x[0]?.length ?? 0;
    const outLength = Math.ceil(length / stride);
    const left = Math.floor(Math.max(0, (outLength - 1) * stride + kernel - length) / 2);
    return Array.from({ length: outChannels }, (_, out) => {
      const firstIn = Math.floor(out / (outChannels / groups)) * perGroup;
      return Float64Array.from({ length: outLength }, (_, t) => {
        let sum = bias[out]!;
        for (let i = 0; i < perGroup; i += 1) {
          for (let k = 0; k < kernel; k += 1) {
            sum += values[(out * perGroup + i) * kernel + k]! * (x[firstIn + i]![t * stride + k - left] ?? 0);
          }
        }
        return sum;
      });
    });
  };
  const linear = (x: number[], name: string): number[] => {
    const { values } = get(`${name}.weight`);
    return [...get(`${name}.bias`).values].map((b, row) =>
      x.reduce((sum, v, i) => sum + v * values[row * x.length + i]!, b),
    );
  };
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
  const swish = (x: Signal): Signal => x.map((row) => row.map((v) => v * sigmoid(v)));
  const means = (x: Signal) => x.map((row) => row.reduce((sum, v) => sum + v, 0) / row.length);
  const pool = (x: Signal): Signal =>
    x.map((row) =>
      Float64Array.from({ length: Math.ceil(row.length / 2) }, (_, t) => Math.max(row[2 * t]!, row[2 * t + 1] ?? 0)),
    );

  const length = input.length / config.in_channels;
  let x: Signal = Array.from({ length: config.in_channels }, (_, lead) =>
    Float64Array.from(input.subarray(lead * length, (lead + 1) * length)),
  );
  x = swish(conv(x, 'first_conv.conv', 2));
  config.filter_list.forEach((channels, stage) => {
    for (let index = 0; index < config.m_blocks_list[stage]!; index += 1) {
      const name = `stage_list.${stage}.block_list.${index}`;
      const isFirst = stage === 0 && index === 0;
      const stride = index === 0 ? 2 : 1;
      let y = conv(isFirst ? x : swish(x), `${name}.conv1.conv`);
      y = conv(swish(y), `${name}.conv2.conv`, stride, Math.floor(channels / config.groups_width));
      y = conv(swish(y), `${name}.conv3.conv`);
      const squeezed = linear(means(y), `${name}.se_fc1`).map((v) => v * sigmoid(v));
      const gates = linear(squeezed, `${name}.se_fc2`).map(sigmoid);
      const shortcut = stride === 2 ? pool(x) : x;
      const before = Math.floor((channels - shortcut.length) / 2);
      x = y.map((row, c) => row.map((v, t) => v * gates[c]! + (shortcut[c - before]?.[t] ?? 0)));
    }
  });
  const features = means(x);
  return { logits: linear(features, 'dense'), features };
}
