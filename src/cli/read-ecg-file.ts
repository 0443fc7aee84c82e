import { EcgError } from '../errors.ts';
import { type EcgInFile, readEcgs } from '../formats/read-ecgs.ts';
import { readBoundedFile } from './read-bounded-file.ts';
import { readWfdbFile } from './read-wfdb-file.ts';

/**
 * Every ECG in a file of at most 64 MiB, or why it could not be read; never empty. A WFDB record is named by its
 * header, `x.hea`; any other format is known by its content.
 */
export async function readEcgFile(file: string): Promise<readonly EcgInFile[]> {
  try {
    return file.endsWith('.hea') ? [{ ecg: await readWfdbFile(file) }] : await readEcgs(await readBoundedFile(file));
  } catch (error) {
    if (error instanceof EcgError) return [{ error }];
    throw error;
  }
}
