import type { Finding } from '../findings/finding.ts';
import { isOnRecord, type RecordOwner } from './confirmed-history.ts';
import type { Diagnosis, FindingGroup, NamedLabel } from './finding-groups.ts';
import { type MeasuredValue, valuesOf } from './measured-values.ts';
import { type Bound, isBeyond } from './measurement-limit.ts';
import { type DrugEcgRule, ORDER_RULES } from './order-rules.ts';
import type { PatientEcgReading } from './patient-ecg-reading.ts';

/** What is known of the patient besides the orders. */
export interface Chart {
  readonly read: Extract<PatientEcgReading, { outcome: 'read' }>;
  /** A diagnosis by its id in `mappings/ecg-finding-groups.json`, where it is on record. */
  readonly onRecord: (id: string) => Diagnosis | undefined;
  readonly now: Date;
}

/** Why a rule speaks: at least one of findings, a measured value and a diagnosis. */
export interface Evidence {
  /** What of the group stands on the ECG, and what has to stand beside it. */
  readonly findings: readonly Finding[];
  readonly measured?: Exceeded;
  /** A value of the recording that does not fit the findings. */
  readonly contradiction?: MeasuredValue;
  readonly onRecord?: Diagnosis;
  /**
   * `standard` only where every one of the findings is, or where it does not rest on them: on a diagnosis, or on a value
   * that the recorder states. What Cardhook measured itself needs a dependable finding beside it.
   */
  readonly tier: Finding['tier'];
  /** The ECG is too old to be taken as it is. */
  readonly isAgeing: boolean;
}

/** A measured value beyond a limit. */
export interface Exceeded {
  readonly value: MeasuredValue;
  readonly bound: Bound;
  /** Why this is the limit: "for men", "for dofetilide", "with wide QRS"; empty where it is the usual one. */
  readonly limitFor: string;
  readonly isSevere: boolean;
}

/** One way of making a group. */
interface Way {
  readonly findings: readonly Finding[];
  readonly onRecord?: Diagnosis;
}

const DAY_MS = 86_400_000;
const ADULT_YEARS = 18;

/**
 * What on this patient's chart makes a rule speak; undefined where nothing does. A measured value goes before the labels
 * of the network, which it may also silence; labels of low confidence do not suffice unless they are critical, or rule and
 * group say that it is too grave to keep silent.
 */
export function evidenceFor(rule: DrugEcgRule, group: FindingGroup, chart: Chart): Evidence | undefined {
  const age = ageOfEvidence(group, chart);
  if (rule.history) return evidenceOnRecord(rule, group, chart);
  if (age === 'silent' || (group.unless && isAbove(group.unless, chart))) return undefined;
  const isAgeing = age === 'ageing';
  const compared = compare(rule, group, chart);
  if (compared?.isBeyond) {
    const { findings } = strongest(waysOf(rule, group, chart));
    const { value, bound, limitFor, isSevere } = compared;
    const isAgreedOn = findings.some(({ tier }) => tier === 'standard');
    const tier = value.basis === 'stated' || isAgreedOn ? 'standard' : 'low';
    return { findings, measured: { value, bound, limitFor, isSevere }, tier, isAgeing };
  }
  const { findings, onRecord } = strongest(waysOf(rule, group, chart));
  if (findings.length === 0) return undefined;
  const contradiction = compared?.contradicts ? compared.value : undefined;
  const isSound = findings.every(({ tier }) => tier === 'standard');
  // A limit of the drug's own is the question itself, and the answer is known.
  if (contradiction && (rule.limit || !isSound)) return undefined;
  const isGrave =
    findings.some(({ urgency }) => urgency === 'critical') ||
    (group.speaksAtLowConfidence && rule.severity === 'critical');
  const tier = isSound && !contradiction ? 'standard' : 'low';
  if (tier === 'low' && !isGrave) return undefined;
  return { findings, ...(contradiction && { contradiction }), ...(onRecord && { onRecord }), tier, isAgeing };
}

function evidenceOnRecord(rule: DrugEcgRule, group: FindingGroup, chart: Chart): Evidence | undefined {
  const onRecord = rule.history?.map(chart.onRecord).find((diagnosis) => diagnosis !== undefined);
  if (onRecord === undefined) return undefined;
  return { findings: strongest(waysOf(rule, group, chart)).findings, onRecord, tier: 'standard', isAgeing: false };
}

