import { elementCount } from '../tensor.ts';
import { checkpointInvalid, printable } from './checkpoint-invalid.ts';
import type { ElementType } from './element-type.ts';
import {
  type PickleGlobal,
  type PickleValue,
  type StorageReference,
  type TensorReference,
  taggedValue,
} from './pickle-value.ts';

/** PyTorch's storage classes; BoolStorage and ByteStorage are read as bytes. */
const STORAGE_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['torch.DoubleStorage', 'float64'],
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'int8'],
  ['torch.BoolStorage', 'int8'],
]);

type Reduction = (args: readonly PickleValue[]) => PickleValue;

/** Everything that a checkpoint may "call", and what we make of it. */
const REDUCTIONS: ReadonlyMap<string, Reduction> = new Map<string, Reduction>([
  ['collections.OrderedDict', orderedDict],
  ['torch._utils._rebuild_tensor_v2', tensor],
  ['torch._utils._rebuild_parameter', parameter],
  ['numpy.core.multiarray.scalar', opaque],
  ['numpy._core.multiarray.scalar', opaque],
  ['numpy.dtype', opaque],
  ['_codecs.encode', opaque],
]);

const MAX_DIMENSIONS = 8;

/**
 * A global as an inert tag.
 * @throws EcgError CHECKPOINT_INVALID unless it is one that a state dictionary needs.
 */
export function allowedGlobal(module: string, name: string): PickleGlobal {
  const path = `${module}.${name}`;
  if (!REDUCTIONS.has(path) && !STORAGE_TYPES.has(path)) {
    throw checkpointInvalid(
      `it names ${printable(path)}, which weights do not need and which may be hostile; nothing was run. ` +
        'If you trust the file, save its model.state_dict() alone',
    );
  }
  return { kind: 'global', name: path };
}

/**
 * What `callable(*args)` stands for.
 * @throws EcgError CHECKPOINT_INVALID when it is none of the allowed functions or the arguments are not its own.
 */
export function reduce(callable: PickleValue, args: PickleValue): PickleValue {
  const tagged = taggedValue(callable);
  const reduction = tagged?.kind === 'global' ? REDUCTIONS.get(tagged.name) : undefined;
  if (reduction === undefined || !Array.isArray(args)) {
    throw checkpointInvalid(
      `opcode REDUCE on ${tagged?.kind === 'global' ? tagged.name : 'something that is no function'}`,
    );
  }
  return reduction(args);
}

/**
 * Sets the attributes of `target` (`_metadata` of a state dictionary, the details of a NumPy type): none matters.
 * @throws EcgError CHECKPOINT_INVALID for any other target.
 */
export function build(target: PickleValue | undefined): void {
  if (!(target instanceof Map) && taggedValue(target)?.kind !== 'opaque') {
    throw checkpointInvalid('opcode BUILD on something other than a dictionary');
  }
}

/**
 * The storage that a persistent id ('storage', class, key, location, element count) names.
 * @throws EcgError CHECKPOINT_INVALID when it is not of that form.
 */
export function persistentStorage(id: PickleValue): StorageReference {
  const [tag, storageClass, key, , count] = Array.isArray(id) ? id : [];
  const global = taggedValue(storageClass);
  const elementType = global?.kind === 'global' ? STORAGE_TYPES.get(global.name) : undefined;
  const isKey = typeof key === 'string' && /^\d{1,9}$/.test(key);
  if (tag !== 'storage' || elementType === undefined || !isKey || !isCount(count)) {
    throw checkpointInvalid('a persistent id is not that of a storage');
  }
  return { kind: 'storage', key, elementType, elementCount: count };
}

function orderedDict(args: readonly PickleValue[]): PickleValue {
  if (args.length > 0) throw checkpointInvalid('an OrderedDict is made with arguments');
  return new Map();
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks[, metadata])`. */
function tensor([storageValue, offset, size, stride]: readonly PickleValue[]): TensorReference {
  const storage = taggedValue(storageValue);
  const shape = counts(size);
  const strides = counts(stride);
  const isComplete = storage?.kind === 'storage' && isCount(offset) && shape !== undefined;
  if (!isComplete || strides?.length !== shape.length) throw checkpointInvalid('a tensor is malformed');
  const count = elementCount(shape);
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), offset);
  if (count > storage.elementCount || (count > 0 && last >= storage.elementCount)) {
    throw checkpointInvalid(
      `a tensor of shape [${shape}] reaches beyond its storage of ${storage.elementCount} elements`,
    );
  }
  return { kind: 'tensor', storage, offset, shape, strides };
}

/** `_rebuild_parameter(tensor, requires_grad, backward_hooks)`. */
function parameter([value]: readonly PickleValue[]): TensorReference {
  const tagged = taggedValue(value);
  if (tagged?.kind !== 'tensor') throw checkpointInvalid('a parameter is not a tensor');
  return tagged;
}

function opaque(): PickleValue {
  return { kind: 'opaque' };
}

function counts(value: PickleValue | undefined): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_DIMENSIONS) return undefined;
  const numbers = value.filter(isCount);
  return numbers.length === value.length ? numbers : undefined;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
