import { existsSync, readFileSync } from 'node:fs';
import { ORDER_RULES, parseOrderRules } from '../../src/cds/order-rules.ts';
import { parseCsv } from '../../src/evaluation/parse-csv.ts';
import { ECGFOUNDER } from '../../src/terminology/label-set.ts';
import { isSctConceptId } from '../../src/terminology/sct-id.ts';

const shared = new URL('../../../shared/terminology/', import.meta.url);
const table = (name: string) => (existsSync(shared) ? parseCsv(readFileSync(new URL(name, shared), 'utf8')) : []);
const groups = [...ORDER_RULES.groups.values()];

describe('the drug rules', () => {
  it('name labels by index and wording, as the network has them', () => {
    const named = groups.flatMap((group) => [
      ...group.labels.flatMap((entry) => [entry.label, ...(entry.with ?? []), ...(entry.without ?? [])]),
      ...group.omitted.map(({ label }) => label),
      ...(group.unless ?? []),
    ]);
    expect(named.filter(({ index, label }) => ECGFOUNDER.labels[index]?.label !== label)).toEqual([]);
  });

  it('hold SNOMED CT codes with a valid check digit', () => {
    const codes = [
      ...groups.flatMap(({ history }) => history?.snomed ?? []),
      ...Object.values(ORDER_RULES.routes).flatMap(({ snomed }) => snomed),
    ];
    expect(codes.filter((code) => !isSctConceptId(code))).toEqual([]);
  });

  it('give one code to one ingredient', () => {
    const pairs = new Set(ORDER_RULES.rules.map(({ rxnorm, ingredient }) => `${rxnorm} ${ingredient}`));
    expect(pairs.size).toBe(new Set(ORDER_RULES.rules.map(({ ingredient }) => ingredient)).size);
  });

  it.each([
    ['a rule of an unknown group', { findingGroup: 'gout' }, /unknown finding group/],
    ['a severity that there is not', { severity: 'fatal' }, /severity/],
    ['a status of evidence that there is not', { evidenceStatus: 'sure' }, /evidenceStatus/],
  ])('are refused with %s', (_case, fault, message) => {
    const file = { labelSet: 'ecgfounder', routes: ORDER_RULES.routes, rules: [{ ...ORDER_RULES.rules[0], ...fault }] };
    const groupsFile = { labelSet: 'ecgfounder', groups: [GROUP] };
    expect(() => parseOrderRules(file, groupsFile)).toThrow(message);
  });

  it('are refused where a label has no index', () => {
    const groupsFile = { labelSet: 'ecgfounder', groups: [{ ...GROUP, labels: [{ label: 'PROLONGED QT' }] }] };
    expect(() =>
      parseOrderRules({ labelSet: 'ecgfounder', routes: ORDER_RULES.routes, rules: [] }, groupsFile),
    ).toThrow(/finding groups/);
  });
});

const GROUP = { id: 'qtc_prolonged', name: 'prolonged QT', labels: [{ label: '80 PROLONGED QT' }], caution: 'c' };

(existsSync(shared) ? describe : describe.skip)('the drug rules and the reference tables', () => {
  it('say the same, row by row', () => {
    const rows = table('drug-ecg-interactions.csv').filter(
      ({ priority, finding_group = '', drug_class }) =>
        priority === '1' &&
        ORDER_RULES.groups.has(finding_group) &&
        (finding_group !== 'infarct_or_structural' || drug_class === 'class Ic'),
    );
    expect(rows.length).toBeGreaterThan(80);
    expect(
      ORDER_RULES.rules.map((rule) => ({
        rxnorm_ingredient_code: rule.rxnorm ?? '',
        ingredient: rule.ingredient,
        drug_class: rule.drugClass,
        finding_group: rule.findingGroup,
        severity: rule.severity,
        rationale: rule.rationale,
        evidence: rule.evidence,
        evidence_status: rule.evidenceStatus,
      })),
    ).toEqual(rows.map(({ priority: _1, atc_code: _2, rxnorm_evidence: _3, ...row }) => row));
  });

  it('group the same labels', () => {
    const rows = new Map(table('ecg-finding-groups.csv').map((row) => [row['finding_group'], row['label_indices']]));
    const written = groups.map(({ id, labels, omitted }) => [
      id,
      [...labels, ...omitted].map(({ label }) => label.index).sort((a, b) => a - b),
    ]);
    const expected = groups.map(({ id }) => [id, indicesOf(rows.get(id) ?? '')]);
    expect(written).toEqual(expected);
  });
});

/** "148;147 (only with a sinus label and no 32)" names 147 and 148; "107 with 5 or 32" names 107. */
function indicesOf(column: string): number[] {
  return column
    .split(';')
    .map((part) => Number.parseInt(part, 10))
    .sort((a, b) => a - b);
}
