import type { FindingGroup } from '../../src/cds/finding-groups.ts';
import { type Bound, boundText } from '../../src/cds/measurement-limit.ts';
import { orderAdvice } from '../../src/cds/order-advice.ts';
import { type DrugEcgRule, isVerified, ORDER_RULES } from '../../src/cds/order-rules.ts';
import {
  condition,
  draft,
  draftBundle,
  heartRate,
  NOW,
  pr,
  qrs,
  qtc,
  type ReadingSettings,
  readingOf,
} from './ordered.ts';

const DAY_MS = 86_400_000;
const SINUS = 3;
/** What a label needs beside it to stand by itself in a reading. */
const HOSTS: Readonly<Record<number, readonly number[]>> = { 79: [SINUS], 110: [61], 118: [SINUS] };
const VALUES = { qtc, heartRate, pr, qrs } as const;
const UNITS = { qtc: 'QTc', heartRate: 'rate', pr: 'PR', qrs: 'QRS' } as const;

/** What one cell of the decision table is about. */
export interface Situation {
  /** Output indices above threshold. */
  readonly labels: readonly number[];
  readonly settings?: ReadingSettings;
  readonly isOnRecord?: boolean;
  /** The order is written in words. */
  readonly isNamed?: boolean;
}

/** What the card of a rule says in a situation: its severity, or an en dash for silence. */
export function outcomeOf(rule: DrugEcgRule, { labels, settings, isOnRecord, isNamed }: Situation): string {
  const { ingredient, rxnorm = '', route } = rule;
  const dosageInstruction = route ? [{ route: { text: route } }] : undefined;
  const order = draft(rxnorm, ingredient, {
    dosageInstruction,
    ...(isNamed || rxnorm === '' ? { medicationCodeableConcept: { text: ingredient } } : {}),
  });
  const [diagnosis = ''] = rule.history ?? [];
  const code = ORDER_RULES.diagnoses.get(diagnosis)?.snomed[0] ?? '74390002';
  const advice = orderAdvice(readingOf(labels, settings), {
    draftOrders: draftBundle(order),
    owner: { patientId: 'p1', baseUrl: undefined },
    records: isOnRecord ? [condition(code)] : [],
    settings: { priority: 2, unverified: true },
    now: NOW,
  });
  return advice.flatMap(({ drugs }) => drugs).find((drug) => drug.rule === rule)?.severity ?? '–';
}

/** The first way of making the group of a rule, with what its labels need beside them. */
export function labelsOf({ onlyLabels, findingGroup }: DrugEcgRule): readonly number[] {
  const ways = ORDER_RULES.groups.get(findingGroup)?.labels ?? [];
  const way = ways.find(({ label }) => onlyLabels?.some(({ index }) => index === label.index) ?? true);
  if (way === undefined) return [];
  const { label, with: beside = [] } = way;
  const hosts = HOSTS[label.index] ?? [];
  return [...new Set([label.index, ...(beside[0] ? [beside[0].index] : hosts)])];
}

const DAYS_AGO = (days: number): ReadingSettings => ({
  recordedAt: new Date(NOW.getTime() - days * DAY_MS).toISOString(),
});

/** The measured values on either side of the limit of a rule. */
function valuesOf(rule: DrugEcgRule, group: FindingGroup) {
  const quantity = rule.limit?.quantity ?? group.limit?.quantity;
  const bound = rule.limit?.bound ?? group.limit?.bound;
  if (quantity === undefined || bound === undefined || rule.onlyLabels) return undefined;
  const edge = 'above' in bound ? bound.above : 'atLeast' in bound ? bound.atLeast : bound.below;
  const beyond = 'above' in bound ? edge + 1 : 'atLeast' in bound ? edge : edge - 1;
  const within = 'above' in bound ? edge : 'atLeast' in bound ? edge - 1 : edge;
  return { quantity, bound, beyond: VALUES[quantity](beyond), within: VALUES[quantity](within) };
}

/** The row of a rule in the decision table: what it says in every situation. */
export function decisionsOf(rule: DrugEcgRule): Readonly<Record<string, string>> {
  const group = ORDER_RULES.groups.get(rule.findingGroup);
  if (group === undefined) throw new TypeError(rule.id);
  const labels = labelsOf(rule);
  const low = { lowTierOutputs: labels };
  const isOnRecord = rule.history !== undefined;
  const values = valuesOf(rule, group);
  const say = (situation: Situation) => outcomeOf(rule, situation);
  const severe =
    group.limit?.severe && values?.quantity === 'qtc'
      ? say({ labels: [SINUS], settings: { measurements: [qtc(500)] } })
      : '';
  return {
    finding: say({ labels }),
    'low confidence': say({ labels, settings: low }),
    'value beyond limit': values ? say({ labels: [SINUS], settings: { measurements: [values.beyond] } }) : '',
    'QTc 500': severe,
    'low confidence, value within': values ? say({ labels, settings: { ...low, measurements: [values.within] } }) : '',
    'on record': isOnRecord ? say({ labels: [SINUS], isOnRecord }) : '',
    'name only': say({ labels, isOnRecord, isNamed: true }),
    ageing: group.ageingAfterDays ? say({ labels, isOnRecord, settings: DAYS_AGO(group.ageingAfterDays + 1) }) : '',
    stale: group.silentAfterDays ? say({ labels, isOnRecord, settings: DAYS_AGO(group.silentAfterDays + 1) }) : '',
    'no finding': say({ labels: [SINUS] }),
  };
}

