import type { Coding, Provenance, ProvenanceEntity } from 'fhir/r4';
import type { Manifest } from '../model/manifest.ts';
import { SYSTEMS } from './identity.ts';
import { AI_ASSERTED, AI_DEVICE_TYPE, assertedMeta } from './report-codes.ts';
import type { EarlierReport, ReportInput, ReportReferences } from './report-input.ts';

export const PARTICIPANT_TYPE = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';

/** Names the report a Provenance is of: in `meta.tag`, for want of an identifier. */
export function reportTag(reportKey: string): Required<Pick<Coding, 'system' | 'code'>> {
  return { system: SYSTEMS.report, code: reportKey };
}

/** Who made the report and from what: AIProvenance of HL7 AI Transparency on FHIR. */
export function reportProvenance(
  input: ReportInput,
  references: ReportReferences,
  earlier?: EarlierReport,
): Provenance {
  return {
    resourceType: 'Provenance',
    meta: { ...assertedMeta(input.manifest), tag: [reportTag(references.reportKey)] },
    target: [references.report, ...references.findings, references.measurements].flatMap((reference) =>
      reference === undefined ? [] : [{ reference }],
    ),
    recorded: input.issued,
    reason: [{ coding: [AI_ASSERTED] }],
    agent: [
      {
        type: { coding: [{ system: PARTICIPANT_TYPE, code: 'author', display: 'Author' }] },
        role: [{ coding: [AI_DEVICE_TYPE] }],
        who: { reference: references.device },
      },
      {
        type: { coding: [{ system: PARTICIPANT_TYPE, code: 'assembler', display: 'Assembler' }] },
        who: { display: `Cardhook, pipeline ${input.pipelineVersion}` },
      },
    ],
    entity: [
      ...revised(references, earlier),
      ...tracing(input),
      ...compared(input),
      ...weights(input.manifest),
      ...siteOf(input.manifest),
    ],
  };
}

/** The version of the report that this one takes the place of. */
function revised({ report }: ReportReferences, earlier: EarlierReport | undefined): ProvenanceEntity[] {
  if (earlier === undefined) return [];
  return [{ role: 'revision', what: { reference: `${report}/_history/${earlier.versionId}` } }];
}

/** Where the tracing is; for one that is nowhere in FHIR, its identity. */
function tracing({ sources, ecgIdentity }: ReportInput): ProvenanceEntity[] {
  if (sources.length > 0) return sources.map((reference) => ({ role: 'source', what: { reference } }));
  return [
    { role: 'source', what: { identifier: { system: SYSTEMS.ecg, value: ecgIdentity }, display: 'ECG tracing' } },
  ];
}

/** The tracing it was compared with. */
function compared({ comparison }: ReportInput): ProvenanceEntity[] {
  if (typeof comparison !== 'object' || comparison.outcome !== 'compared') return [];
  return [{ role: 'source', what: { reference: comparison.previous.source, display: 'Previous ECG' } }];
}

function weights({ onnx, source }: Manifest): ProvenanceEntity[] {
  return [
    weightsFile('Network weights (ONNX), by SHA-256', onnx.sha256),
    ...('sha256' in source ? [weightsFile('Checkpoint the network was made from, by SHA-256', source.sha256)] : []),
  ];
}

/** What a site's ECGs have taught it. */
function siteOf({ calibration }: Manifest): ProvenanceEntity[] {
  if (calibration === undefined) return [];
  return [{ role: 'source', what: { display: `Calibration ${calibration.version} of the site` } }];
}

function weightsFile(display: string, sha256: string): ProvenanceEntity {
  return { role: 'source', what: { identifier: { system: SYSTEMS.weights, value: sha256 }, display } };
}
