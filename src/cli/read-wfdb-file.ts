import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EcgError } from '../errors.ts';
import { readWfdb, type WfdbEcg } from '../formats/wfdb/read-wfdb.ts';
import { readBoundedFile } from './read-bounded-file.ts';

/**
 * The ECG of a WFDB record, by its header file; the signal files lie beside it.
 * @throws EcgError as `readWfdb` does; NOT_FOUND, SOURCE_INVALID, SOURCE_TOO_LARGE for files that cannot be had.
 */
export async function readWfdbFile(headerFile: string): Promise<WfdbEcg> {
  const header = await readBoundedFile(headerFile);
  const folder = dirname(headerFile);
  return await readWfdb(header, (name) => readBeside(folder, name));
}

/** A header decides which files are read, so a name or link that leads out of its folder is not followed. */
async function readBeside(folder: string, name: string): Promise<Uint8Array> {
  const file = join(folder, name);
  const target = await realpath(file).catch((cause: unknown) => {
    throw new EcgError('NOT_FOUND', 'a signal file that the WFDB header names is not beside it', { cause });
  });
  if (dirname(target) !== (await realpath(folder))) {
    throw new EcgError('SOURCE_INVALID', 'a signal file of the WFDB record is a link out of its folder');
  }
  return await readBoundedFile(file);
}
