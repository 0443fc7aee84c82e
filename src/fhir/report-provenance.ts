import type { Coding, Provenance, ProvenanceAgent, ProvenanceEntity } from 'fhir/r4';
import type { Manifest } from '../model/manifest.ts';
import { identityKey, SYSTEMS } from './identity.ts';
import { AI_ASSERTED, AI_DEVICE_TYPE, assertedMeta } from './report-codes.ts';
import { type EarlierReport, type ReportInput, type ReportReferences, reportKeyOf } from './report-input.ts';

export const PARTICIPANT_TYPE = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';

/** Of the source that is not the tracing itself. */
export const PREVIOUS_ECG = 'Previous ECG';

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
      assembler(`Cardhook, pipeline ${input.pipelineVersion}`),
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

/** That a report is also of a tracing where another resource holds it. */
export function sourceProvenance(input: ReportInput, report: string): Provenance {
  return {
    resourceType: 'Provenance',
    meta: { ...assertedMeta(input.manifest), tag: [sourceTag(input)] },
    target: [{ reference: report }],
    recorded: input.issued,
    agent: [assembler(`Cardhook, pipeline ${input.pipelineVersion}`)],
    entity: tracing(input),
  };
}

/** Names the Provenance of {@link sourceProvenance}. */
export function sourceTag(input: ReportInput): ReturnType<typeof reportTag> {
  return reportTag(identityKey('source', reportKeyOf(input), ...input.sources));
}

/** What has become of a report whose ECG turned out to be none of the patient's. */
export interface Withdrawal {
  /** The report first. */
  readonly targets: readonly string[];
  /** Of the report, that is withdrawn. */
  readonly versionId: string;
  /** The resource that holds the ECG: "Observation/1". */
  readonly source: string;
  /** A FHIR instant. */
  readonly at: string;
}

/** Why a report is withdrawn, which version of it, and for what ECG. */
export function withdrawalProvenance({ targets, versionId, source, at }: Withdrawal): Provenance {
  const [report = ''] = targets;
  return {
    resourceType: 'Provenance',
    meta: { tag: [reportTag(identityKey('withdrawal', report, versionId))] },
    target: targets.map((reference) => ({ reference })),
    recorded: at,
    reason: [{ text: 'The ECG was entered in error, or is of another patient.' }],
    activity: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'NULLIFY', display: 'nullify' },
      ],
    },
    agent: [assembler('Cardhook')],
    entity: [
      { role: 'revision', what: { reference: `${report}/_history/${versionId}` } },
      { role: 'source', what: { reference: source } },
    ],
  };
}

function assembler(display: string): ProvenanceAgent {
  return {
    type: { coding: [{ system: PARTICIPANT_TYPE, code: 'assembler', display: 'Assembler' }] },
    who: { display },
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
  return [{ role: 'source', what: { reference: comparison.previous.source, display: PREVIOUS_ECG } }];
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
