import { type Lead, STANDARD_LEADS } from '../ecg/lead.ts';
import type { Objection } from '../findings/objection.ts';
import { QUALITY_POLICY, type QualityPolicy } from './quality-policy.ts';
import { defectsText, listed, qualityNotes } from './quality-text.ts';
import { type LeadDefect, type SignalQuality, usableLeads } from './signal-quality.ts';

const LIMBS: readonly Lead[] = STANDARD_LEADS.slice(0, 6);

/** What the state of a signal means for its interpretation. */
export interface SignalJudgement {
  /** Why nothing at all may be said. */
  readonly unreadable?: string;
  readonly objections: readonly Objection[];
  /** What of the leads cannot be read, or was not, in a phrase. */
  readonly limitation?: string;
  /** What is not judged, and what is wrong with the signal, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Applies the policy to a signal.
 * @param read the leads that the network saw.
 */
export function judgeSignal(
  quality: SignalQuality,
  read: readonly Lead[],
  policy: QualityPolicy = QUALITY_POLICY,
): SignalJudgement {
  const usable = usableOf(quality, read);
  const severe = quality.defects.filter(({ severity }) => severity === 'severe');
  const isUnreadable = usable.length < policy.unreadable.usableShareBelow * read.length || usable.length === 0;
  const lost = read.filter((lead) => !usable.includes(lead));
  const missed = policy.needs.flatMap((need) => missedNeed(need, read, usable));
  return {
    ...(isUnreadable ? { unreadable: fill(policy.unreadable.reason, severe, quality) } : {}),
    objections: [...missed.map(({ objection }) => objection), ...ruleObjections(quality, policy)],
    ...limitationOf(lost, quality.leads.length - read.length),
    notes: [...qualityNotes(quality), ...notJudged(missed)],
  };
}

function limitationOf(lost: readonly Lead[], unread: number): Pick<SignalJudgement, 'limitation'> {
  if (lost.length > 0) return { limitation: `${listed(lost)} cannot be read` };
  return unread > 0 ? { limitation: `the other ${unread} leads were not read` } : {};
}

/** Limb leads that were computed are as good as the two they come from. */
function usableOf(quality: SignalQuality, read: readonly Lead[]): readonly Lead[] {
  const usable = usableLeads(quality);
  const sources = quality.leads.filter((lead) => LIMBS.includes(lead)).slice(0, 2);
  const areSourcesUsable = sources.every((lead) => usable.includes(lead));
  return read.filter((lead) => (quality.leads.includes(lead) ? usable.includes(lead) : areSourcesUsable));
}

interface MissedNeed {
  readonly name: string;
  /** Leads that cannot be read; empty where they were not recorded, or not read by the network. */
  readonly lost: readonly Lead[];
  readonly objection: Objection;
}

function missedNeed(
  { id, name, labels, leads, atLeast }: QualityPolicy['needs'][number],
  read: readonly Lead[],
  usable: readonly Lead[],
): readonly MissedNeed[] {
  const wanted = leads.filter((lead) => read.includes(lead));
  const lost = wanted.filter((lead) => !usable.includes(lead));
  if (wanted.length - lost.length >= atLeast) return [];
  const isAbsolute = wanted.length < atLeast;
  const reason = isAbsolute ? `not to be told from ${listed(read)}` : `${listed(lost)} cannot be read`;
  return [
    { name, lost: isAbsolute ? [] : lost, objection: { rule: id, labels, effect: 'withhold', isAbsolute, reason } },
  ];
}

function ruleObjections(quality: SignalQuality, policy: QualityPolicy): readonly Objection[] {
  return policy.rules.flatMap((rule) => {
    const { id, labels, effect, overRead } = rule;
    if ('recording' in rule) {
      const { reason } = rule;
      return quality.recording.includes(rule.recording) ? [{ rule: id, labels, effect, reason, overRead }] : [];
    }
    const met = quality.defects.filter(({ kind }) => rule.defects.includes(kind));
    const share = new Set(met.map(({ lead }) => lead)).size / quality.leads.length;
    if (met.length === 0 || share < rule.leadShare) return [];
    return [{ rule: id, labels, effect, reason: fill(rule.reason, met, quality), overRead }];
  });
}

/** One sentence for each reason. */
function notJudged(missed: readonly MissedNeed[]): readonly string[] {
  const byReason = Map.groupBy(missed, ({ objection, lost }) => (lost.length > 0 ? objection.reason : ''));
  return [...byReason].map(([reason, needs]) => {
    const names = [...new Set(needs.map(({ name }) => name))].join('; ');
    return reason === '' ? `not judged from these leads: ${names}` : `not judged, as ${reason}: ${names}`;
  });
}

function fill(template: string, defects: readonly LeadDefect[], { leads }: SignalQuality): string {
  return template.replace('{defects}', defectsText(defects, leads.length));
}
