import { isBatchNorm } from './batch-norm.ts';
import { checkpointInvalid, printable } from './checkpoint/checkpoint-invalid.ts';
import { type Net1dConfig, net1dConfigSchema } from './manifest.ts';
import { type Net1d, net1dShapes } from './net1d.ts';
import type { Tensor } from './tensor.ts';

type Tensors = ReadonlyMap<string, Tensor>;

interface Stage {
  readonly channels: number;
  readonly middleChannels: number;
  readonly groups: number;
  readonly blockCount: number;
}

const NAMES_SHOWN = 5;

/**
 * The network that a checkpoint's tensors make up; its configuration follows from their shapes.
 * @throws EcgError CHECKPOINT_INVALID when a tensor is missing, unknown, of another shape or not finite.
 */
export function net1dFromTensors(tensors: Tensors): Net1d {
  const config = inferConfig(tensors);
  const shapes = net1dShapes(config);
  const unknown = [...tensors.keys()].filter((name) => !shapes.has(name) && !isBatchNorm(name));
  if (unknown.length > 0) throw checkpointInvalid(`it has tensors that ECGFounder has not: ${listed(unknown)}`);
  const missing = [...shapes.keys()].filter((name) => !tensors.has(name));
  if (missing.length > 0) throw checkpointInvalid(`it lacks tensors of ECGFounder: ${listed(missing)}`);
  const weights = new Map([...tensors].filter(([name]) => shapes.has(name)));
  for (const [name, { shape, values }] of weights) {
    const expected = shapes.get(name);
    if (String(shape) !== String(expected)) {
      throw checkpointInvalid(`${name} has shape [${shape}] where [${expected}] belongs`);
    }
    if (!values.every(Number.isFinite)) throw checkpointInvalid(`${name} has values that are not finite`);
  }
  return { config, weights };
}

function inferConfig(tensors: Tensors): Net1dConfig {
  const stages = inferStages(tensors);
  const [base_filters, in_channels, kernel_size] = shapeOf(tensors, 'first_conv.conv.weight');
  const [n_classes] = shapeOf(tensors, 'dense.weight');
  const widest = stages.reduce((a, b) => (b.channels > a.channels ? b : a));
  const result = net1dConfigSchema.safeParse({
    in_channels,
    base_filters,
    filter_list: stages.map(({ channels }) => channels),
    m_blocks_list: stages.map(({ blockCount }) => blockCount),
    kernel_size,
    stride: 2,
    groups_width: Math.min(...stages.map(({ channels, groups }) => Math.floor(channels / groups))),
    ratio: widest.middleChannels / widest.channels,
    n_classes,
  });
  if (!result.success) throw checkpointInvalid('the shapes of its tensors are not those of an ECGFounder network');
  return result.data;
}

function inferStages(tensors: Tensors): readonly [Stage, ...Stage[]] {
  const first = inferStage(tensors, 0);
  const stages: [Stage, ...Stage[]] = [first];
  while (tensors.has(`stage_list.${stages.length}.block_list.0.conv1.conv.weight`)) {
    stages.push(inferStage(tensors, stages.length));
  }
  return stages;
}

function inferStage(tensors: Tensors, stage: number): Stage {
  const block = `stage_list.${stage}.block_list`;
  const [middleChannels = 0] = shapeOf(tensors, `${block}.0.conv1.conv.weight`);
  const [, groupWidth = 0] = shapeOf(tensors, `${block}.0.conv2.conv.weight`);
  const [channels = 0] = shapeOf(tensors, `${block}.0.conv3.conv.weight`);
  let blockCount = 1;
  while (tensors.has(`${block}.${blockCount}.conv1.conv.weight`)) blockCount += 1;
  return { channels, middleChannels, groups: middleChannels / groupWidth, blockCount };
}

function shapeOf(tensors: Tensors, name: string): readonly number[] {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw checkpointInvalid(`it is not an ECGFounder network: no tensor ${name} among ${listed([...tensors.keys()])}`);
  }
  return tensor.shape;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(printable).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown || 'none';
}
