import type { Coding, DiagnosticReport, DocumentReference, Observation } from 'fhir/r4';
import { z } from 'zod';
import { readingUrgency } from '../findings/reading-urgency.ts';
import { type ModelTrust, trustSchema } from '../model/manifest.ts';
import type { FhirJson } from './fhir-server.ts';
import { identityKey, SYSTEMS } from './identity.ts';
import type { ReportInput } from './report-input.ts';

/** What makes up a report's first resource, which carries the stamp. */
export type ReportResource = DiagnosticReport | DocumentReference | Observation;

/** What a report says of how it was made, in `identifier` and `meta.tag`, for a later run to read. */
export interface ReportStamp {
  readonly reportKey: string;
  readonly model: string;
  readonly modelVersion: string;
  readonly trust: ModelTrust;
  readonly pipelineVersion: string;
  /** Whether what it says is what Cardhook wrote. */
  readonly isAsWritten: boolean;
}

/** The tags of a stamp. Model and urgency are searchable by `_tag`. */
export function stampTags(
  resource: ReportResource,
  { manifest, pipelineVersion, interpretation }: ReportInput,
): Coding[] {
  return [
    { system: SYSTEMS.modelVersion, code: `${manifest.name}@${manifest.version}` },
    { system: SYSTEMS.modelTrust, code: manifest.trust },
    { system: SYSTEMS.pipelineVersion, code: pipelineVersion },
    { system: SYSTEMS.readingUrgency, code: readingUrgency(interpretation) },
    { system: SYSTEMS.reportContent, code: contentDigest(resource) },
  ];
}

const stampedSchema = z.looseObject({
  identifier: z.array(z.looseObject({ system: z.unknown(), value: z.unknown() })),
  meta: z.looseObject({ tag: z.array(z.looseObject({ system: z.unknown(), code: z.unknown() })) }),
});

const stampSchema = z.object({
  reportKey: z.string(),
  model: z.string().regex(/^[^@]+@.+$/),
  trust: trustSchema,
  pipelineVersion: z.string(),
  content: z.string(),
});

/** The stamp of a report; undefined for one that lost it or never had one. */
export function readStamp(resource: FhirJson): ReportStamp | undefined {
  const stamped = stampedSchema.safeParse(resource).data;
  const tag = (system: string) => stamped?.meta.tag.find((each) => each.system === system)?.code;
  const stamp = stampSchema.safeParse({
    reportKey: stamped?.identifier.find(({ system }) => system === SYSTEMS.report)?.value,
    model: tag(SYSTEMS.modelVersion),
    trust: tag(SYSTEMS.modelTrust),
    pipelineVersion: tag(SYSTEMS.pipelineVersion),
    content: tag(SYSTEMS.reportContent),
  }).data;
  if (stamp === undefined) return undefined;
  const { reportKey, trust, pipelineVersion, content } = stamp;
  const [model = '', ...version] = stamp.model.split('@');
  const modelVersion = version.join('@');
  return { reportKey, model, modelVersion, trust, pipelineVersion, isAsWritten: content === contentDigest(resource) };
}

/** A report that Cardhook itself has changed, stamped so that it counts as Cardhook wrote it. */
export function restamped(resource: FhirJson): FhirJson {
  const { meta } = stampedSchema.parse(resource);
  const content = contentDigest(resource);
  const tag = meta.tag.map((each) => (each.system === SYSTEMS.reportContent ? { ...each, code: content } : each));
  return { ...resource, meta: { ...meta, tag } };
}

const text = z.string().transform((value) => value.replace(/\s+/g, ' ').trim());
const concept = z
  .looseObject({
    text: text.optional(),
    coding: z.array(z.looseObject({ system: z.unknown(), code: z.unknown() })).default([]),
  })
  .transform(({ text, coding }) => [text, ...coding.map(({ system, code }) => [system, code])]);
const count = z.array(z.unknown()).transform((values) => values.length);

/** What a clinician may change in a report, in the form every server keeps: no displays, no white space, no addresses. */
const contentSchema = z.looseObject({
  status: z.unknown().optional(),
  docStatus: z.unknown().optional(),
  conclusion: text.optional().catch(''),
  description: text.optional().catch(''),
  conclusionCode: z.array(concept).default([]).catch([]),
  valueCodeableConcept: concept.optional().catch(undefined),
  component: z
    .array(z.looseObject({ valueCodeableConcept: concept.optional() }).transform((each) => each.valueCodeableConcept))
    .default([])
    .catch([]),
  note: z
    .array(z.looseObject({ text: text.optional() }).transform((each) => each.text))
    .default([])
    .catch([]),
  result: count.default(0).catch(-1),
  presentedForm: count.default(0).catch(-1),
  content: count.default(0).catch(-1),
  performer: count.default(0).catch(-1),
  resultsInterpreter: count.default(0).catch(-1),
  authenticator: z.unknown().optional(),
});

function contentDigest(resource: object): string {
  const said = contentSchema.parse(resource);
  const { conclusionCode, valueCodeableConcept, component } = said;
  return identityKey(
    JSON.stringify([said.status, said.docStatus, said.conclusion, said.description, said.note]),
    JSON.stringify([conclusionCode, valueCodeableConcept, component]),
    JSON.stringify([said.result, said.presentedForm, said.content, said.performer, said.resultsInterpreter]),
    String(said.authenticator !== undefined),
  );
}
