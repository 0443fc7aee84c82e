import type { Lead } from '../ecg/lead.ts';

/** What can be wrong with the signal of one lead; `mappings/signal-quality.json` holds the limits. */
export const LEAD_DEFECTS = [
  'missing',
  'flat',
  'no-heartbeat',
  'gain',
  'clipped',
  'baseline-wander',
  'mains',
  'muscle-noise',
] as const;
export type LeadDefectKind = (typeof LEAD_DEFECTS)[number];

/** `moderate`: what is read from the lead is doubtful; `severe`: nothing is read from it. */
export type Severity = 'moderate' | 'severe';

export interface LeadDefect {
  readonly lead: Lead;
  readonly kind: LeadDefectKind;
  readonly severity: Severity;
}

/** What can be wrong with a recording as a whole. */
export const RECORDING_DEFECTS = ['arm-leads-exchanged', 'chest-leads-exchanged', 'pacing-impulses'] as const;
export type RecordingDefectKind = (typeof RECORDING_DEFECTS)[number];

/** What was found wrong with a signal; nothing found is no proof that nothing is wrong. */
export interface SignalQuality {
  /** In the order of the leads, every one that was recorded. */
  readonly leads: readonly Lead[];
  /** By lead. */
  readonly defects: readonly LeadDefect[];
  readonly recording: readonly RecordingDefectKind[];
}

/** The leads of a recording that nothing severe is wrong with. */
export function usableLeads({ leads, defects }: SignalQuality): readonly Lead[] {
  const unusable = new Set(defects.filter(({ severity }) => severity === 'severe').map(({ lead }) => lead));
  return leads.filter((lead) => !unusable.has(lead));
}