const INTRODUCTION = `# Drug rules

What an order of each drug gives reason to say, rule by rule. Made by \`node test/cds/write-drug-rules.ts\` from
[\`mappings/drug-ecg-rules.json\`](../mappings/drug-ecg-rules.json),
[\`mappings/ecg-finding-groups.json\`](../mappings/ecg-finding-groups.json) and the program itself; a test fails where they
differ. A cell says what the card is: **critical**, **warning**, **info**, or – for silence; empty where it cannot be.

| column | the latest ECG of an adult |
| --- | --- |
| finding | names the finding, with thresholds of the site |
| low confidence | names it, with low confidence: what most labels have until calibrated |
| value beyond limit | names nothing, but states a value just beyond the limit (of a woman, where the sexes differ) |
| QTc 500 | states a QTc of 500 ms |
| low confidence, value within | names it with low confidence, and states a value within the limit |
| on record | names nothing, but a confirmed Condition does |
| name only | as the first that speaks, but the order names the drug in words only |
| ageing, stale | as the first that speaks, but older than the days said above the table |

The first column is the drug with its RxNorm ingredient code, severity and priority; rules of priority 2 speak only where the
tenant asks for them. ✎ marks evidence that nobody has re-read: it can be switched off (\`drugRules.unverified\`).
`;

/** The whole of `docs/drug-rules.md`. */
export function drugRulesTable(): string {
  const sections = [...ORDER_RULES.groups.values()].flatMap((group) => {
    const rules = ORDER_RULES.rules.filter(({ findingGroup }) => findingGroup === group.id);
    return rules.length === 0 ? [] : [sectionOf(group, rules)];
  });
  return `${[INTRODUCTION, ...sections].join('\n')}`;
}

function sectionOf(group: FindingGroup, rules: readonly DrugEcgRule[]): string {
  const rows = rules.map((rule) => ({ rule, cells: decisionsOf(rule) }));
  const columns = Object.keys(rows[0]?.cells ?? {}).filter(
    (column) => column !== 'no finding' && rows.some(({ cells }) => cells[column] !== ''),
  );
  const facts = [
    `Labels: ${group.labels.map(labelText).join('; ')}.`,
    group.limit && `Limit: ${UNITS[group.limit.quantity]} ${limitText(group.limit)}.`,
    group.ageingAfterDays && `Ageing after ${daysText(group.ageingAfterDays)}.`,
    group.silentAfterDays && `Stale after ${daysText(group.silentAfterDays)}.`,
    `Instead: ${group.instead}`,
    group.orders.length > 0 && `Offers to order: ${group.orders.join(', ')}.`,
  ].filter(Boolean);
  const lines = rows.map(({ rule, cells }) => {
    const bold = (cell = '') => (/^[a-z]/.test(cell) ? `**${cell}**` : cell);
    return `| ${[nameOf(rule), ...columns.map((column) => bold(cells[column])), whyOf(rule)].join(' | ')} |`;
  });
  return [
    `## ${group.name.charAt(0).toUpperCase()}${group.name.slice(1)}`,
    '',
    facts.join(' '),
    '',
    `| drug | ${columns.join(' | ')} | why |`,
    `| --- |${' --- |'.repeat(columns.length)} --- |`,
    ...lines,
    '',
  ].join('\n');
}

function labelText({ label, with: beside = [], onRecord }: FindingGroup['labels'][number]): string {
  const needs = [...beside.map((each) => each.label), ORDER_RULES.diagnoses.get(onRecord ?? '')?.name].filter(Boolean);
  const record = onRecord === undefined ? '' : ' on record';
  return `${label.label}${needs.length === 0 ? '' : ` with ${needs.join(' or ')}${record}`}`.toLowerCase();
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

function limitText(limit: {
  readonly bound: Bound;
  readonly boundForMen?: Bound | undefined;
  readonly boundInWideQrs?: Bound | undefined;
}): string {
  return [
    boundText(limit.bound),
    limit.boundForMen && `in men ${boundText(limit.boundForMen)}`,
    limit.boundInWideQrs && `with wide QRS ${boundText(limit.boundInWideQrs)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function nameOf(rule: DrugEcgRule): string {
  const { ingredient, rxnorm = 'no code', severity, priority, route } = rule;
  return `${ingredient}${route ? ` (${route})` : ''} ${rxnorm}; ${severity}, ${priority}${isVerified(rule) ? '' : ' ✎'}`;
}

function whyOf({ rationale, limit, onlyLabels, history }: DrugEcgRule): string {
  return [
    rationale,
    limit && `Own limit: ${limit.quantity ? `${UNITS[limit.quantity]} ` : ''}${limitText(limit)}.`,
    onlyLabels && `Only ${onlyLabels.map(({ label }) => label.toLowerCase()).join(', ')}.`,
    history && `Needs on record: ${history.map((id) => ORDER_RULES.diagnoses.get(id)?.name).join(' or ')}.`,
  ]
    .filter(Boolean)
    .join(' ');
}
