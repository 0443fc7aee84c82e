import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { EcgError } from '../errors.ts';
import { type EcgInFile, readEcgs } from '../formats/read-ecgs.ts';
import type { Io } from './console-io.ts';
import { describeEcg, printable, summariseEcg } from './ecg-summary.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const USAGE = 'usage: cardhook read FILE… [--json]';

/**
 * `cardhook read FILE… [--json]`: what files hold. Exit code 1 if no ECG could be read from one of them, 2 for a wrong
 * call. With `--json` one document per line for each ECG, or each refusal; a container's carry the resource's reference
 * ("x.json#DocumentReference/1").
 */
export async function runRead(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length === 0) {
    io.stderr(USAGE);
    return 2;
  }
  const print = values.json ? printJson : printText;
  let exitCode = 0;
  for (const file of positionals) {
    const found = await readEcgFile(file);
    for (const each of found) print(each.reference === undefined ? file : `${file}#${each.reference}`, each, io);
    if (!found.some((each) => 'ecg' in each)) exitCode = 1;
  }
  return exitCode;
}

async function readEcgFile(file: string): Promise<readonly EcgInFile[]> {
  try {
    return await readEcgs(await readBounded(file));
  } catch (error) {
    if (error instanceof EcgError) return [{ error }];
    throw error;
  }
}

/** @throws EcgError NOT_FOUND, SOURCE_INVALID for what cannot be opened or is no regular file, SOURCE_TOO_LARGE. */
async function readBounded(file: string): Promise<Uint8Array> {
  try {
    const status = await stat(file);
    if (!status.isFile()) throw new EcgError('SOURCE_INVALID', 'not a regular file');
    if (status.size > MAX_FILE_BYTES) throw new EcgError('SOURCE_TOO_LARGE', 'the file is larger than 64 MiB');
    return await readFile(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    if (error.code === 'ENOENT') throw new EcgError('NOT_FOUND', 'there is no such file', { cause: error });
    throw new EcgError('SOURCE_INVALID', `the file cannot be opened (${error.code})`, { cause: error });
  }
}

function printJson(file: string, found: EcgInFile, io: Io): void {
  const content =
    'ecg' in found ? summariseEcg(found.ecg) : { error: { code: found.error.code, message: found.error.message } };
  io.stdout(JSON.stringify({ file, ...content }));
}

function printText(file: string, found: EcgInFile, io: Io): void {
  if ('error' in found) {
    io.stderr(printable(`${file}: refused, ${found.error.message} (${found.error.code})`));
    return;
  }
  io.stdout(printable(file));
  for (const line of describeEcg(found.ecg)) io.stdout(line);
}
