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
}

interface Context {
  readonly graph: GraphBuilder;
  readonly weights: Net1d['weights'];
}

/** Samples per lead: 10 s at 500 Hz. */
const INPUT_LENGTH = 5000;
/** What max(x, LOWEST) leaves alone; minus infinity would do but not every runtime reads it. */
const LOWEST_FLOAT32 = -3.4028234663852886e38;

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
    const shortcut = growChannels(graph, block.stride > 1 ? halve(graph, signal) : signal, block);
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
function convolve({ graph, weights }: Context, signal: Signal, { name, stride = 1, groups = 1 }: Convolution): Signal {
  const weight = weights.get(`${name}.weight`);
  const bias = weights.get(`${name}.bias`);
  if (weight === undefined || bias === undefined) throw new RangeError(`no tensors ${name}`);
  const [outChannels = 0, inChannels = 0, kernelSize = 1] = weight.shape;
  const { left, right, outLength } = samePadding(signal.length, kernelSize, stride);
  const inputs = [
    signal.value,
    graph.floats(`${name}.weight`, [outChannels, inChannels, 1, kernelSize], weight.values),
    graph.floats(`${name}.bias`, [outChannels], bias.values),
  ];
  const attributes = {
    kernel_shape: [1, kernelSize],
    strides: [1, stride],
    pads: [0, left, 0, right],
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

function convolveThrice(context: Context, signal: Signal, { name, stride, groups, isFirst }: Net1dBlock): Signal {
  const { graph } = context;
  const expanded = convolve(context, isFirst ? signal : swish(graph, signal), { name: `${name}.conv1.conv` });
  const filtered = convolve(context, swish(graph, expanded), { name: `${name}.conv2.conv`, stride, groups });
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

/**
 * The maximum of each pair of samples. The authors append a zero first, which counts only where the length is odd:
 * there the last value is max(x, 0). A Pad before the MaxPool would say so, but ONNX Runtime fuses the two and pads
 * the fused pooling with minus infinity; so the zero comes in through an elementwise maximum.
 */
function halve(graph: GraphBuilder, { value, length }: Signal): Signal {
  const pool = { kernel_shape: [1, 2], strides: [1, 2] };
  if (length % 2 === 0) return { value: graph.node('MaxPool', [value], pool), length: length / 2 };
  const outLength = (length + 1) / 2;
  const pooled = graph.node('MaxPool', [value], { ...pool, pads: [0, 0, 0, 1] });
  const bounds = new Float32Array(outLength).fill(LOWEST_FLOAT32).fill(0, -1);
  const lowerBound = graph.floats(`lower_bound_${outLength}`, [1, 1, 1, outLength], bounds);
  return { value: graph.node('Max', [pooled, lowerBound]), length: outLength };
}

/** Adds channels of zeros: half of them before (rounded down), the rest after. */
function growChannels(graph: GraphBuilder, signal: Signal, { inChannels, outChannels }: Net1dBlock): Signal {
  const added = outChannels - inChannels;
  if (added === 0) return signal;
  const before = Math.floor(added / 2);
  const pads = graph.integers(`pads_${inChannels}_to_${outChannels}`, [0, before, 0, 0, 0, added - before, 0, 0]);
  return { value: graph.node('Pad', [signal.value, pads]), length: signal.length };
}
