import { existsSync, readFileSync } from 'node:fs';
import { ORDER_RULES, parseOrderRules, rulesInForce } from '../../src/cds/order-rules.ts';
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
      ...ORDER_RULES.wideQrs.labels,
      ...ORDER_RULES.paediatric,
      ...ORDER_RULES.rules.flatMap(({ onlyLabels = [] }) => onlyLabels),
    ]);
    expect(named.filter(({ index, label }) => ECGFOUNDER.labels[index]?.label !== label)).toEqual([]);
  });

  it('hold SNOMED CT codes with a valid check digit', () => {
    const codes = [
      ...[...ORDER_RULES.diagnoses.values()].flatMap(({ snomed }) => snomed),
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
    ['a diagnosis that there is not', { history: ['gout'] }, /unknown diagnosis/],
  ])('are refused with %s', (_case, fault, message) => {
    const file = { labelSet: 'ecgfounder', routes: ORDER_RULES.routes, rules: [{ ...ORDER_RULES.rules[0], ...fault }] };
    expect(() => parseOrderRules(file, groupsFileOf(GROUP))).toThrow(message);
  });

  it('are refused where a label has no index', () => {
    const groupsFile = groupsFileOf({ ...GROUP, labels: [{ label: 'PROLONGED QT' }] });
    expect(() =>
      parseOrderRules({ labelSet: 'ecgfounder', routes: ORDER_RULES.routes, rules: [] }, groupsFile),
    ).toThrow(/finding groups/);
  });
});

const GROUP = {
  id: 'qtc_prolonged',
  name: 'prolonged QT',
  labels: [{ label: '80 PROLONGED QT' }],
  instead: 'i',
  caution: 'c',
};

function groupsFileOf(group: object) {
  const wideQrs = { bound: { atLeast: 120 }, labels: ['20 LEFT BUNDLE BRANCH BLOCK'] };
  return {
    labelSet: 'ecgfounder',
    wideQrs,
    paediatric: ['114 PEDIATRIC ECG ANALYSIS'],
    diagnoses: [],
    groups: [group],
  };
}

describe('the drug rules in force', () => {
  const count = (priority: 1 | 2, unverified: boolean) => rulesInForce(ORDER_RULES, { priority, unverified }).length;
  it('are the core, or all, with or without those that nobody has re-read', () => {
    expect([count(1, true), count(2, true), count(1, false), count(2, false)]).toEqual([111, 177, 30, 32]);
  });
});

(existsSync(shared) ? describe : describe.skip)('the drug rules and the reference tables', () => {
  it('say the same, row by row', () => {
    const rows = table('drug-ecg-interactions.csv');
    expect(rows.length).toBe(177);
    expect(
      ORDER_RULES.rules.map((rule) => ({
        priority: String(rule.priority),
        rxnorm_ingredient_code: rule.rxnorm ?? '',
        ingredient: rule.ingredient,
        drug_class: rule.drugClass,
        finding_group: rule.findingGroup,
        severity: rule.severity,
        rationale: rule.rationale,
        evidence: rule.evidence,
        evidence_status: rule.evidenceStatus,
      })),
    ).toEqual(rows.map(({ atc_code: _2, rxnorm_evidence: _3, ...row }) => row));
  });

  it('group the same labels', () => {
    const rows = new Map(table('ecg-finding-groups.csv').map((row) => [row['finding_group'], row['label_indices']]));
    const written = groups.map(({ id, labels, omitted }) => [
      id,
      [...labels.filter(({ onRecord }) => onRecord === undefined), ...omitted]
        .map(({ label }) => label.index)
        .sort((a, b) => a - b),
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
