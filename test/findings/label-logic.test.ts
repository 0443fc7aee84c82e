import logicJson from '../../mappings/ecgfounder-label-logic.json' with { type: 'json' };
import { ECGFOUNDER_LOGIC, parseLabelLogic, type Rule } from '../../src/findings/label-logic.ts';
import { ECGFOUNDER, type Label } from '../../src/terminology/label-set.ts';

const { rules, groups } = ECGFOUNDER_LOGIC;
const indicesWhere = (holds: (label: Label) => boolean) => ECGFOUNDER.labels.filter(holds).map(({ index }) => index);
const sorted = (indices: Iterable<number>) => [...new Set(indices)].sort((a, b) => a - b);

describe('the label logic of ECGFounder', () => {
  it('holds back the 22 comparisons without a prior ECG', () => {
    expect(groups['serial']).toHaveLength(22);
    expect(sorted(groups['serial'] ?? [])).toEqual(indicesWhere(({ kind }) => kind === 'serial-comparison'));
  });

  it('asks something of every label that means nothing by itself', () => {
    const bound = (rule: Rule) =>
      rule.kind === 'needs-prior' ||
      rule.kind === 'abstain' ||
      rule.kind === 'requires' ||
      (rule.kind === 'attach' && rule.required);
    const labels = rules.flatMap((rule) => (bound(rule) && 'labels' in rule ? rule.labels : []));
    expect(sorted(labels)).toEqual(indicesWhere(({ standalone }) => !standalone));
  });

  it('brings every code that needs a review to a human', () => {
    const reviewed = rules.flatMap((rule) => (rule.kind === 'confirm' && rule.overRead ? rule.labels : []));
    expect(sorted(reviewed)).toEqual(indicesWhere(({ autoCode }) => autoCode === 'review'));
  });

  it('suppresses nothing critical by anything less, rhythm, comparison and containment aside', () => {
    const urgencyOf = (index: number) => ECGFOUNDER.labels[index]?.urgency;
    const silenced = rules.filter(
      (rule) =>
        rule.kind === 'suppress' &&
        rule.labels.some((index) => urgencyOf(index) === 'critical') &&
        !rule.when?.every((index) => urgencyOf(index) === 'critical'),
    );
    expect(silenced).toEqual([]);
  });

  it('attaches nothing to what is itself attached', () => {
    const attached = rules.flatMap((rule) => (rule.kind === 'attach' ? rule.labels : []));
    const hosts = rules.flatMap((rule) => (rule.kind === 'attach' ? rule.hosts : []));
    expect(attached.filter((index) => hosts.includes(index))).toEqual([]);
  });

  it('never lets a label suppress itself', () => {
    const circular = rules.filter(
      (rule) => rule.kind === 'suppress' && rule.when?.some((index) => rule.labels.includes(index)),
    );
    expect(circular).toEqual([]);
  });

  it('uses every group and every source', () => {
    const text = JSON.stringify([logicJson.rules, logicJson.groups, logicJson.wording]);
    expect(Object.keys(logicJson.groups).filter((name) => !text.includes(`"@${name}"`))).toEqual([]);
    expect(Object.keys(logicJson.sources).filter((name) => !rules.some(({ source }) => source.includes(name)))).toEqual(
      [],
    );
  });
});

describe('parseLabelLogic', () => {
  const rule = { id: 'a', kind: 'suppress', labels: ['4 SINUS BRADYCARDIA'], reason: 'r', source: ['wording'] };
  const { wording, sources } = logicJson;
  const logic = (changes: object) => ({
    labelSet: 'ecgfounder',
    sources,
    groups: {},
    rules: [rule],
    wording: { ...wording, alwaysPossible: ['61 INFERIOR INFARCT'] },
    ...changes,
  });
  const parse = (changes: object) => parseLabelLogic(logic(changes), ECGFOUNDER);

  it('resolves labels and groups within groups, each label once', () => {
    const named = { inner: ['4 SINUS BRADYCARDIA'], outer: ['@inner', '6 SINUS TACHYCARDIA', '4 SINUS BRADYCARDIA'] };
    expect(parse({ groups: named, rules: [{ ...rule, labels: ['@outer'] }] }).rules[0]).toMatchObject({
      labels: [4, 6],
    });
  });

  it.each([
    ['an index with the wording of another label', { rules: [{ ...rule, labels: ['5 SINUS BRADYCARDIA'] }] }],
    ['an unknown group', { rules: [{ ...rule, labels: ['@nothing'] }] }],
    ['groups that go in a circle', { groups: { a: ['@b'], b: ['@a'] } }],
    ['a rule given twice', { rules: [rule, rule] }],
    ['an unknown source', { rules: [{ ...rule, source: ['hearsay'] }] }],
    ['a rule without a source', { rules: [{ ...rule, source: [] }] }],
    ['an unknown kind', { rules: [{ ...rule, kind: 'guess' }] }],
    ['a misspelt key', { rules: [{ ...rule, wehn: ['5 ATRIAL FIBRILLATION'] }] }],
    ['a rule without labels', { rules: [{ ...rule, labels: [] }] }],
    [
      'a phrase that leaves its host out',
      { rules: [{ ...rule, kind: 'attach', hosts: rule.labels, required: true, as: 'acute' }] },
    ],
    ['no groups', { groups: undefined }],
  ])('refuses %s', (_, changes) => {
    expect(() => parse(changes)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
