import { createHash } from 'node:crypto';
import { EcgError } from '../../../src/errors.ts';
import type { ByteSource } from '../../../src/model/checkpoint/byte-source.ts';
import { readCheckpoint } from '../../../src/model/checkpoint/read-checkpoint.ts';
import type { Tensor } from '../../../src/model/tensor.ts';
import { bytesSource } from './bytes-source.ts';
import type { Picklable } from './pickle-writer.ts';
import { pickle } from './pickle-writer.ts';
import { pickleStateDict, releasedCheckpoint, storageEntry, tensor, torchZip } from './torch-writer.ts';
import { writeZip } from './zip-writer.ts';

const TENSORS = new Map<string, Tensor>([
  ['first_conv.conv.weight', { shape: [2, 1, 3], values: Float32Array.of(1, 2, 3, -1.5, 0.25, 6) }],
  ['dense.bias', { shape: [2], values: Float32Array.of(-0.5, 8) }],
]);

const read = (bytes: Uint8Array) => readCheckpoint(bytesSource(bytes));
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const bare = (value: Picklable) => new Map<Picklable, Picklable>([['w', value]]);
const stored = (storage: Partial<Parameters<typeof tensor>[0]>) =>
  bare(tensor({ storageClass: 'torch.FloatStorage', key: '0', elements: 6, shape: [6], ...storage }));

