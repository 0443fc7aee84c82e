import { parseArgs } from 'node:util';
import type { EcgInFile } from '../formats/read-ecgs.ts';
import type { Io } from './console-io.ts';
import { describeEcg, printable, summariseEcg } from './ecg-summary.ts';
import { readEcgFile } from './read-ecg-file.ts';

export const USAGE = 'usage: cardhook read FILE… [--json]';

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
