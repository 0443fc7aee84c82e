import type { Finding, Interpretation } from '../findings/finding.ts';
import { isOnRecord } from './confirmed-history.ts';
import { type Concept, type DraftMedication, type DraftOwner, draftMedications } from './draft-medications.ts';
import { type DrugEcgRule, type FindingGroup, ORDER_RULES } from './order-rules.ts';
import type { PatientEcgReading } from './patient-ecg-reading.ts';

/** A drug about to be ordered that a finding of the latest ECG speaks against. */
export interface OrderAdvice {
  readonly rule: DrugEcgRule;
  readonly group: FindingGroup;
  /** What of the group stands on the ECG, and what has to stand beside it. */
  readonly findings: readonly Finding[];
  /** `standard` only where every one of the findings is. */
  readonly tier: Finding['tier'];
  /** The orders of this drug. */
  readonly drafts: readonly DraftMedication[];
  /** `name`: the drug is known by its written name alone. */
  readonly recognisedBy: 'code' | 'name';
}

/** What the rules are applied to. */
export interface OrderCircumstances {
  readonly draftOrders: unknown;
  readonly owner: DraftOwner;
  /** Conditions on record, unchecked; none where they could not be had. */
  readonly conditions: readonly unknown[];
  readonly now: Date;
}

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const SNOMED = 'http://snomed.info/sct';
const DAY_MS = 86_400_000;
const MONTH_MS = 30.44 * DAY_MS;
const MAX_ADVICE = 3;
const SEVERITIES: readonly DrugEcgRule['severity'][] = ['critical', 'warning', 'info'];

/**
 * What to say of the orders about to be signed: at most three problems, each one drug and one group of findings, most
 * serious first. Nothing without a reading, nor where nothing may be reported (a child); nothing from findings of low
 * confidence unless they are critical, or rule and group say that it is too grave to keep silent.
 */
export function orderAdvice(outcome: PatientEcgReading, circumstances: OrderCircumstances): readonly OrderAdvice[] {
  if (outcome.outcome !== 'read') return [];
  const { ecg, interpretation } = outcome.reading;
  const drafts = draftMedications(circumstances.draftOrders, circumstances.owner);
  return ORDER_RULES.rules
    .flatMap((rule): OrderAdvice[] => {
      const group = ORDER_RULES.groups.get(rule.findingGroup);
      if (group === undefined) return [];
      const ordered = drafts.flatMap((draft) => {
        const recognisedBy = isRouteOf(rule, draft) ? recognise(rule, draft) : undefined;
        return recognisedBy === undefined ? [] : [{ draft, recognisedBy }];
      });
      if (ordered.length === 0 || !isFresh(group, ecg.recordedAt, circumstances.now)) return [];
      if (group.history && !isOnRecord(group.history, circumstances.conditions, circumstances.owner)) return [];
      const findings = findingsOf(group, interpretation);
      const tier = findings.every((finding) => finding.tier === 'standard') ? 'standard' : 'low';
      const isCritical = findings.some(({ urgency }) => urgency === 'critical');
      const isGrave = isCritical || (group.speaksAtLowConfidence && rule.severity === 'critical');
      if (findings.length === 0 || (tier === 'low' && !isGrave)) return [];
      const recognisedBy = ordered.some((each) => each.recognisedBy === 'code') ? 'code' : 'name';
      return [{ rule, group, findings, tier, drafts: ordered.map(({ draft }) => draft), recognisedBy }];
    })
    .sort(bySeriousness)
    .slice(0, MAX_ADVICE);
}

/** The strongest way of making the group, dependable ones first: a weak second finding takes nothing from a sound one. */
function findingsOf(group: FindingGroup, { findings, suppressed }: Interpretation): readonly Finding[] {
  type Named = { readonly index: number; readonly label: string };
  const isOneOf = (labels: readonly Named[]) => (named: Named) =>
    labels.some(({ index, label }) => index === named.index && label === named.label);
  const isAbove = (labels: readonly Named[]) => [...findings, ...suppressed].some(isOneOf(labels));
  if (group.unless && isAbove(group.unless)) return [];
  const ways = group.labels.flatMap((entry): (readonly Finding[])[] => {
    const own = findings.filter(isOneOf([entry.label]));
    const beside = entry.with ? findings.filter(isOneOf(entry.with)) : [];
    if (own.length === 0 || (entry.with && beside.length === 0)) return [];
    return entry.without && isAbove(entry.without) ? [] : [[...own, ...beside]];
  });
  const sound = ways.filter((way) => way.every(({ tier }) => tier === 'standard'));
  return [...new Set((sound.length > 0 ? sound : ways).flat())];
}

function isFresh({ maxAgeMonths }: FindingGroup, recordedAt: string | undefined, now: Date): boolean {
  if (maxAgeMonths === undefined) return true;
  const ageMs = now.getTime() - Date.parse(recordedAt ?? '');
  return ageMs >= -DAY_MS && ageMs <= maxAgeMonths * MONTH_MS;
}

/** By code; by name only where it is exactly that of the ingredient. */
function recognise({ rxnorm, ingredient }: DrugEcgRule, { medicines }: DraftMedication): 'code' | 'name' | undefined {
  const isCoded = ({ coding }: Concept) => coding.some(({ system, code }) => system === RXNORM && code === rxnorm);
  if (rxnorm !== undefined && medicines.some(isCoded)) return 'code';
  return medicines.some((medicine) => namesOf(medicine).includes(ingredient.toLowerCase())) ? 'name' : undefined;
}

/** A rule for one route needs the order to state it; eye drops and ointments are nobody's concern here. */
function isRouteOf({ route }: DrugEcgRule, { routes }: DraftMedication): boolean {
  const isStated = ({ snomed, names }: { readonly snomed: readonly string[]; readonly names: readonly string[] }) =>
    routes.some(
      (stated) =>
        stated.coding.some(({ system, code }) => system === SNOMED && snomed.includes(code ?? '')) ||
        namesOf(stated).some((name) => names.includes(name)),
    );
  return route === undefined ? !isStated(ORDER_RULES.routes.local) : isStated(ORDER_RULES.routes[route]);
}

function namesOf({ text, coding }: Concept): readonly string[] {
  return [text, ...coding.map(({ display }) => display)].flatMap((name) => name?.trim().toLowerCase() ?? []);
}

function bySeriousness(a: OrderAdvice, b: OrderAdvice): number {
  const rank = ({ rule, tier }: OrderAdvice) => SEVERITIES.indexOf(rule.severity) * 2 + (tier === 'low' ? 1 : 0);
  return rank(a) - rank(b);
}
