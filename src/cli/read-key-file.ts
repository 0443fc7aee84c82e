import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EcgError } from '../errors.ts';

/** The text of a file with a key. @throws EcgError CONFIG_INVALID, with `what` it was to be. */
export async function readKeyFile(path: string, what: string): Promise<string> {
  return await readFile(resolve(path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new EcgError('CONFIG_INVALID', `${what} ${path} cannot be read (${cause.code})`, { cause });
  });
}

/** undefined for what is no JSON: a parser's message could quote the key. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
