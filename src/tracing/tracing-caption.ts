import { durationSeconds, type Ecg, type EcgPatient, type SourceMeasurement } from '../ecg/ecg.ts';
import type { EcgReading } from '../interpret-ecg.ts';
import { measurementText } from '../measurement/measurement-text.ts';
import { modelNotice } from '../model/model-notice.ts';
import { thresholdSummary } from '../model/site-calibration.ts';
import { comparisonText } from '../serial/comparison-text.ts';

/** The words around a tracing. */
export interface TracingCaption {
  /** Who it is of, as the caller knows. */
  readonly patient: string;
  readonly patientDetails: string;
  readonly recorded: string;
  readonly recording: string;
  readonly device: string;
  /** What the source brings along; empty where it brings nothing. */
  readonly measurements: string;
  /** Says that the model is not meant for care. */
  readonly notice?: string | undefined;
  /** What the tracing was read as. */
  readonly statement: string;
  /** How far that is to be trusted. */
  readonly status: string;
  /** The rest, most important first: what to look at, findings with their codes, the model, notes. */
  readonly remarks: readonly string[];
}

/** Measurements a cart prints, in its order, and what it calls them. */
const MEASUREMENT_NAMES: readonly (readonly [name: string, printed: string])[] = [
  ['MDC_ECG_HEART_RATE', 'rate'],
  ['MDC_ECG_TIME_PD_PR', 'PR'],
  ['MDC_ECG_TIME_PD_QRS', 'QRS'],
  ['MDC_ECG_TIME_PD_QT', 'QT'],
  ['MDC_ECG_TIME_PD_QTC', 'QTc'],
  ['MDC_ECG_TIME_PD_QTC_BAZETT', 'QTcB'],
  ['MDC_ECG_TIME_PD_QTC_FREDERICA', 'QTcF'],
  ['MDC_ECG_ANGLE_P_FRONT', 'P axis'],
  ['MDC_ECG_ANGLE_QRS_FRONT', 'QRS axis'],
  ['MDC_ECG_ANGLE_T_FRONT', 'T axis'],
];

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)[\d.]*(Z|[+-]\d\d:\d\d)?$/;

/** The words around the tracing of an ECG, which may be none that could be interpreted. */
export function tracingCaption(ecg: Ecg, patient: EcgPatient, reading?: EcgReading): TracingCaption {
  const { device } = ecg;
  return {
    patient: patient.name?.trim() || 'Name not stated',
    patientDetails: [
      patient.ids.length === 0 ? 'no identifier stated' : `ID ${patient.ids.join(', ')}`,
      patient.birthDate === undefined ? 'birth date not stated' : `born ${patient.birthDate}`,
      sexOf(patient),
    ].join(', '),
    recorded: `Recorded ${recordingTime(ecg.recordedAt)}`,
    recording: `${Number(durationSeconds(ecg).toFixed(1))} s, ${ecg.leads.length} ${ecg.leads.length === 1 ? 'lead' : 'leads'}, ${Number(ecg.samplingRate.toFixed(2))} Hz`,
    device: [device?.manufacturer, device?.model].filter(Boolean).join(' ') || 'Device not stated',
    measurements: measurementsOf(ecg.measurements),
    ...(reading === undefined
      ? {
          statement: 'Tracing without interpretation.',
          status: 'A reading, where there is one, is in its report.',
          remarks: warningsOf(ecg),
        }
      : readingCaption(reading)),
  };
}

function sexOf({ sex }: EcgPatient): string {
  if (sex === undefined || sex === 'unknown') return 'sex not stated';
  return sex === 'other' ? 'sex: other' : sex;
}

function readingCaption({ ecg, manifest, interpretation, measurements, notes, comparison }: EcgReading) {
  const findings = interpretation.findings.map(({ text, coding }) =>
    coding === undefined ? `${text} (no code)` : `${text} (SNOMED CT ${coding.code})`,
  );
  return {
    notice: modelNotice(manifest),
    statement: `AI reading: ${interpretation.sentence}`,
    status: 'Preliminary machine reading, not confirmed by a clinician. A finding that is not listed is not excluded.',
    remarks: [
      ...interpretation.overReadReasons.map((reason) => `Over-read needed: ${reason}`),
      ...(comparison === undefined ? [] : [comparisonText(comparison)]),
      ...(findings.length === 0 ? [] : [`Findings: ${findings.join('; ')}`]),
      `Measured: ${measurementText(measurements)}`,
      `Model: ${manifest.title}, version ${manifest.version}, trust: ${manifest.trust}, thresholds: ${thresholdSummary(manifest)}`,
      ...(notes.length === 0 ? [] : [`Notes: ${notes.join('; ')}`]),
      ...warningsOf(ecg),
    ],
  };
}

function warningsOf({ warnings }: Ecg): readonly string[] {
  return warnings.length === 0 ? [] : [`Tracing: ${warnings.map(({ message }) => message).join('; ')}`];
}

/** "2026-11-22 09:15:30 UTC", "2026-11-22 09:15:30 +01:00"; what the source does not say is said. */
export function recordingTime(recordedAt: string | undefined): string {
  if (recordedAt === undefined) return 'at a time that is not stated';
  const [, date, time, zone] = TIME.exec(recordedAt) ?? [];
  if (time === undefined) return recordedAt;
  if (zone === undefined) return `${date} ${time}, time zone not stated`;
  return `${date} ${time} ${/^(Z|[+-]00:00)$/.test(zone) ? 'UTC' : zone}`;
}

function measurementsOf(measurements: readonly SourceMeasurement[]): string {
  const printed = MEASUREMENT_NAMES.flatMap(([wanted, label]) =>
    measurements
      .filter(({ name }) => name === wanted)
      .map(({ value, unit }) => `${label} ${Number(value.toFixed(1))}${unit === 'deg' ? '°' : ` ${unit}`}`),
  );
  return printed.length === 0 ? '' : `As stated by the source: ${printed.join(', ').replaceAll(' /min', '/min')}`;
}