describe('readCheckpoint', () => {
  it('reads the released layout: weights, but neither counters nor the optimizer, whose storages are not even there', async () => {
    const bytes = releasedCheckpoint(TENSORS);
    const { tensors, sha256 } = await read(bytes);
    expect(new Map(tensors)).toEqual(TENSORS);
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('reads only the entries it needs', async () => {
    const { pickled, storages } = pickleStateDict(TENSORS);
    const unread = storageEntry(1000, new Uint8Array(100_000));
    const bytes = torchZip(new Map([['state_dict', pickled]]), [...storages, unread]);
    const reads: number[] = [];
    const source: ByteSource = {
      ...bytesSource(bytes),
      read: (offset, length) => {
        reads.push(length);
        return bytesSource(bytes).read(offset, length);
      },
    };
    await readCheckpoint(source);
    const checksumPass = bytes.length;
    expect(reads.reduce((sum, length) => sum + length, 0) - checksumPass).toBeLessThan(100_000);
  });

  for (const container of ['state_dict', 'model', 'model_state_dict']) {
    it(`finds the state dictionary under ${container}`, async () => {
      const { pickled, storages } = pickleStateDict(TENSORS);
      expect(new Map((await read(torchZip(new Map([[container, pickled]]), storages))).tensors)).toEqual(TENSORS);
    });
  }

  it('reads a bare state dictionary, strips prefixes of wrappers and unwraps parameters', async () => {
    const weight = tensor({ storageClass: 'torch.FloatStorage', key: '0', elements: 2, shape: [2] });
    const parameter = { call: { global: 'torch._utils._rebuild_parameter' }, args: [weight, true, null] };
    const bytes = torchZip(new Map([['module.model.dense.bias', parameter]]), [storageEntry(0, floats(3, 4))]);
    expect([...(await read(bytes)).tensors]).toEqual([['dense.bias', { shape: [2], values: Float32Array.of(3, 4) }]]);
  });

  for (const type of ['float64', 'float16', 'bfloat16'] as const) {
    it(`reads ${type} weights`, async () => {
      expect(new Map((await read(releasedCheckpoint(TENSORS, type))).tensors)).toEqual(TENSORS);
    });
  }

  it('makes views of a storage contiguous', async () => {
    const storages = [storageEntry(0, floats(0, 1, 2, 3, 4, 5))];
    const cases: readonly (readonly [readonly number[], readonly number[], number, readonly number[]])[] = [
      [[3, 2], [1, 3], 0, [0, 3, 1, 4, 2, 5]],
      [[2, 2], [3, 1], 1, [1, 2, 4, 5]],
      [[2], [1], 3, [3, 4]],
      [[1, 1, 2], [7, 9, 2], 1, [1, 3]],
      [[0], [1], 6, []],
      [[], [], 5, [5]],
    ];
    for (const [shape, strides, offset, values] of cases) {
      const { tensors } = await read(torchZip(stored({ shape, strides, offset }), storages));
      expect(tensors.get('w')).toEqual({ shape: [...shape], values: Float32Array.from(values) });
    }
  });

  it('reads tensors that share a storage, and deflated entries', async () => {
    const root = new Map<Picklable, Picklable>([
      ...stored({}),
      ['v', tensor({ storageClass: 'torch.FloatStorage', key: '0', elements: 6, shape: [2], offset: 4 })],
    ]);
    const bytes = writeZip([
      { name: 'x/data.pkl', content: pickle(root), deflate: true },
      { name: 'x/data/0', content: floats(0, 1, 2, 3, 4, 5), deflate: true },
    ]);
    expect((await read(bytes)).tensors.get('v')?.values).toEqual(Float32Array.of(4, 5));
  });

  const six = [storageEntry(0, floats(0, 1, 2, 3, 4, 5))];
  const refused: readonly (readonly [string, () => Uint8Array, string])[] = [
    ['a file that is neither', () => new TextEncoder().encode('hello, world'), 'neither a torch.save archive nor'],
    ['an empty file', () => new Uint8Array(0), 'neither a torch.save archive nor'],
    ['the format of old PyTorch', () => pickle(0x1950a86a), 'PyTorch before 1.6'],
    ['a zip without data.pkl', () => writeZip([{ name: 'a/b', content: new Uint8Array(1) }]), 'ROOT/data.pkl'],
    [
      'TorchScript',
      () => torchZip(stored({}), [...six, { name: 'archive/constants.pkl', content: pickle(null) }]),
      'TorchScript',
    ],
    [
      'big-endian numbers',
      () =>
        writeZip([
          { name: 'a/data.pkl', content: pickle(null) },
          { name: 'a/byteorder', content: new TextEncoder().encode('big') },
        ]),
      'little-endian',
    ],
    ['a pickle over 16 MiB', () => torchZip(new Uint8Array(16 * 2 ** 20 + 1)), '16 MiB'],
    ['a top level that is no dictionary', () => torchZip([1]), 'no dictionary'],
    [
      'a model object instead of its weights',
      () => torchZip({ call: { global: 'net1d.Net1D' }, args: [] }),
      'net1d.Net1D',
    ],
    [
      'a state dictionary with other things than tensors',
      () => torchZip(new Map([['state_dict', new Map([['w', 1]])]])),
      'other things than named tensors',
    ],
    [
      'names that are no strings',
      () =>
        torchZip(
          new Map([[1, tensor({ storageClass: 'torch.FloatStorage', key: '0', elements: 6, shape: [6] })]]),
          six,
        ),
      'named tensors',
    ],
    [
      'two names that are one without prefixes',
      () => torchZip(new Map([...stored({}), ['module.w', [...stored({}).values()][0] ?? null]]), six),
      'two tensors are called w',
    ],
    ['a storage that is not there', () => torchZip(stored({ key: '7' }), six), 'no entry archive/data/7'],
    ['a storage key that is a path', () => torchZip(stored({ key: '../data.pkl' }), six), 'persistent id'],
    [
      'an unknown storage class',
      () => torchZip(stored({ storageClass: 'torch.EvilStorage' }), six),
      'torch.EvilStorage',
    ],
    ['a storage shorter than claimed', () => torchZip(stored({ elements: 7 }), six), '24 bytes where 28'],
    ['a storage longer than claimed', () => torchZip(stored({ elements: 5, shape: [5] }), six), '24 bytes where 20'],
    [
      'a storage described in two ways',
      () =>
        torchZip(
          new Map([
            ...stored({}),
            ['v', tensor({ storageClass: 'torch.DoubleStorage', key: '0', elements: 3, shape: [3] })],
          ]),
          six,
        ),
      'described in two ways',
    ],
    ['an offset beyond the storage', () => torchZip(stored({ offset: 1 }), six), 'beyond its storage'],
    ['a negative offset', () => torchZip(stored({ offset: -1 }), six), 'malformed'],
    [
      'strides beyond the storage',
      () => torchZip(stored({ shape: [2, 3], strides: [4, 1] }), six),
      'beyond its storage',
    ],
    ['negative strides', () => torchZip(stored({ strides: [-1] }), six), 'malformed'],
    ['strides of another rank', () => torchZip(stored({ strides: [1, 1] }), six), 'malformed'],
    [
      'a tensor larger than its storage (stride 0)',
      () => torchZip(stored({ shape: [2 ** 30], strides: [0] }), six),
      'beyond its storage',
    ],
    [
      'sizes whose product overflows',
      () => torchZip(stored({ shape: Array(8).fill(2 ** 30), strides: Array(8).fill(0) }), six),
      'beyond its storage',
    ],
    ['too many dimensions', () => torchZip(stored({ shape: Array(9).fill(1) }), six), 'malformed'],
    [
      'a tensor without arguments',
      () => torchZip(bare({ call: { global: 'torch._utils._rebuild_tensor_v2' }, args: [] })),
      'malformed',
    ],
    [
      'a parameter that is no tensor',
      () => torchZip(bare({ call: { global: 'torch._utils._rebuild_parameter' }, args: [1] })),
      'not a tensor',
    ],
    [
      'a storage that holds more than memory is given for, although its tensor is small',
      () => torchZip(stored({ elements: 2 ** 28 + 1 }), six),
      'are more than',
    ],
    [
      'more weights than memory is given for, although each shares one storage',
      () => {
        const elements = 2 ** 20;
        const shared = tensor({ storageClass: 'torch.FloatStorage', key: '0', elements, shape: [elements] });
        const names = Array.from({ length: 257 }, (_, index) => [`w${index}`, shared] as const);
        return torchZip(new Map(names), [storageEntry(0, new Uint8Array(4 * elements))]);
      },
      'are more than',
    ],
  ];
  for (const [name, bytes, message] of refused) {
    it(`refuses ${name}`, async () => {
      await expect(read(bytes())).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
      await expect(read(bytes())).rejects.toThrow(message);
    });
  }

  it('refuses truncation at every byte', async () => {
    const whole = releasedCheckpoint(TENSORS);
    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length))).rejects.toBeInstanceOf(EcgError);
    }
  });

  it('answers a flipped byte with the weights or EcgError, nothing else', async () => {
    const whole = releasedCheckpoint(TENSORS);
    for (let at = 0; at < whole.length; at += 3) {
      const flipped = whole.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      const outcome = await read(flipped).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(EcgError);
    }
  });
});
