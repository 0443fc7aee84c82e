import { z } from 'zod';
import { EcgError } from '../errors.ts';

const labelListSchema = z.array(z.string().min(1).max(200)).min(1).max(10_000);

/**
 * Labels of a network's outputs, in order, from a text with one per line or a JSON array of strings.
 * @throws EcgError CONFIG_INVALID when it is neither, or a label is longer than 200 characters.
 */
export function parseLabelList(text: string): readonly string[] {
  const result = labelListSchema.safeParse(text.trimStart().startsWith('[') ? parseJson(text) : linesOf(text));
  if (!result.success) throw new EcgError('CONFIG_INVALID', `labels: ${z.prettifyError(result.error)}`);
  return result.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EcgError('CONFIG_INVALID', 'labels: the JSON array is malformed', { cause });
  }
}

function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