function compare({ ingredient, limit, onlyLabels }: DrugEcgRule, group: FindingGroup, chart: Chart) {
  const quantity = limit?.quantity ?? group.limit?.quantity;
  const values = quantity && !onlyLabels ? valuesOf(chart.read.reading, quantity) : [];
  const own = group.limit?.quantity === quantity ? group.limit : undefined;
  const forMen = chart.read.patient?.sex === 'male' ? own?.boundForMen : undefined;
  const usual = limit?.bound ?? forMen ?? own?.bound;
  const inWideQrs = limit?.boundInWideQrs ?? own?.boundInWideQrs;
  const isWide = inWideQrs !== undefined && hasWideQrs(chart);
  const bound = isWide ? inWideQrs : usual;
  const value = values.find((each) => bound && isBeyond(each.value, bound)) ?? values[0];
  if (value === undefined || bound === undefined) return undefined;
  const isSevere = !isWide && own?.severe !== undefined && isBeyond(value.value, own.severe);
  const isOver = isBeyond(value.value, bound);
  const limitFor = isWide ? 'with wide QRS' : limit ? `for ${ingredient}` : forMen ? 'for men' : '';
  return { value, bound, limitFor, isSevere, isBeyond: isOver, contradicts: !isOver && own !== undefined };
}

/** By its measured duration; by a finding only where none is stated. In doubt it is not, since that allows a longer QTc. */
function hasWideQrs(chart: Chart): boolean {
  const { bound, labels } = ORDER_RULES.wideQrs;
  const durations = valuesOf(chart.read.reading, 'qrs');
  return durations.length === 0 ? isAbove(labels, chart) : durations.every(({ value }) => isBeyond(value, bound));
}

function waysOf({ onlyLabels }: DrugEcgRule, group: FindingGroup, chart: Chart): readonly Way[] {
  const { findings } = chart.read.reading.interpretation;
  return group.labels
    .filter(({ label }) => onlyLabels === undefined || isOneOf(onlyLabels)(label))
    .flatMap((entry): readonly Way[] => {
      const own = findings.filter(isOneOf([entry.label]));
      const beside = entry.with ? findings.filter(isOneOf(entry.with)) : [];
      const onRecord = entry.onRecord === undefined ? undefined : chart.onRecord(entry.onRecord);
      if (own.length === 0 || (entry.with && beside.length === 0)) return [];
      if ((entry.onRecord && !onRecord) || (entry.without && isAbove(entry.without, chart))) return [];
      return [{ findings: [...own, ...beside], ...(onRecord && { onRecord }) }];
    });
}

/** The dependable ways where there are any: a weak second finding takes nothing from a sound one. */
function strongest(ways: readonly Way[]): Way {
  const sound = ways.filter(({ findings }) => findings.every(({ tier }) => tier === 'standard'));
  const best = sound.length > 0 ? sound : ways;
  const onRecord = best.find((way) => way.onRecord)?.onRecord;
  return { findings: [...new Set(best.flatMap(({ findings }) => findings))], ...(onRecord && { onRecord }) };
}

/** What is on record for a patient; each diagnosis is looked for when a rule first asks. @param records unchecked. */
export function diagnosesOf(records: readonly unknown[], owner: RecordOwner): Chart['onRecord'] {
  const known = new Map<string, Diagnosis | undefined>();
  return (id) => {
    const diagnosis = ORDER_RULES.diagnoses.get(id);
    if (!known.has(id)) known.set(id, diagnosis && isOnRecord(diagnosis, records, owner) ? diagnosis : undefined);
    return known.get(id);
  };
}

/** Whether the criteria, which are those of adults, do not hold for this patient. */
export function isChild(read: Chart['read']): boolean {
  const { ageYears } = read.patient ?? {};
  return ageYears === undefined ? isAbove(ORDER_RULES.paediatric, { read }) : ageYears < ADULT_YEARS;
}

/** Above its threshold, even where it was not reported. */
function isAbove(labels: readonly NamedLabel[], { read }: Pick<Chart, 'read'>): boolean {
  const { findings, suppressed } = read.reading.interpretation;
  return [...findings, ...suppressed].some(isOneOf(labels));
}

function isOneOf(labels: readonly NamedLabel[]) {
  return (named: NamedLabel) => labels.some(({ index, label }) => index === named.index && label === named.label);
}

function ageOfEvidence({ ageingAfterDays, silentAfterDays }: FindingGroup, { read, now }: Chart) {
  const days = (now.getTime() - Date.parse(read.reading.ecg.recordedAt ?? '')) / DAY_MS;
  const isDated = days >= -1;
  if (silentAfterDays !== undefined && !(isDated && days <= silentAfterDays)) return 'silent';
  return ageingAfterDays !== undefined && !(isDated && days <= ageingAfterDays) ? 'ageing' : 'fresh';
}
