import { type Net1d, type Net1dBlock, net1dBlocks } from '../src/model/net1d.ts';
import { createGraphBuilder, type GraphBuilder } from '../src/model/onnx/graph-builder.ts';
import { encodeOnnx } from '../src/model/onnx/onnx-proto.ts';
import { samePadding } from '../src/model/onnx/same-padding.ts';

/** A value of the graph, shaped [batch, channels, length]. */
interface Signal {
  readonly value: string;
  readonly length: number;
}

interface Context {
  readonly graph: GraphBuilder;
  readonly weights: Net1d['weights'];
}

/**
 * The same network as `torch.onnx.export` writes the official code, its shape arithmetic folded: one-dimensional
 * convolutions and poolings after a Pad each, ReduceMean, Gemm and Einsum. The baseline of the benchmarks; for odd
 * lengths it is also slightly wrong (see `net1dOnnx`). Outputs `logits` only.
 */
export function naiveNet1dOnnx({ config, weights }: Net1d, length = 5000): Uint8Array {
  const context: Context = { graph: createGraphBuilder(), weights };
  const { graph } = context;
  const stem = { name: 'first_conv.conv', stride: config.stride };
  let signal = swish(graph, convolve(context, { value: 'input', length }, stem));
  for (const block of net1dBlocks(config)) {
    const residual = excite(context, convolveThrice(context, signal, block), block);
    const shortcut = growChannels(graph, block.stride > 1 ? pool(graph, signal) : signal, block);
    signal = { value: graph.node('Add', [residual.value, shortcut.value]), length: residual.length };
  }
  linear(context, graph.node('ReduceMean', [signal.value], { axes: [-1], keepdims: 0 }), {
    name: 'dense',
    output: 'logits',
  });
  return encodeOnnx(
    graph.build({
      name: 'naive_net1d',
      inputs: [{ name: 'input', shape: ['batch', config.in_channels, length] }],
      outputs: [{ name: 'logits', shape: ['batch', config.n_classes] }],
    }),
  );
}

function convolve(
  { graph, weights }: Context,
  signal: Signal,
  { name, stride = 1, groups = 1 }: { readonly name: string; readonly stride?: number; readonly groups?: number },
): Signal {
  const weight = weights.get(`${name}.weight`);
  const bias = weights.get(`${name}.bias`);
  if (weight === undefined || bias === undefined) throw new RangeError(`no tensors ${name}`);
  const kernelSize = weight.shape[2] ?? 1;
  const { left, right, outLength } = samePadding(signal.length, kernelSize, stride);
  const inputs = [
    pad(graph, signal.value, [0, 0, left, 0, 0, right]),
    graph.floats(`${name}.weight`, weight.shape, weight.values),
    graph.floats(`${name}.bias`, bias.shape, bias.values),
  ];
  const attributes = { kernel_shape: [kernelSize], strides: [stride], pads: [0, 0], group: groups };
  return { value: graph.node('Conv', inputs, attributes), length: outLength };
}

function linear(
  { graph, weights }: Context,
  value: string,
  { name, output }: { readonly name: string; readonly output?: string },
): string {
  const weight = weights.get(`${name}.weight`);
  const bias = weights.get(`${name}.bias`);
  if (weight === undefined || bias === undefined) throw new RangeError(`no tensors ${name}`);
  const inputs = [
    value,
    graph.floats(`${name}.weight`, weight.shape, weight.values),
    graph.floats(`${name}.bias`, bias.shape, bias.values),
  ];
  return graph.node('Gemm', inputs, { transB: 1 }, output);
}

function swish(graph: GraphBuilder, { value, length }: Signal): Signal {
  return { value: graph.node('Mul', [value, graph.node('Sigmoid', [value])]), length };
}

function convolveThrice(context: Context, signal: Signal, { name, stride, groups, isFirst }: Net1dBlock): Signal {
  const { graph } = context;
  const expanded = convolve(context, isFirst ? signal : swish(graph, signal), { name: `${name}.conv1.conv` });
  const filtered = convolve(context, swish(graph, expanded), { name: `${name}.conv2.conv`, stride, groups });
  return convolve(context, swish(graph, filtered), { name: `${name}.conv3.conv` });
}

function excite(context: Context, { value, length }: Signal, { name }: Net1dBlock): Signal {
  const { graph } = context;
  const means = graph.node('ReduceMean', [value], { axes: [-1], keepdims: 0 });
  const squeezed = swish(graph, { value: linear(context, means, { name: `${name}.se_fc1` }), length: 1 });
  const gate = graph.node('Sigmoid', [linear(context, squeezed.value, { name: `${name}.se_fc2` })]);
  return { value: graph.node('Einsum', [value, gate], { equation: 'abc,ab->abc' }), length };
}

function pool(graph: GraphBuilder, { value, length }: Signal): Signal {
  const padded = pad(graph, value, [0, 0, 0, 0, 0, 1]);
  const attributes = { kernel_shape: [2], strides: [2], pads: [0, 0] };
  return { value: graph.node('MaxPool', [padded], attributes), length: Math.ceil(length / 2) };
}

function growChannels(graph: GraphBuilder, { value, length }: Signal, { inChannels, outChannels }: Net1dBlock): Signal {
  const added = outChannels - inChannels;
  if (added === 0) return { value, length };
  const before = Math.floor(added / 2);
  const transposed = graph.node('Transpose', [value], { perm: [0, 2, 1] });
  const padded = pad(graph, transposed, [0, 0, before, 0, 0, added - before]);
  return { value: graph.node('Transpose', [padded], { perm: [0, 2, 1] }), length };
}

function pad(graph: GraphBuilder, value: string, pads: readonly number[]): string {
  return graph.node('Pad', [value, graph.integers(`pads_${pads.join('_')}`, pads)]);
}
