import type { Lead } from '../ecg/lead.ts';
import { QUALITY_POLICY } from './quality-policy.ts';
import type { LeadDefect, LeadDefectKind, SignalQuality } from './signal-quality.ts';

const { wording } = QUALITY_POLICY;

/** "muscle noise in I, II and V1; no signal in V4" */
export function defectsText(defects: readonly Pick<LeadDefect, 'kind' | 'lead'>[], leadCount: number): string {
  const byKind = Map.groupBy(defects, ({ kind }) => kind);
  return [...byKind]
    .map(([kind, members]) => {
      const leads = [...new Set(members.map(({ lead }) => lead))];
      return `${wording[kind]} in ${leads.length === leadCount && leadCount > 1 ? 'all leads' : listed(leads)}`;
    })
    .join('; ');
}

/** Told by the warnings of the recording already. */
const TOLD: ReadonlySet<LeadDefectKind> = new Set(['missing', 'gain']);

/** What is wrong with a signal as sentences, beyond what the warnings of the recording say. */
export function qualityNotes({ defects, leads, recording }: SignalQuality): readonly string[] {
  const severe = defects.filter(({ severity, kind }) => severity === 'severe' && !TOLD.has(kind));
  const moderate = defects.filter(({ severity, kind }) => severity === 'moderate' && !TOLD.has(kind));
  return [
    ...(severe.length > 0 ? [`signal not usable: ${defectsText(severe, leads.length)}`] : []),
    ...(moderate.length > 0 ? [`signal disturbed: ${defectsText(moderate, leads.length)}`] : []),
    ...recording.map((kind) => `signal: ${wording[kind]}`),
  ];
}

export function listed(leads: readonly Lead[]): string {
  return new Intl.ListFormat('en-GB').format(leads);
}
