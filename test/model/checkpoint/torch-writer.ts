import type { Tensor } from '../../../src/model/tensor.ts';
import { type Picklable, pickle } from './pickle-writer.ts';
import { writeZip, type ZipEntry } from './zip-writer.ts';

const STORAGES = {
  float32: {
    storageClass: 'torch.FloatStorage',
    encode: (values: Float32Array) => new Uint8Array(values.slice().buffer),
  },
  float64: {
    storageClass: 'torch.DoubleStorage',
    encode: (values: Float32Array) => new Uint8Array(Float64Array.from(values).buffer),
  },
  float16: {
    storageClass: 'torch.HalfStorage',
    encode: (values: Float32Array) => new Uint8Array(Float16Array.from(values).buffer),
  },
  bfloat16: {
    storageClass: 'torch.BFloat16Storage',
    encode: (values: Float32Array) =>
      new Uint8Array(Uint16Array.from(new Uint32Array(values.slice().buffer), (word) => word >>> 16).buffer),
  },
} as const;

export type StoredType = keyof typeof STORAGES;

/** A state dictionary as `torch.save` pickles it, and the storages that go with it. */
export interface PickledStateDict {
  readonly pickled: Picklable;
  readonly storages: readonly ZipEntry[];
}

/** Pickles tensors like `model.state_dict()`, with a `num_batches_tracked` and the attribute `_metadata`. */
export function pickleStateDict(tensors: ReadonlyMap<string, Tensor>, type: StoredType = 'float32'): PickledStateDict {
  const { storageClass, encode } = STORAGES[type];
  const items = new Map<Picklable, Picklable>();
  const storages: ZipEntry[] = [];
  for (const [index, [name, { shape, values }]] of [...tensors].entries()) {
    items.set(name, tensor({ storageClass, key: String(index), elements: values.length, shape }));
    storages.push(storageEntry(index, encode(values)));
  }
  const key = String(tensors.size);
  items.set('first_bn.num_batches_tracked', tensor({ storageClass: 'torch.LongStorage', key, elements: 1, shape: [] }));
  storages.push(storageEntry(tensors.size, new Uint8Array(8)));
  const metadata = new Map<Picklable, Picklable>([['_metadata', orderedDict(new Map())]]);
  return { pickled: { build: orderedDict(items), state: metadata }, storages };
}

interface StoredTensor {
  readonly storageClass: string;
  readonly key: string;
  readonly elements: number;
  readonly shape: readonly number[];
  readonly offset?: number;
  readonly strides?: readonly number[];
}

/** `torch._utils._rebuild_tensor_v2` of a storage. */
export function tensor({
  storageClass,
  key,
  elements,
  shape,
  offset = 0,
  strides = contiguous(shape),
}: StoredTensor): Picklable {
  const storage = { persistent: ['storage', { global: storageClass }, key, 'cpu', elements] };
  const args = [storage, offset, shape, strides, false, orderedDict(new Map())];
  return { call: { global: 'torch._utils._rebuild_tensor_v2' }, args };
}

/** What `torch.save(root)` writes, stored, under the root folder `archive`. */
export function torchZip(root: Picklable | Uint8Array, storages: readonly ZipEntry[] = []): Uint8Array {
  const content = root instanceof Uint8Array ? root : pickle(root);
  return writeZip([
    { name: 'archive/data.pkl', content },
    { name: 'archive/byteorder', content: new TextEncoder().encode('little') },
    ...storages,
  ]);
}

/** A whole checkpoint in the released layout, with an optimizer whose storage is not in the file. */
export function releasedCheckpoint(tensors: ReadonlyMap<string, Tensor>, type?: StoredType): Uint8Array {
  const { pickled, storages } = pickleStateDict(tensors, type);
  const momentum = tensor({ storageClass: 'torch.FloatStorage', key: '999999', elements: 4, shape: [4] });
  return torchZip(
    new Map<Picklable, Picklable>([
      ['epoch', 7],
      ['state_dict', pickled],
      ['optimizer', new Map([['state', new Map([[0, new Map([['exp_avg', momentum]])]])]])],
      ['scheduler', new Map([['last_lr', 0.001]])],
      ['val_auroc', numpyScalar()],
    ]),
    storages,
  );
}

export function storageEntry(key: number, content: Uint8Array): ZipEntry {
  return { name: `archive/data/${key}`, content };
}

/** `numpy.float64(…)` as NumPy 2 pickles it. */
function numpyScalar(): Picklable {
  const dtype = { call: { global: 'numpy.dtype' }, args: ['f8', false, true] };
  const state = [3, '<', null, null, null, -1, -1, 0];
  const bytes = { call: { global: '_codecs.encode' }, args: ['12345678', 'latin1'] };
  return { call: { global: 'numpy._core.multiarray.scalar' }, args: [{ build: dtype, state }, bytes] };
}

function orderedDict(items: ReadonlyMap<Picklable, Picklable>): Picklable {
  const empty: Picklable = { call: { global: 'collections.OrderedDict' }, args: [] };
  if (items.size === 0) return empty;
  const filled = pickle(items).subarray('\x80\x02}'.length, -'.'.length);
  return { raw: [...pickle(empty).subarray(2, -1), ...filled] };
}

function contiguous(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}
