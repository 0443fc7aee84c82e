import { z } from 'zod';
import { subjectOf } from '../cds/patient-sources.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { SYSTEMS } from '../fhir/identity.ts';
import { REPORT_TYPES } from '../fhir/report-input.ts';
import { PREVIOUS_ECG } from '../fhir/report-provenance.ts';
import { isWithdrawnResource } from '../formats/fhir/fhir-json.ts';
import { findEarlierOfAny } from './judge-earlier.ts';
import { unlessRefused } from './refusal.ts';

/** What reports are of, by what they and their Provenances name. */

const referenceSchema = z.looseObject({ reference: z.string().optional(), display: z.string().optional() });
const provenanceSchema = z.looseObject({
  target: z.array(referenceSchema).default([]),
  entity: z.array(z.looseObject({ role: z.string(), what: referenceSchema })).default([]),
});

/** The resources that a Provenance says the tracing was read from: "Observation/1". */
export function sourcesOf(provenance: FhirJson): readonly string[] {
  const { entity } = provenanceSchema.safeParse(provenance).data ?? { entity: [] };
  const sources = entity.filter(({ role, what }) => role === 'source' && what.display !== PREVIOUS_ECG);
  return sources.flatMap(({ what }) => localReference(what.reference) ?? []);
}

function localReference(address: string | undefined): string | undefined {
  return /(?:^|\/)([A-Z][A-Za-z]+\/[^/]+)(?:\/_history\/[^/]+)?$/.exec(address ?? '')?.[1];
}

/** Cardhook's reports that name a resource as the one their tracing is in; those that the server lets be found. */
export async function reportsNaming(source: string, server: FhirServer): Promise<readonly FhirJson[]> {
  const [provenances, observations] = await Promise.all([
    unlessRefused(server.query(`Provenance?entity=${source}`)),
    // Where Provenance was not taken. The numbers stay on the server.
    unlessRefused(server.query(`Observation?derived-from=${source}&_elements=id,meta,identifier,derivedFrom`)),
  ]);
  const targets = (provenances ?? []).filter((each) => sourcesOf(each).includes(source)).flatMap(reportTarget);
  const read = await Promise.all([...new Set(targets)].map((target) => readReport(target, server)));
  const found = read.flatMap((report) => report ?? []);
  const known = found.map(identityOfReport);
  const identities = (observations ?? []).flatMap((each) => identityOfPart(each, source) ?? []);
  const others = [...new Set(identities)].filter((ecgIdentity) => !known.includes(ecgIdentity));
  const more = await Promise.all(
    others.map((ecgIdentity) => findEarlierOfAny(server, 'DiagnosticReport', { ecgIdentity })),
  );
  return [...found, ...more.flatMap((report) => report ?? [])];
}

/** The report comes first. */
function reportTarget(provenance: FhirJson): readonly string[] {
  const [first] = provenanceSchema.safeParse(provenance).data?.target ?? [];
  const reference = localReference(first?.reference);
  return reference !== undefined && REPORT_TYPES.some((type) => reference.startsWith(`${type}/`)) ? [reference] : [];
}

/** Undefined for what is gone, and for what is no report of Cardhook's. */
async function readReport(reference: string, server: FhirServer): Promise<FhirJson | undefined> {
  const [type = '', id = ''] = reference.split('/');
  const resource = await unlessRefused(server.read(type, id));
  return resource && identityOfReport(resource) === undefined ? undefined : resource;
}

const namedSchema = z.looseObject({
  meta: z
    .looseObject({ tag: z.array(z.looseObject({ system: z.unknown(), code: z.unknown() })).default([]) })
    .optional(),
  identifier: z.array(z.looseObject({ system: z.unknown(), value: z.unknown() })).default([]),
  derivedFrom: z.array(referenceSchema).default([]),
});

/** Whether a resource has a tag of this code. */
export function isTagged(resource: FhirJson, code: string | undefined): boolean {
  return namedSchema.safeParse(resource).data?.meta?.tag.some((tag) => tag.code === code) ?? false;
}

/** `ecgIdentity` of the tracing that a report is of. */
export function identityOfReport(report: FhirJson): string | undefined {
  const { identifier = [] } = namedSchema.safeParse(report).data ?? {};
  const value = identifier.find(({ system }) => system === SYSTEMS.ecg)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** The same of an Observation that Cardhook wrote of the source: a finding, or a report in itself. */
function identityOfPart(observation: FhirJson, source: string): string | undefined {
  const { meta, derivedFrom } = namedSchema.safeParse(observation).data ?? { derivedFrom: [] };
  if (!derivedFrom.some(({ reference }) => localReference(reference) === source)) return undefined;
  const code = meta?.tag.find(({ system }) => system === SYSTEMS.ecg)?.code;
  return typeof code === 'string' ? code : identityOfReport(observation);
}

/** Whether the tracing of a report is still the patient's by the word of another resource than this source. */
export async function isNamedElsewhere(report: FhirJson, source: string, server: FhirServer): Promise<boolean> {
  const target = `${report.resourceType}/${String(report['id'])}`;
  const provenances = (await unlessRefused(server.query(`Provenance?target=${target}`))) ?? [];
  const others = new Set(provenances.flatMap(sourcesOf).filter((each) => each !== source));
  for (const other of others) {
    const [type = '', id = ''] = other.split('/');
    const resource = await unlessRefused(server.read(type, id));
    if (resource !== undefined && isSourceOf(resource, report, server.baseUrl)) return true;
  }
  return false;
}

/** Whether a resource may be what a report is of: it is not withdrawn, and of the same patient. */
function isSourceOf(source: FhirJson, report: FhirJson, baseUrl: string): boolean {
  return !isWithdrawnResource(source) && subjectOf(source, baseUrl) === subjectOf(report, baseUrl);
}
