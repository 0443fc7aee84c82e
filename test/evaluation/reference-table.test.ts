import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tableJson from '../../mappings/ecgfounder-reference-labels.json' with { type: 'json' };
import { parseLabels } from '../../src/evaluation/labelled-record.ts';
import { ECGFOUNDER_REFERENCE, parseReferenceTable } from '../../src/evaluation/reference-table.ts';
import { ECGFOUNDER } from '../../src/terminology/label-set.ts';
import { isSctConceptId } from '../../src/terminology/sct-id.ts';
import { errorCodeOf } from '../formats/error-code.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/samples/wfdb');
const SCHEMES = ['scp-ecg', 'snomed-ct'] as const;
const { targets, schemes } = ECGFOUNDER_REFERENCE;

/** The table with one part replaced. */
const parseWith = (part: object) => () => parseReferenceTable({ ...tableJson, ...part }, ECGFOUNDER);
const withCode = (code: object) => {
  const scheme = { ...tableJson.schemes['scp-ecg'], codes: [...tableJson.schemes['scp-ecg'].codes, code] };
  return parseWith({ schemes: { ...tableJson.schemes, 'scp-ecg': scheme } });
};

describe('the reference table', () => {
  it('tests every label and every union', () => {
    expect(targets.filter(({ isUnion }) => !isUnion).map(({ name }) => name)).toEqual(
      ECGFOUNDER.labels.map(({ label }) => label),
    );
    expect(targets.filter(({ isUnion }) => isUnion)).toHaveLength(tableJson.unions.length);
  });

  it.each(SCHEMES)('leaves open in %s only what a reference of it can state', (scheme) => {
    const asked = new Set([...schemes[scheme].asked].flatMap(({ outputs }) => outputs));
    const rows: readonly { readonly code: string; readonly open?: readonly string[] }[] =
      tableJson.schemes[scheme].codes;
    const idle = rows.flatMap(({ code, open = [] }) =>
      open.filter((name) => !name.startsWith('@') && !asked.has(Number.parseInt(name, 10))).map((name) => [code, name]),
    );
    expect(idle).toEqual([]);
  });

  it('has SNOMED CT codes with a true check digit', () => {
    expect([...schemes['snomed-ct'].codes.keys()].filter((code) => !isSctConceptId(code))).toEqual([]);
  });

  it('means by a SNOMED CT code the labels for which it is the equivalent concept, or leaves them open', () => {
    const otherwise = ECGFOUNDER.labels.flatMap(({ index, label }) => {
      const translation = ECGFOUNDER.translate(index, 'all');
      const meaning = schemes['snomed-ct'].codes.get(translation?.coding.code ?? '');
      if (translation?.equivalence !== 'equivalent' || !meaning) return [];
      return [...meaning.means, ...meaning.open].includes(index) ? [] : [`${translation.coding.code} ${label}`];
    });
    expect(otherwise).toEqual([
      '67751000119106 RIGHT ATRIAL ENLARGEMENT', // named "right atrial high voltage" by the Challenge
      '251266004 VENTRICULAR-PACED COMPLEXES', // tested as the rhythm
      '698252002 NONSPECIFIC INTRAVENTRICULAR BLOCK', // tested as the delay, and as a union
      '251268003 ATRIAL-PACED COMPLEXES', // tested as the rhythm
    ]);
  });

  (existsSync(SAMPLES) ? it : it.skip)('knows every code of the reference samples', () => {
    const records = ['ptbxl', 'cinc2021'].flatMap((folder) =>
      parseLabels(readFileSync(join(SAMPLES, folder, 'labels.csv'), 'utf8')),
    );
    expect(records).toHaveLength(229);
    const unknown = records.flatMap(({ scheme, statements }) =>
      statements.filter(({ code }) => !schemes[scheme].codes.has(code)),
    );
    expect(unknown).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['another label set', parseWith({ labelSet: 'other' })],
    [
      'a label whose index and wording differ',
      withCode({ code: 'X', display: 'x', means: ['4 ATRIAL FIBRILLATION'], reason: 'x' }),
    ],
    ['an unknown union', withCode({ code: 'X', display: 'x', meansUnion: 'x', reason: 'x' })],
    ['an unknown group', withCode({ code: 'X', display: 'x', open: ['@x'], reason: 'x' })],
    ['a code given twice', withCode({ code: 'SR', display: 'x', reason: 'x' })],
    ['a code without a reason', withCode({ code: 'X', display: 'x' })],
    ['an unknown field', withCode({ code: 'X', display: 'x', reason: 'x', mean: [] })],
    ['an unknown source', parseWith({ rhythm: { ...tableJson.rhythm, source: ['x'] } })],
    ['no unions', parseWith({ unions: undefined })],
  ])('is refused with %s', (_what, parse) => {
    expect(errorCodeOf(parse)).toBe('CONFIG_INVALID');
  });
});
