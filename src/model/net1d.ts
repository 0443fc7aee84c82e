import type { Net1dConfig } from './manifest.ts';
import type { Tensor } from './tensor.ts';

/** An ECGFounder network: its shape, and its weights under the names of the official code. */
export interface Net1d {
  readonly config: Net1dConfig;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** One residual block as it is executed. */
export interface Net1dBlock {
  /** Prefix of its tensors: `stage_list.S.block_list.B`. */
  readonly name: string;
  readonly inChannels: number;
  readonly middleChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  /** 2 where the block halves the length. */
  readonly stride: number;
  /** The very first block of the network has no swish before its first convolution. */
  readonly isFirst: boolean;
}

/** The released 12-lead network (Li et al., NEJM AI 2025; official code, PKUDigitalHealth/ECGFounder). */
export const ECGFOUNDER_CONFIG: Net1dConfig = {
  in_channels: 12,
  base_filters: 64,
  filter_list: [64, 160, 160, 400, 400, 1024, 1024],
  m_blocks_list: [2, 2, 2, 3, 3, 4, 4],
  kernel_size: 16,
  stride: 2,
  groups_width: 16,
  ratio: 1,
  n_classes: 150,
};

/** The squeeze-excitation of the official code squeezes to half the channels. */
const SQUEEZE = 2;

/** The residual blocks in order of execution. */
export function net1dBlocks(config: Net1dConfig): readonly Net1dBlock[] {
  const blocks: Net1dBlock[] = [];
  let inChannels = config.base_filters;
  for (const [stage, outChannels] of config.filter_list.entries()) {
    const blockCount = config.m_blocks_list[stage] ?? 0;
    for (let index = 0; index < blockCount; index += 1) {
      blocks.push({
        name: `stage_list.${stage}.block_list.${index}`,
        inChannels,
        middleChannels: Math.floor(outChannels * config.ratio),
        outChannels,
        groups: Math.floor(outChannels / config.groups_width),
        stride: index === 0 ? config.stride : 1,
        isFirst: blocks.length === 0,
      });
      inChannels = outChannels;
    }
  }
  return blocks;
}

/** Name and shape of every tensor that is executed, in order of execution; batch norm is not (`use_bn` is false). */
export function net1dShapes(config: Net1dConfig): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const add = (name: string, weight: readonly number[]) => {
    shapes.set(`${name}.weight`, weight);
    shapes.set(`${name}.bias`, weight.slice(0, 1));
  };
  add('first_conv.conv', [config.base_filters, config.in_channels, config.kernel_size]);
  for (const { name, inChannels, middleChannels, outChannels, groups } of net1dBlocks(config)) {
    const squeezed = Math.floor(outChannels / SQUEEZE);
    add(`${name}.conv1.conv`, [middleChannels, inChannels, 1]);
    add(`${name}.conv2.conv`, [middleChannels, middleChannels / groups, config.kernel_size]);
    add(`${name}.conv3.conv`, [outChannels, middleChannels, 1]);
    add(`${name}.se_fc1`, [squeezed, outChannels]);
    add(`${name}.se_fc2`, [outChannels, squeezed]);
  }
  add('dense', [config.n_classes, config.filter_list.at(-1) ?? config.base_filters]);
  return shapes;
}
