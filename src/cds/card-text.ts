import type { Coding } from '../findings/finding.ts';
import type { Manifest, ModelTrust } from '../model/manifest.ts';
import { modelNotice } from '../model/model-notice.ts';
import { thresholdSummary } from '../model/site-calibration.ts';
import { comparisonText } from '../serial/comparison-text.ts';
import { type Card, escapeMarkdown } from './card.ts';
import type { HookMoment } from './cds-service.ts';
import type { PatientEcgReading } from './patient-ecg-reading.ts';

type ReadEcgOfPatient = Extract<PatientEcgReading, { outcome: 'read' }>;

/** SNOMED CT concept for the subject of every card; also what an EHR remembers overrides by. */
const TOPIC: Coding = {
  system: 'http://snomed.info/sct',
  code: '29303009',
  display: 'Electrocardiographic procedure (procedure)',
};
/**
 * Where a card is from, with the way to its model card, or to what Cardhook is for where no model speaks.
 * @param manifest of the reading that the card rests on.
 */
export function sourceOf(manifest: Manifest | undefined, { intendedUse }: HookMoment): Card['source'] {
  const url = manifest?.pages?.model ?? intendedUse;
  return { label: 'Cardhook ECG', ...(url === undefined ? {} : { url }), topic: TOPIC };
}

const HEADLINES: Partial<Record<ModelTrust, string>> = {
  untrained: 'UNTRAINED MODEL',
  'stand-in': 'Simulation-trained guess',
};

/** What the two seconds of a summary must say of a model that is not meant for care; empty for any other. */
export function headline({ trust }: Manifest, separator: ', ' | ': '): string {
  const said = HEADLINES[trust];
  return said === undefined ? '' : `${said}${separator}`;
}

/** What must stand on a card of findings of a model that is not meant for care; nothing for any other. */
export function noticeOf(manifest: Manifest): string[] {
  const notice = modelNotice(manifest);
  return notice === undefined ? [] : [`**${escapeMarkdown(notice)}**`];
}

/** Stands on every card that speaks of findings or of their absence. */
export const CAVEAT =
  '_Preliminary machine reading, not confirmed by a clinician. A finding that is not listed is not excluded._';

/** A titled list of lines that may hold text of a record; nothing where there are none. */
export function bullets(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[`**${title}**`, ...lines.map((line) => `- ${escapeMarkdown(line)}`)].join('\n')];
}

/** The title of what is left out of no card: whether it is the ECG of this patient, and the latest one. */
export const CHECK_FIRST = 'Check first';

/** What a reader has to know before the reading: stands right after the ECG that it is of. */
export function checkFirst({ reading, notes }: ReadEcgOfPatient): string[] {
  return bullets(CHECK_FIRST, [...notes, ...(reading.patientNotes ?? [])]);
}

/** What else there is to know of a reading. */
export function furtherNotes({ reading }: ReadEcgOfPatient): string[] {
  const { notes, patientNotes = [], ecg } = reading;
  const others = notes.filter((note) => !patientNotes.includes(note));
  return bullets('Notes', [...others, ...ecg.warnings.map(({ message }) => message)]);
}

/** The model a card speaks for, and how far it may be trusted. */
export function modelLine(manifest: Manifest): string {
  const ofModel = {
    uncalibrated: 'uncalibrated scores',
    simulated: 'thresholds from simulated ECGs',
    site: 'thresholds of this site',
  }[manifest.thresholds.basis];
  const basis = manifest.calibration ? `thresholds ${thresholdSummary(manifest)}` : ofModel;
  return `**Model** ${escapeMarkdown(manifest.title)}, version ${escapeMarkdown(manifest.version)}, trust: ${manifest.trust}, ${basis}`;
}

/** The way to the tracing a card speaks of, where this site has one. */
export function linkTo(source: string, { tracingLink }: HookMoment): Pick<Card, 'links'> {
  const link = tracingLink?.(source);
  return link === undefined ? {} : { links: [link] };
}

/** What has changed since the previous ECG, or why that is not told. */
export function previousEcg({ reading, isComparisonLate }: ReadEcgOfPatient): string[] {
  const { comparison } = reading;
  if (comparison !== undefined) return [`**Previous ECG** ${escapeMarkdown(comparisonText(comparison))}`];
  return isComparisonLate === true ? ['**Previous ECG** Not compared in time; open the chart again.'] : [];
}
