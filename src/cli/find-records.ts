import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type LabelledRecord, parseLabels } from '../evaluation/labelled-record.ts';
import { readBoundedFile } from './read-bounded-file.ts';

/** A WFDB record on disk. */
export interface FoundRecord {
  /** Path of its header file. */
  readonly file: string;
  /** Path below the directory searched, without `.hea`. */
  readonly name: string;
  /** Its row in the `labels.csv` beside it, if there is one. */
  readonly labelled: LabelledRecord | undefined;
}

const LABELS_FILE = 'labels.csv';

/**
 * The WFDB records below a directory in order of their names, with what `labels.csv` beside them says, and the names
 * of rows without a record. Links are not followed.
 * @throws EcgError for a `labels.csv` that cannot be read.
 */
export async function findRecords(
  directory: string,
): Promise<{ readonly records: readonly FoundRecord[]; readonly missing: readonly string[] }> {
  const files = (await readdir(directory, { recursive: true })).sort();
  const labelled = new Map<string, LabelledRecord>();
  for (const file of files.filter((name) => basename(name) === LABELS_FILE)) {
    const bytes = await readBoundedFile(join(directory, file));
    for (const record of parseLabels(new TextDecoder().decode(bytes))) {
      labelled.set(join(dirname(file), record.record), record);
    }
  }
  const records = files
    .filter((file) => file.endsWith('.hea'))
    .map((file) => {
      const name = file.slice(0, -'.hea'.length);
      return { file: join(directory, file), name, labelled: labelled.get(name) };
    });
  const names = new Set(records.map(({ name }) => name));
  return { records, missing: [...labelled.keys()].filter((name) => !names.has(name)) };
}
