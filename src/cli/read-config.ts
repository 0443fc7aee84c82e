import { readFile } from 'node:fs/promises';
import { type Config, parseConfig } from '../config.ts';
import { EcgError } from '../errors.ts';

/**
 * Reads the configuration that `--config FILE` names.
 * @throws EcgError CONFIG_INVALID naming all faults at once.
 */
export async function readConfig(path: string): Promise<Config> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new EcgError('CONFIG_INVALID', `configuration ${path} cannot be read (${cause.code})`, { cause });
  });
  try {
    return parseConfig(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof EcgError) throw cause;
    throw new EcgError('CONFIG_INVALID', `configuration ${path} is not JSON`, { cause });
  }
}
