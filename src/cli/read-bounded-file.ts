import { readFile, stat } from 'node:fs/promises';
import { EcgError } from '../errors.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * A file of at most 64 MiB.
 * @throws EcgError NOT_FOUND, SOURCE_INVALID for what cannot be opened or is no regular file, SOURCE_TOO_LARGE.
 */
export async function readBoundedFile(file: string): Promise<Uint8Array> {
  try {
    const status = await stat(file);
    if (!status.isFile()) throw new EcgError('SOURCE_INVALID', 'not a regular file');
    if (status.size > MAX_FILE_BYTES) throw new EcgError('SOURCE_TOO_LARGE', 'the file is larger than 64 MiB');
    return await readFile(file);
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error)) throw error;
    if (error.code === 'ENOENT') throw new EcgError('NOT_FOUND', 'there is no such file', { cause: error });
    throw new EcgError('SOURCE_INVALID', `the file cannot be opened (${error.code})`, { cause: error });
  }
}
