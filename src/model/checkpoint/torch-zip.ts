import { elementCount, type Tensor } from '../tensor.ts';
import type { ByteSource } from './byte-source.ts';
import { checkpointInvalid } from './checkpoint-invalid.ts';
import { bytesPerElement, isFloat, toFloat32 } from './element-type.ts';
import { readPickle } from './pickle.ts';
import type { StorageReference, TensorReference } from './pickle-value.ts';
import { stateDictOf } from './state-dict.ts';
import { openZip, type ZipArchive } from './zip-archive.ts';

/** The pickle of the released checkpoint is well below 1 MiB. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20;
/** 1 GiB of float32, eight times the released network. */
const MAX_ELEMENTS = 2 ** 28;

/**
 * Reads the weights that `torch.save` (PyTorch 1.6 or newer) wrote: a zip with `ROOT/data.pkl` and the storages
 * `ROOT/data/N`. Only storages that the state dictionary names are read; an optimizer's are not. Integer tensors
 * (`num_batches_tracked`) are left out.
 * @throws EcgError CHECKPOINT_INVALID
 */
export async function readTorchZip(source: ByteSource): Promise<ReadonlyMap<string, Tensor>> {
  const zip = await openZip(source);
  const root = rootOf(zip);
  await checkByteOrder(zip, root);
  const stateDict = stateDictOf(readPickle(await zip.read(`${root}/data.pkl`)));
  const floats = [...stateDict].filter(([, { storage }]) => isFloat(storage.elementType));
  const groups = byStorage(floats);
  checkTotal(floats.map(([, { shape }]) => elementCount(shape)));
  checkTotal(groups.map(([storage]) => storage.elementCount));
  const tensors = new Map<string, Tensor>();
  for (const [storage, references] of groups) {
    const values = await readStorage(zip, root, storage);
    for (const [name, reference] of references) tensors.set(name, view(values, reference));
  }
  return tensors;
}

/** Tensors may share a storage, and a storage may hold more than its tensors: both are bounded. */
function checkTotal(counts: readonly number[]): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > MAX_ELEMENTS) throw checkpointInvalid(`${total} weights are more than ${MAX_ELEMENTS}`);
}

function rootOf(zip: ZipArchive): string {
  const [pickle, ...others] = zip.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined || others.length > 0) {
    throw checkpointInvalid('the zip is not one that torch.save writes (it needs one ROOT/data.pkl)');
  }
  const root = pickle.slice(0, pickle.indexOf('/'));
  if (zip.names.includes(`${root}/constants.pkl`)) {
    throw checkpointInvalid('it is a TorchScript program; save model.state_dict() instead');
  }
  if ((zip.sizeOf(pickle) ?? 0) > MAX_PICKLE_BYTES) throw checkpointInvalid('data.pkl is larger than 16 MiB');
  return root;
}

async function checkByteOrder(zip: ZipArchive, root: string): Promise<void> {
  const name = `${root}/byteorder`;
  const size = zip.sizeOf(name);
  if (size === undefined) return;
  const order = size < 16 ? new TextDecoder().decode(await zip.read(name)) : '';
  if (order !== 'little') throw checkpointInvalid('its numbers are not little-endian; save it on another machine');
}

/** Groups tensors by storage, so that each storage is read once and can be dropped at once. */
function byStorage(
  tensors: readonly (readonly [string, TensorReference])[],
): readonly (readonly [StorageReference, readonly (readonly [string, TensorReference])[]])[] {
  const groups = Map.groupBy(tensors, ([, { storage }]) => storage.key);
  return [...groups.values()].flatMap((group) => {
    const storage = group[0]?.[1].storage;
    if (storage === undefined) return [];
    const agree = ([, { storage: other }]: readonly [string, TensorReference]) =>
      other.elementType === storage.elementType && other.elementCount === storage.elementCount;
    if (!group.every(agree)) throw checkpointInvalid(`storage ${storage.key} is described in two ways`);
    return [[storage, group]];
  });
}

async function readStorage(zip: ZipArchive, root: string, storage: StorageReference): Promise<Float32Array> {
  const name = `${root}/data/${storage.key}`;
  const bytesNeeded = storage.elementCount * bytesPerElement(storage.elementType);
  const size = zip.sizeOf(name);
  if (size !== undefined && size !== bytesNeeded) {
    throw checkpointInvalid(`storage ${storage.key} has ${size} bytes where ${bytesNeeded} are claimed`);
  }
  return toFloat32(await zip.read(name), storage.elementType);
}

/** The elements of a tensor in row-major order. */
function view(values: Float32Array, { offset, shape, strides }: TensorReference): Tensor {
  const count = elementCount(shape);
  if (isContiguous(shape, strides)) {
    const whole = offset === 0 && count === values.length;
    return { shape, values: whole ? values : values.slice(offset, offset + count) };
  }
  const gathered = new Float32Array(count);
  const index = shape.map(() => 0);
  for (let i = 0, from = offset; i < count; i += 1) {
    gathered[i] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return { shape, values: gathered };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis] ?? 1;
  }
  return true;
}
