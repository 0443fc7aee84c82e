import { EcgError } from '../errors.ts';

/** One field, quoted or not, with what ends it (RFC 4180). */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/**
 * The rows of a CSV text by the names of its first line (RFC 4180).
 * @throws EcgError SOURCE_INVALID for a quote that does not end, or a row with more or fewer fields than the first.
 */
export function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = parseRows(`${text.replace(/^\ufeff/, '').trimEnd()}\n`);
  return rows.map((fields, index) => {
    if (fields.length !== names.length) {
      throw new EcgError(
        'SOURCE_INVALID',
        `row ${index + 2} of the CSV file has ${fields.length} fields, not ${names.length}`,
      );
    }
    return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']));
  });
}

function parseRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (match === null)
      throw new EcgError('SOURCE_INVALID', `row ${rows.length} of the CSV file has a misplaced quote`);
    const [whole, quoted, plain = '', end] = match;
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    if (end !== ',' && at < text.length) rows.push([]);
  }
  return rows.filter((fields) => fields.length > 1 || fields[0] !== '');
}
