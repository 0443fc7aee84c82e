import { durationSeconds, type Ecg } from '../ecg/ecg.ts';
import { isTestModel } from '../fhir/report-codes.ts';
import type { Finding } from '../findings/finding.ts';
import { type ReadingUrgency, readingUrgency } from '../findings/reading-urgency.ts';
import type { EcgReading } from '../interpret-ecg.ts';
import { measurementText } from '../measurement/measurement-text.ts';
import { firstUrgent } from '../serial/comparison-text.ts';
import { type Card, escapeMarkdown, fitSummary, type Indicator } from './card.ts';
import {
  bullets,
  CAVEAT,
  checkFirst,
  furtherNotes,
  headline,
  linkTo,
  modelLine,
  noticeOf,
  previousEcg,
  sourceOf,
} from './card-text.ts';
import type { HookMoment } from './cds-service.ts';
import { ageOf, timeOf } from './ecg-time.ts';
import type { PatientEcgReading } from './patient-ecg-reading.ts';

type Outcome<K extends PatientEcgReading['outcome']> = Extract<PatientEcgReading, { outcome: K }>;

/** The reading of the latest ECG: what and when in the summary; basis, codes and caveats in the detail. */
export function readingCard(read: Outcome<'read'>, moment: HookMoment): Card {
  const { reading, source } = read;
  const { ecg, manifest, interpretation } = reading;
  return {
    uuid: moment.newUuid(),
    summary: fitSummary(`${nameOf(reading, moment)}: ${headlineOf(reading)}`),
    detail: [
      ...noticeOf(manifest),
      `**ECG** ${timeOf(ecg.recordedAt)}, ${ageOf(ecg.recordedAt, moment.now)}; ${tracing(ecg)}; ${escapeMarkdown(source)}`,
      ...checkFirst(read),
      escapeMarkdown(interpretation.sentence),
      ...previousEcg(read),
      `**Measured** ${escapeMarkdown(measurementText(reading.measurements))}`,
      ...findingTable(interpretation.findings),
      ...bullets('Look at the tracing', interpretation.overReadReasons),
      ...furtherNotes(read),
      modelLine(manifest),
      CAVEAT,
    ].join('\n\n'),
    indicator: indicatorOf(reading),
    source: sourceOf(manifest, moment),
    ...linkTo(source, moment),
  };
}

/** The reading of an ECG that no signed report speaks of, as a reminder before the patient leaves. */
export function unconfirmedCard(read: Outcome<'read'>, moment: HookMoment): Card {
  const card = readingCard(read, moment);
  return {
    ...card,
    summary: fitSummary(`${nameOf(read.reading, moment)}, still unconfirmed: ${headlineOf(read.reading)}`),
    detail: `**Cardhook knows of no signed report on this ECG.** Have it over-read before discharge.\n\n${card.detail}`,
  };
}

/** Which ECG, read by what: "ECG 3 h ago", "Simulation-trained guess, ECG 3 h ago, lead I alone". */
function nameOf({ ecg, manifest }: EcgReading, { now }: HookMoment): string {
  const [only, ...more] = manifest.input.leads;
  const leads = more.length === 0 ? `, lead ${only} alone` : '';
  return `${headline(manifest, ', ')}ECG ${ageOf(ecg.recordedAt, now)}${leads}`;
}

/** The interpretation and the most urgent change; what is critical first, then what is new. */
function headlineOf({ interpretation, comparison }: EcgReading): string {
  const { sentence, findings } = interpretation;
  const change = firstUrgent(comparison);
  if (change === undefined) return sentence;
  const isCritical = findings.some(({ urgency }) => urgency === 'critical');
  const changed = `${change.text.slice(0, 1).toUpperCase()}${change.text.slice(1)}`;
  return isCritical ? `${sentence}. ${changed}` : `${changed}. ${sentence}`;
}

/** Says that the latest ECG cannot be interpreted and why; never falls back to an older one in silence. */
export function unreadableCard({ recordedAt, reason, source, notes }: Outcome<'unreadable'>, moment: HookMoment): Card {
  return {
    uuid: moment.newUuid(),
    summary: fitSummary(`ECG ${ageOf(recordedAt, moment.now)} was not interpreted: ${reason}`),
    detail: [
      `**ECG** ${timeOf(recordedAt)}; ${escapeMarkdown(source)}: not interpreted, ${escapeMarkdown(reason)}.`,
      ...bullets('Notes', notes),
    ].join('\n\n'),
    indicator: 'info',
    source: sourceOf(undefined, moment),
    ...linkTo(source, moment),
  };
}

/** Says that the patient's ECGs are still being fetched or read: neither that there is one nor that there is none. */
export function pendingCard({ notes }: Outcome<'pending'>, moment: HookMoment): Card {
  return {
    uuid: moment.newUuid(),
    summary: 'ECG reading not ready yet',
    detail: [
      "The patient's ECGs are still being fetched or read. Open the chart again in a moment.",
      ...bullets('Notes', notes),
    ].join('\n\n'),
    indicator: 'info',
    source: sourceOf(undefined, moment),
  };
}

const INDICATORS: Readonly<Record<ReadingUrgency, Indicator>> = {
  critical: 'critical',
  urgent: 'warning',
  routine: 'info',
};

/** A model that is not meant for care must not alarm anybody. */
function indicatorOf({ manifest, interpretation }: EcgReading): Indicator {
  return isTestModel(manifest) ? 'info' : INDICATORS[readingUrgency(interpretation)];
}

function tracing(ecg: Ecg): string {
  const leads = ecg.leads.length === 1 ? `lead ${ecg.leads[0]?.lead}` : `${ecg.leads.length} leads`;
  return `${leads}, ${Number(durationSeconds(ecg).toFixed(1))} s`;
}

/** Modifiers stand in the text of their host already. */
function findingTable(findings: readonly Finding[]): string[] {
  const stated = findings.filter(({ kind }) => kind !== 'modifier');
  if (stated.length === 0) return [];
  const rows = stated.map(({ text, coding, score, threshold, tier }) =>
    [
      escapeMarkdown(text),
      coding ? `${escapeMarkdown(coding.display)} \`${coding.code}\`` : 'text only',
      `${score.toFixed(2)} (from ${threshold.toFixed(2)})`,
      tier === 'low' ? 'low confidence' : '',
    ].join(' | '),
  );
  return [
    ['| Finding | SNOMED CT | Score | |', '| --- | --- | --- | --- |', ...rows.map((row) => `| ${row} |`)].join('\n'),
  ];
}
