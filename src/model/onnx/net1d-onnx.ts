import { type Net1d, type Net1dBlock, net1dBlocks } from '../net1d.ts';
import { createGraphBuilder, type GraphBuilder } from './graph-builder.ts';
import { encodeOnnx } from './onnx-proto.ts';
import { samePadding } from './same-padding.ts';

/** A value of the graph, shaped [batch, channels, 1, length]. */
interface Signal {
  readonly value: string;
  readonly length: number;
}

interface Convolution {
  /** Of the layer's tensors, without `.weight` and `.bias`. */
  readonly name: string;
  readonly stride?: number;
  readonly groups?: number;
  /** Channels of the signal, where it is to be padded by an operation of its own. */
  readonly paddedChannels?: number;
}

interface Context {
  readonly graph: GraphBuilder;
  readonly weights: Net1d['weights'];
}

/** Samples per lead: 10 s at 500 Hz. */
const INPUT_LENGTH = 5000;

/**
 * The network as an ONNX graph: `input` [batch, leads, length] → `logits` [batch, classes] and `feature_map`
 * [batch, channels, time bins], whose mean over time are the deep features.
 *
 * Every convolution is two-dimensional with height 1, and the squeeze-excitation is made of 1×1 convolutions, because
 * ONNX Runtime's blocked (NCHWc) kernels have no one-dimensional version.
 */
export function net1dOnnx({ config, weights }: Net1d, length = INPUT_LENGTH): Uint8Array {
  const graph = createGraphBuilder();
  const context = { graph, weights };
  const height = graph.integers('height_axis', [2]);
  const input = { value: graph.node('Unsqueeze', ['input', height]), length };
  let signal = swish(graph, convolve(context, input, { name: 'first_conv.conv', stride: config.stride }));
  for (const block of net1dBlocks(config)) {
    const residual = excite(context, convolveThrice(context, signal, block), block);
    const shortcut = growChannels(graph, block.stride > 1 ? halve(graph, signal, block) : signal, block);
    signal = { value: graph.node('Add', [residual.value, shortcut.value]), length: residual.length };
  }
  const features = mean(graph, signal);
  graph.node('Flatten', [convolve(context, features, { name: 'dense' }).value], { axis: 1 }, 'logits');
  graph.node('Squeeze', [signal.value, height], {}, 'feature_map');
  const channels = config.filter_list.at(-1) ?? config.base_filters;
  return encodeOnnx(
    graph.build({
      name: 'net1d',
      inputs: [{ name: 'input', shape: ['batch', config.in_channels, length] }],
      outputs: [
        { name: 'logits', shape: ['batch', config.n_classes] },
        { name: 'feature_map', shape: ['batch', channels, signal.length] },
      ],
    }),
  );
}

/** Also a linear layer: a convolution with a kernel of 1 over a length of 1. */
function convolve({ graph, weights }: Context, signal: Signal, convolution: Convolution): Signal {
  const { name, stride = 1, groups = 1, paddedChannels } = convolution;
  const weight = weights.get(`${name}.weight`);
  const bias = weights.get(`${name}.bias`);
  if (weight === undefined || bias === undefined) throw new RangeError(`no tensors ${name}`);
  const [outChannels = 0, inChannels = 0, kernelSize = 1] = weight.shape;
  const { left, right, outLength } = samePadding(signal.length, kernelSize, stride);
  const isPadded = paddedChannels !== undefined;
  const inputs = [
    isPadded ? padTime(graph, signal.value, { channels: paddedChannels, left, right }) : signal.value,
    graph.floats(`${name}.weight`, [outChannels, inChannels, 1, kernelSize], weight.values),
    graph.floats(`${name}.bias`, [outChannels], bias.values),
  ];
  const attributes = {
    kernel_shape: [1, kernelSize],
    strides: [1, stride],
    pads: isPadded ? [0, 0, 0, 0] : [0, left, 0, right],
    group: groups,
  };
  return { value: graph.node('Conv', inputs, attributes), length: outLength };
}

function swish(graph: GraphBuilder, { value, length }: Signal): Signal {
  return { value: graph.node('Mul', [value, graph.node('Sigmoid', [value])]), length };
}

function mean(graph: GraphBuilder, { value }: Signal): Signal {
  return { value: graph.node('GlobalAveragePool', [value]), length: 1 };
}

function convolveThrice(context: Context, signal: Signal, block: Net1dBlock): Signal {
  const { graph } = context;
  const { name, stride, groups, isFirst, middleChannels } = block;
  const expanded = convolve(context, isFirst ? signal : swish(graph, signal), { name: `${name}.conv1.conv` });
  const filtered = convolve(context, swish(graph, expanded), {
    name: `${name}.conv2.conv`,
    stride,
    groups,
    paddedChannels: middleChannels,
  });
  return convolve(context, swish(graph, filtered), { name: `${name}.conv3.conv` });
}

/** Squeeze-excitation: each channel is scaled by a gate computed from the means of all. */
function excite(context: Context, signal: Signal, { name }: Net1dBlock): Signal {
  const { graph } = context;
  const squeezed = convolve(context, mean(graph, signal), { name: `${name}.se_fc1` });
  const excited = convolve(context, swish(graph, squeezed), { name: `${name}.se_fc2` });
  const gate = graph.node('Sigmoid', [excited.value]);
  return { value: graph.node('Mul', [signal.value, gate]), length: signal.length };
}

/** The maximum of each pair of samples; where the length is odd, a zero is appended first. */
function halve(graph: GraphBuilder, { value, length }: Signal, { inChannels: channels }: Net1dBlock): Signal {
  const even = length % 2 === 0 ? value : padTime(graph, value, { channels, left: 0, right: 1 });
  return {
    value: graph.node('MaxPool', [even], { kernel_shape: [1, 2], strides: [1, 2] }),
    length: Math.ceil(length / 2),
  };
}

/**
 * Adds zeros before and after the signal, by a depthwise convolution whose kernel is a single 1. ONNX Runtime does it
 * in its blocked layout, in which the convolution that follows is faster without padding of its own. A Pad would leave
 * that layout, and before a MaxPool be fused into it and pad with minus infinity instead.
 */
function padTime(
  graph: GraphBuilder,
  value: string,
  { channels, left, right }: { readonly channels: number; readonly left: number; readonly right: number },
): string {
  const ones = graph.floats(`ones_${channels}`, [channels, 1, 1, 1], new Float32Array(channels).fill(1));
  const attributes = { kernel_shape: [1, 1], strides: [1, 1], pads: [0, left, 0, right], group: channels };
  return graph.node('Conv', [value, ones], attributes);
}

/** Adds channels of zeros: half of them before (rounded down), the rest after. */
function growChannels(graph: GraphBuilder, signal: Signal, { inChannels, outChannels }: Net1dBlock): Signal {
  const added = outChannels - inChannels;
  if (added === 0) return signal;
  const before = Math.floor(added / 2);
  const pads = graph.integers(`pads_${inChannels}_to_${outChannels}`, [0, before, 0, 0, 0, added - before, 0, 0]);
  return { value: graph.node('Pad', [signal.value, pads]), length: signal.length };
}
