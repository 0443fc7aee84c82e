import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from '../../model/checkpoint/byte-source.ts';
import { checkpointInvalid } from '../../model/checkpoint/checkpoint-invalid.ts';

/** Gives `use` an open file as a source, and closes it afterwards. */
export async function withFileSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  return await use({ size, read: (offset, length) => readExactly(file, offset, length) });
}

async function readExactly(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw checkpointInvalid('the file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}
