import type { Tensor } from './tensor.ts';

/** Tensors of the batch norm layers, which released checkpoints hold and never execute (`use_bn` is false). */
const BATCH_NORM =
  /^(first_bn|stage_list\.\d+\.block_list\.\d+\.bn[123])\.(weight|bias|running_mean|running_var|num_batches_tracked)$/;

/** What PyTorch fills each of them with. `num_batches_tracked`, an integer, need not be looked at: a batch moves the means. */
const INITIAL: ReadonlyMap<string, number> = new Map([
  ['weight', 1],
  ['bias', 0],
  ['running_mean', 0],
  ['running_var', 1],
]);

export function isBatchNorm(name: string): boolean {
  return BATCH_NORM.test(name);
}

/** Names of the batch norm tensors that are not as they were initialised: the network has been trained with them. */
export function trainedBatchNorm(tensors: ReadonlyMap<string, Tensor>): readonly string[] {
  return [...tensors].flatMap(([name, { values }]) => {
    const initial = INITIAL.get(BATCH_NORM.exec(name)?.[2] ?? '');
    return initial === undefined || values.every((value) => value === initial) ? [] : [name];
  });
}
