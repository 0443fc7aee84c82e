import type { Ecg } from '../ecg/ecg.ts';
import type { Interpretation } from '../findings/finding.ts';
import type { EcgMeasurements } from '../measurement/measurement.ts';
import type { Manifest } from '../model/manifest.ts';
import type { SerialComparison } from '../serial/serial-comparison.ts';
import type { FhirJson } from './fhir-server.ts';
import { identityKey, uuidUrn } from './identity.ts';

/** Everything a report is made of. */
export interface ReportInput {
  /** `ecgIdentity` of the tracing for this patient. */
  readonly ecgIdentity: string;
  readonly ecg: Ecg;
  readonly interpretation: Interpretation;
  readonly measurements: EcgMeasurements;
  /** With the previous ECG of the patient, where there is one; `not searchable` where the server does not say. */
  readonly comparison?: SerialComparison | 'not searchable' | undefined;
  readonly manifest: Manifest;
  /** The patient: "Patient/123". */
  readonly subject: string;
  /** The resources the tracing was read from: "Observation/1", "DocumentReference/2" …; none for a lone file. */
  readonly sources: readonly string[];
  /** "Encounter/123". */
  readonly encounter?: string | undefined;
  /** When the interpretation was made: a FHIR instant. */
  readonly issued: string;
  readonly pipelineVersion: string;
  /** Sentences a reader of the result should know. */
  readonly notes: readonly string[];
  /** The report for printing: tracing and findings. */
  readonly pdf?: Uint8Array | undefined;
}

/** What a server takes a reading as: a report with an Observation per finding, a document, or one Observation alone. */
export const REPORT_TYPES = ['DiagnosticReport', 'DocumentReference', 'Observation'] as const;
export type ReportType = (typeof REPORT_TYPES)[number];

/** A report of the same tracing that a new one takes the place of. */
export interface EarlierReport {
  readonly resource: FhirJson;
  readonly id: string;
  readonly versionId: string;
}

/** What names a report, and the `urn:uuid` references by which the resources of its transaction find each other. */
export interface ReportReferences {
  /** Of {@link reportKeyOf}. */
  readonly reportKey: string;
  /** Of one that takes the place of another: that one's reference. */
  readonly report: string;
  readonly device: string;
  /** In the order of the interpretation's findings. */
  readonly findings: readonly string[];
  /** Of a DiagnosticReport. */
  readonly measurements: string | undefined;
  readonly provenance: string;
}

export function reportReferences(
  input: ReportInput,
  type: ReportType = 'DiagnosticReport',
  earlier?: EarlierReport,
): ReportReferences {
  const reportKey = reportKeyOf(input);
  const { findings } = input.interpretation;
  return {
    reportKey,
    report: earlier === undefined ? uuidUrn(`${type}/${reportKey}`) : `${type}/${earlier.id}`,
    device: uuidUrn(`Device/${modelKey(input.manifest)}`),
    findings: type === 'DiagnosticReport' ? findings.map(({ index }) => findingUrn(reportKey, index)) : [],
    measurements: type === 'DiagnosticReport' ? uuidUrn(`Observation/${measurementsKey(reportKey)}`) : undefined,
    provenance: uuidUrn(`Provenance/${reportKey}`),
  };
}

/** Names a report: tracing, model, model version, pipeline version, and the tracing it was compared with, if any. */
export function reportKeyOf({ ecgIdentity, manifest, pipelineVersion, comparison }: ReportInput): string {
  const previous = typeof comparison === 'object' ? [comparison.previous.ecgIdentity] : [];
  return identityKey(ecgIdentity, manifest.name, manifest.version, pipelineVersion, ...previous);
}

/** Names a model: name, version and weights. */
export function modelKey({ name, version, onnx }: Manifest): string {
  return identityKey(name, version, onnx.sha256);
}

/** Names the finding of output `index` in one report. */
export function findingKey(reportKey: string, index: number): string {
  return identityKey(reportKey, index);
}

/** Names the measurements of one report. */
export function measurementsKey(reportKey: string): string {
  return identityKey(reportKey, 'measurements');
}

export function findingUrn(reportKey: string, index: number): string {
  return uuidUrn(`Observation/${findingKey(reportKey, index)}`);
}
