import type { Ecg } from '../ecg/ecg.ts';
import type { Interpretation } from '../findings/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import { identityKey, uuidUrn } from './identity.ts';

/** Everything a report is made of. */
export interface ReportInput {
  /** `ecgIdentity` of the tracing for this patient. */
  readonly ecgIdentity: string;
  readonly ecg: Ecg;
  readonly interpretation: Interpretation;
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
}

/** What names a report, and the `urn:uuid` references by which the resources of its transaction find each other. */
export interface ReportReferences {
  /** One value per tracing, model, model version and pipeline version. */
  readonly reportKey: string;
  readonly report: string;
  readonly device: string;
  /** In the order of the interpretation's findings. */
  readonly findings: readonly string[];
  readonly provenance: string;
}

export function reportReferences(input: ReportInput): ReportReferences {
  const { name, version } = input.manifest;
  const reportKey = identityKey(input.ecgIdentity, name, version, input.pipelineVersion);
  return {
    reportKey,
    report: uuidUrn(`DiagnosticReport/${reportKey}`),
    device: uuidUrn(`Device/${modelKey(input.manifest)}`),
    findings: input.interpretation.findings.map(({ index }) => findingUrn(reportKey, index)),
    provenance: uuidUrn(`Provenance/${reportKey}`),
  };
}

/** Names a model: name, version and weights. */
export function modelKey({ name, version, onnx }: Manifest): string {
  return identityKey(name, version, onnx.sha256);
}

/** Names the finding of output `index` in one report. */
export function findingKey(reportKey: string, index: number): string {
  return identityKey(reportKey, index);
}

export function findingUrn(reportKey: string, index: number): string {
  return uuidUrn(`Observation/${findingKey(reportKey, index)}`);
}
