import { EcgError } from '../errors.ts';

/**
 * A point in time as a user writes it: 2026-03-10 or 2026-03-10T09:00:00Z.
 * @throws EcgError SOURCE_INVALID.
 */
export function dateOption(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new EcgError('SOURCE_INVALID', `'${text}' is no date; write 2026-03-10`);
  return date;
}
