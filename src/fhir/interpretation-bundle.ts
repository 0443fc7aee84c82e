import type { Bundle, BundleEntry, Coding, Device, FhirResource, Identifier, Meta, Observation } from 'fhir/r4';
import { z } from 'zod';
import { diagnosticReport } from './diagnostic-report.ts';
import { findingObservation } from './finding-observation.ts';
import { SYSTEMS } from './identity.ts';
import { measurementsObservation } from './measurements-observation.ts';
import { modelDevice } from './model-device.ts';
import { reportDocument } from './report-document.ts';
import {
  type EarlierReport,
  findingUrn,
  type ReportInput,
  type ReportReferences,
  type ReportType,
  reportReferences,
} from './report-input.ts';
import { reportProvenance, reportTag } from './report-provenance.ts';
import { type ReportResource, stampTags } from './report-stamp.ts';
import { summaryObservation } from './summary-observation.ts';

const REPORTS: Readonly<Record<ReportType, (input: ReportInput, references: ReportReferences) => ReportResource>> = {
  DiagnosticReport: diagnosticReport,
  DocumentReference: reportDocument,
  Observation: summaryObservation,
};

/**
 * An interpretation as a transaction: the model's Device, one Observation per finding and one of all measurements
 * (of a DiagnosticReport), the report, Provenance; each after what it refers to. Equal input gives an equal Bundle.
 *
 * Every entry is a conditional create by an identifier that follows from its content, so that the same reading sent
 * twice exists once. The report is created by the identity of the tracing, so that there is one whichever model reads
 * it, or takes the place of an `earlier` one that still has the version it was read in.
 *
 * Provenance has no identifier in R4, and its target has no address before the transaction ran: it is found again
 * by a `meta.tag` that names the report (`_tag`, a search parameter of every resource type).
 */
export function interpretationBundle(
  input: ReportInput,
  type: ReportType = 'DiagnosticReport',
  earlier?: EarlierReport,
): Bundle {
  const references = reportReferences(input, type, earlier);
  const findings = type === 'DiagnosticReport' ? input.interpretation.findings : [];
  const report = stamped(REPORTS[type](input, references), input);
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      createByIdentifier(references.device, modelDevice(input.manifest)),
      ...findings.map((finding) =>
        createByIdentifier(
          findingUrn(references.reportKey, finding.index),
          ofTracing(findingObservation(finding, input, references), input),
        ),
      ),
      ...(references.measurements === undefined
        ? []
        : [createByIdentifier(references.measurements, ofTracing(measurementsObservation(input, references), input))]),
      earlier === undefined
        ? createOnce(references.report, report, `identifier=${SYSTEMS.ecg}|${input.ecgIdentity}`)
        : replace(earlier, report),
      createOnce(references.provenance, reportProvenance(input, references, earlier), tagCondition(references)),
    ],
  };
}

/** Finds the Provenance of a report: the last entry to be written, so where it is, all is. */
export function tagCondition({ reportKey }: Pick<ReportReferences, 'reportKey'>): string {
  const { system, code } = reportTag(reportKey);
  return `_tag=${system}|${code}`;
}

function stamped(report: ReportResource, input: ReportInput): ReportResource {
  return { ...report, meta: { ...report.meta, tag: stampTags(report, input) } };
}

/** Tagged with its tracing, by which the findings of an earlier reading are found. */
function ofTracing(observation: Observation, { ecgIdentity }: ReportInput): Observation {
  return { ...observation, meta: { ...observation.meta, tag: [{ system: SYSTEMS.ecg, code: ecgIdentity }] } };
}

function createByIdentifier(fullUrl: string, resource: Device | Observation): BundleEntry {
  const [identifier] = resource.identifier ?? [];
  return createOnce(fullUrl, resource, `identifier=${identifier?.system}|${identifier?.value}`);
}

/** R4 "conditional create" (3.1.0.8.1) within a transaction: matched, the entry is left out and references go to the match. */
function createOnce(fullUrl: string, resource: FhirResource, ifNoneExist: string): BundleEntry {
  return { fullUrl, resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist } };
}

/** What Cardhook writes but not into every report, and what a server makes of it. */
const DROPPED = ['result', 'conclusionCode', 'presentedForm', 'component', 'derivedFrom', 'text'] as const;

const keptSchema = z.looseObject({
  identifier: z.array(z.looseObject({ system: z.string().optional() })).catch([]),
  meta: z
    .looseObject({
      profile: z.array(z.string()).optional(),
      security: z.array(z.looseObject({ code: z.string().optional() })).default([]),
      tag: z.array(z.looseObject({ system: z.string().optional() })).default([]),
    })
    .catch({ security: [], tag: [] }),
});

/** An update that keeps what others have added to the report: encounter, order, identifiers, security labels. */
function replace({ resource, id, versionId }: EarlierReport, report: ReportResource): BundleEntry {
  const kept = keptSchema.parse(resource);
  const others = Object.fromEntries(
    Object.entries(resource).filter(([name]) => !DROPPED.some((dropped) => dropped === name)),
  );
  const url = `${report.resourceType}/${id}`;
  const replacement: ReportResource = {
    ...others,
    ...report,
    id,
    meta: mergedMeta(report.meta ?? {}, kept.meta),
    identifier: [...(report.identifier ?? []), ...kept.identifier.filter(isForeign)],
  };
  return { fullUrl: url, resource: replacement, request: { method: 'PUT', url, ifMatch: `W/"${versionId}"` } };
}

interface KeptMeta {
  readonly profile?: string[] | undefined;
  readonly security: readonly Coding[];
  readonly tag: readonly Coding[];
}

/** The labels of test data are Cardhook's own: a real model's report must lose those of a stand-in. */
function mergedMeta(own: Meta, { profile, security, tag }: KeptMeta): Meta {
  const labels = security.filter(({ code }) => code !== 'HTEST' && code !== 'AIAST');
  return {
    ...(profile === undefined ? {} : { profile }),
    security: [...(own.security ?? []), ...labels],
    tag: [...(own.tag ?? []), ...tag.filter(isForeign)],
  };
}

function isForeign({ system }: Coding | Identifier): boolean {
  return !Object.values<string | undefined>(SYSTEMS).includes(system);
}
