import { existsSync, readFileSync } from 'node:fs';
import type { CodeSystem, ConceptMap } from '@medplum/fhirtypes';
import codeSystem from '../../mappings/ecgfounder.codesystem.json' with { type: 'json' };
import conceptMap from '../../mappings/ecgfounder-snomed.conceptmap.json' with { type: 'json' };

const table = new URL('../../../shared/terminology/ecgfounder-labels.csv', import.meta.url);

(existsSync(table) ? describe : describe.skip)('the mappings and the reference table', () => {
  it('say the same, row by row', () => {
    const rows = existsSync(table) ? readCsv(readFileSync(table, 'utf8')) : [];
    const { concept = [] } = codeSystem as CodeSystem;
    const elements = (conceptMap as ConceptMap).group?.[0]?.element ?? [];
    expect(rows).toHaveLength(150);
    expect(concept.map((row, index) => toRow(row, elements[index]))).toEqual(rows.map(comparable));
  });
});

type Concept = NonNullable<CodeSystem['concept']>[number];
type Element = NonNullable<NonNullable<ConceptMap['group']>[number]['element']>[number];

/** The columns of the reference table as the two resources hold them. */
function toRow({ code, display, property = [] }: Concept, element: Element | undefined) {
  const properties = Object.fromEntries(
    property.map((row) => [row.code, row.valueCode ?? row.valueString ?? (row.valueBoolean ? 'yes' : 'no')]),
  );
  const target = element?.target?.[0];
  const extensions = (arm: string) => target?.extension?.filter(({ url }) => url?.endsWith(arm)) ?? [];
  const [gps] = extensions('.9.4').map(({ valueBoolean }) => (valueBoolean ? 'yes' : 'no'));
  return {
    index: code,
    label: display,
    snomed_code: target?.code ?? '',
    snomed_display: target?.display ?? '',
    fhir_r4_equivalence: target?.equivalence,
    additional_codes: (target?.product ?? []).map(({ value }) => value).join(';'),
    alternate_codes: extensions('.9.2')
      .map(({ valueCoding }) => valueCoding?.code)
      .join(';'),
    kind: properties['kind'],
    standalone: properties['standalone'],
    requires: properties['requires'] ?? '',
    urgency: properties['urgency'],
    urgency_reason: properties['urgencyReason'],
    auto_code: properties['autoCode'],
    in_gps_2020: gps ?? '',
    evidence: extensions('.9.3')
      .map(({ valueString }) => valueString)
      .join(' | '),
    note: target?.comment ?? '',
  };
}

function comparable({ match: _, check_digit_ok: __, ...row }: Record<string, string>) {
  return { ...row, evidence: (row['evidence'] ?? '').replaceAll(/\s+/g, ' ').trim() };
}

/** RFC 4180 without line breaks inside a field. */
function readCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
  return rows.map((row) => Object.fromEntries(header.map((name, column) => [name, row[column] ?? ''])));
}
