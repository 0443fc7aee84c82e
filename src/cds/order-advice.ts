import type { RecordOwner } from './confirmed-history.ts';
import { type DraftMedication, draftMedications } from './draft-medications.ts';
import type { FindingGroup } from './finding-groups.ts';
import { type Chart, diagnosesOf, type Evidence, type Exceeded, evidenceFor, isChild } from './group-evidence.ts';
import {
  DEFAULT_DRUG_RULES,
  type DrugEcgRule,
  type DrugRuleSettings,
  ORDER_RULES,
  rulesInForce,
  type Severity,
} from './order-rules.ts';
import { type OrderedDrug, type Recognition, recogniseDrug, toOrderedDrug } from './recognise-drug.ts';

type Read = Chart['read'];

/** One drug about to be ordered that a group of findings speaks against. */
export interface AdvisedDrug {
  readonly rule: DrugEcgRule;
  readonly evidence: Evidence;
  /** Values beyond a limit that lesser problems of the same drug rest on, which yield to this one. */
  readonly beside: readonly Exceeded[];
  /** What the card is to say, as far as rule, evidence and recognition carry it. */
  readonly severity: Severity;
  readonly recognisedBy: Recognition;
  /** The orders of this drug. */
  readonly drafts: readonly DraftMedication[];
}

/** One problem: a group of findings, and the drugs about to be ordered that it speaks against, most serious first. */
export interface OrderAdvice {
  readonly group: FindingGroup;
  readonly drugs: readonly AdvisedDrug[];
}

/** What the rules are applied to. */
export interface OrderCircumstances {
  readonly draftOrders: unknown;
  /** "MedicationRequest/1": only these count; all unless given. */
  readonly selections?: readonly string[];
  readonly owner: RecordOwner;
  /** Conditions and Medications on record, unchecked; none where they could not be had. */
  readonly records: readonly unknown[];
  readonly settings?: DrugRuleSettings | undefined;
  readonly now: Date;
}

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** What to say of the orders at hand, one entry a problem, most serious first. Nothing of a child. */
export function orderAdvice(read: Read, circumstances: OrderCircumstances): readonly OrderAdvice[] {
  const { draftOrders, selections, owner, records, now } = circumstances;
  if (isChild(read)) return [];
  const ordered = draftMedications(draftOrders, owner, records)
    .filter(({ reference = '' }) => selections === undefined || selections.includes(reference))
    .map(toOrderedDrug);
  const chart = { read, onRecord: diagnosesOf(records, owner), now };
  const drugs = rulesInForce(ORDER_RULES, circumstances.settings ?? DEFAULT_DRUG_RULES).flatMap((rule) =>
    adviseOn(rule, ordered, chart),
  );
  const told = drugs
    .filter(({ rule }) => !yields(rule, drugs))
    .map((drug) => ({ ...drug, beside: valuesThatYield(drug, drugs) }));
  return [...ORDER_RULES.groups.values()]
    .map((group) => ({ group, drugs: told.filter(({ rule }) => rule.findingGroup === group.id).sort(bySeriousness) }))
    .filter((advice) => advice.drugs.length > 0)
    .sort((a, b) => bySeriousness(a.drugs[0], b.drugs[0]));
}

function adviseOn(rule: DrugEcgRule, ordered: readonly OrderedDrug[], chart: Chart): readonly AdvisedDrug[] {
  const group = ORDER_RULES.groups.get(rule.findingGroup);
  const known = ordered.flatMap((drug) => {
    const recognisedBy = recogniseDrug(rule, drug);
    return recognisedBy === undefined ? [] : [{ draft: drug.draft, recognisedBy }];
  });
  const evidence = group && known.length > 0 ? evidenceFor(rule, group, chart) : undefined;
  if (group === undefined || evidence === undefined) return [];
  const recognisedBy = known.some((each) => each.recognisedBy === 'code') ? 'code' : 'name';
  const severity = severityOf({ rule, group, evidence, recognisedBy });
  return [{ rule, evidence, severity, recognisedBy, beside: [], drafts: known.map(({ draft }) => draft) }];
}

interface Weighed {
  readonly rule: DrugEcgRule;
  readonly group: FindingGroup;
  readonly evidence: Evidence;
  readonly recognisedBy: Recognition;
}

/** Critical only where rule, evidence and drug are all dependable; one step less for an ECG that is getting old. */
function severityOf({ rule, group, evidence, recognisedBy }: Weighed): Severity {
  const stated = statedSeverity(rule, group, evidence);
  const isDependable = evidence.tier === 'standard' && recognisedBy === 'code';
  const carried = stated === 'critical' && !isDependable ? 'warning' : stated;
  return evidence.isAgeing ? (carried === 'critical' ? 'warning' : 'info') : carried;
}

/** A measured value grades a rule, unless the label of its drug names the limit. */
function statedSeverity({ severity, limit }: DrugEcgRule, group: FindingGroup, { measured }: Evidence): Severity {
  if (measured === undefined || group.limit?.severe === undefined || limit || severity === 'info') return severity;
  return measured.isSevere ? 'critical' : 'warning';
}

/** Whether a graver problem of the same drug says it already. */
function yields(lesser: DrugEcgRule, drugs: readonly AdvisedDrug[]): boolean {
  const graver = yieldsTo(lesser);
  return drugs.some(({ rule }) => rule.ingredient === lesser.ingredient && graver.includes(rule.findingGroup));
}

/** A number is not hidden by a graver word: "possible high-grade AV block" beside a heart rate of 38. */
function valuesThatYield({ rule }: AdvisedDrug, drugs: readonly AdvisedDrug[]): readonly Exceeded[] {
  return drugs
    .filter((other) => other.rule.ingredient === rule.ingredient && yieldsTo(other.rule).includes(rule.findingGroup))
    .flatMap(({ evidence }) => evidence.measured ?? []);
}

function yieldsTo({ findingGroup }: DrugEcgRule): readonly string[] {
  return ORDER_RULES.groups.get(findingGroup)?.yieldsTo ?? [];
}

function bySeriousness(a: AdvisedDrug | undefined, b: AdvisedDrug | undefined): number {
  const rank = (drug: AdvisedDrug | undefined) =>
    drug ? SEVERITIES.indexOf(drug.severity) * 2 + (drug.evidence.tier === 'low' ? 1 : 0) : 0;
  return rank(a) - rank(b);
}
