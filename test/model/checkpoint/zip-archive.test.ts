import { openZip } from '../../../src/model/checkpoint/zip-archive.ts';
import { bytesSource } from './bytes-source.ts';
import { writeZip, type ZipEntry } from './zip-writer.ts';

const open = (entries: readonly ZipEntry[], entryCount?: number) => openZip(bytesSource(writeZip(entries, entryCount)));
const readAll = async (entries: readonly ZipEntry[], entryCount?: number) => {
  const zip = await open(entries, entryCount);
  return await Promise.all(zip.names.map((name) => zip.read(name)));
};
const hello = new TextEncoder().encode('hello, hello, hello, hello');
const zeros = new Uint8Array(10 * 2 ** 20);

describe('openZip', () => {
  it('reads stored and deflated entries', async () => {
    const contents = await readAll([
      { name: 'a', content: hello },
      { name: 'b/c', content: hello, deflate: true },
      { name: 'empty', content: new Uint8Array(0) },
    ]);
    expect(contents).toEqual([hello, hello, new Uint8Array(0)]);
  });

  it('knows sizes, and names that are not there', async () => {
    const zip = await open([{ name: 'a', content: hello }]);
    expect(zip.sizeOf('a')).toBe(26);
    expect(zip.sizeOf('b')).toBeUndefined();
    await expect(zip.read('b')).rejects.toThrow('no entry b');
  });

  const a = { name: 'a', content: hello };
  const refused: readonly (readonly [string, readonly ZipEntry[], string])[] = [
    ['a name twice', [a, a], 'two entries a'],
    ['a path that leads out', [{ ...a, name: '../a' }], 'invalid relative path'],
    ['an absolute path', [{ ...a, name: '/a' }], 'absolute path'],
    ['a path with backslashes', [{ ...a, name: 'a\\b' }], 'invalid characters'],
    ['an encrypted entry', [{ ...a, claim: { flags: 1, compressedSize: 38 } }], 'encrypted'],
    ['an unknown compression', [{ ...a, claim: { method: 14 } }], 'compression method 14'],
    ['a bomb', [{ name: 'a', content: zeros, deflate: true }], 'claims to inflate'],
    [
      'a bomb that hides its size',
      [{ name: 'a', content: zeros, deflate: true, claim: { uncompressedSize: 100 } }],
      'cannot be inflated',
    ],
    ['deflated bytes that are none', [{ ...a, claim: { method: 8 } }], 'cannot be inflated'],
    ['a wrong checksum', [{ ...a, claim: { crc32: 1 } }], 'damaged'],
    ['a size that is not that of the content', [{ ...a, deflate: true, claim: { uncompressedSize: 27 } }], 'damaged'],
    ['sizes that differ for a stored entry', [{ ...a, claim: { uncompressedSize: 27 } }], 'size mismatch'],
    ['an entry longer than the file', [{ ...a, claim: { compressedSize: 5000, uncompressedSize: 5000 } }], 'overlaps'],
    [
      'an entry that reaches into the next',
      [
        { ...a, claim: { compressedSize: 40, uncompressedSize: 40 } },
        { ...a, name: 'b' },
      ],
      'overlaps',
    ],
    ['two entries of the same bytes', [a, { ...a, name: 'b', claim: { localHeaderOffset: 0 } }], 'overlaps'],
    ['an offset that is no local header', [{ ...a, claim: { localHeaderOffset: 1 } }], 'invalid local file header'],
  ];
  for (const [name, entries, message] of refused) {
    it(`refuses ${name}`, async () => {
      await expect(readAll(entries)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
      await expect(readAll(entries)).rejects.toThrow(message);
    });
  }

  it('refuses more entries than a checkpoint has, and a directory with fewer than it claims', async () => {
    await expect(open([a], 20_001)).rejects.toThrow('claims 20001 entries');
    await expect(open([a], 2)).rejects.toThrow('the file ends at');
  });
});
