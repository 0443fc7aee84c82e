import type { z } from 'zod';
import { EcgError, type EcgErrorCode } from '../../errors.ts';
import {
  type Attachment,
  binary,
  bundle,
  bundleEntry,
  diagnosticReport,
  documentReference,
  identity,
  media,
  sampledDataCarrier,
} from './container-schema.ts';
import { isWithdrawn, isWithdrawnResource } from './fhir-json.ts';
import { parseObservation } from './parse-observation.ts';
import type { EcgSource } from './read-ecg-source.ts';
import { readTiming } from './read-timing.ts';
import { mayHoldEcg } from './read-waveforms.ts';

export { type EcgSource, type FetchBinary, readEcgSource } from './read-ecg-source.ts';

/** Where a resource was found. */
interface Place {
  readonly bundleDepth: number;
  /** What to call a resource without an id. */
  readonly name?: string | undefined;
  /** The subject of the resource that contains it. */
  readonly subject?: string | undefined;
}

interface Entry {
  readonly resource: { readonly resourceType: string };
  /** Its server, with a trailing slash; empty where the full URL names none. */
  readonly base: string;
  /** What references to it come to: its full URL, its type and id. */
  readonly urls: readonly string[];
}

const MAX_BUNDLE_DEPTH = 3;
/** All that a server knows of one patient is fewer. */
const MAX_ENTRIES = 5000;
/** Renditions of one document; there are two or three. */
const MAX_ATTACHMENTS = 100;

const WALKS: ReadonlyMap<string, (resource: unknown, place: Place) => readonly EcgSource[]> = new Map([
  ['Observation', observationSources],
  ['DocumentReference', documentReferenceSources],
  ['DiagnosticReport', diagnosticReportSources],
  ['Media', mediaSources],
  ['Binary', binarySources],
  ['Bundle', bundleSources],
]);

/**
 * Where ECGs are, or may be, in a FHIR resource (R4, R4B, R5): Observation with SampledData that may be an ECG,
 * DocumentReference, Binary, DiagnosticReport, R4 Media, and Bundles of these. Resources cancelled, superseded or entered in
 * error are left out. Never throws; empty for anything without an ECG.
 */
export function ecgSources(resource: unknown): readonly EcgSource[] {
  return walk(resource, { bundleDepth: 0 });
}

function walk(resource: unknown, place: Place): readonly EcgSource[] {
  const isObject = typeof resource === 'object' && resource !== null;
  const type = isObject && 'resourceType' in resource ? resource.resourceType : undefined;
  return (typeof type === 'string' && WALKS.get(type)?.(resource, place)) || [];
}

function observationSources(resource: unknown, place: Place): readonly EcgSource[] {
  const labels = labelsOf('Observation', resource, place);
  const content = { kind: 'observation', observation: resource } as const;
  try {
    const observation = parseObservation(resource);
    if (isWithdrawn(observation.status) || !mayHoldEcg(observation)) return [];
    return [{ ...labels, recordedAt: readTiming(observation).recordedAt, content }];
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    const { valueSampledData, component } = sampledDataCarrier.parse(resource);
    const isWaveform = [{ valueSampledData }, ...component].some((each) => each.valueSampledData !== undefined);
    // Reading it says why it is refused.
    return isWaveform ? [{ ...labels, content }] : [];
  }
}

function documentReferenceSources(resource: unknown, place: Place): readonly EcgSource[] {
  const labels = labelsOf('DocumentReference', resource, place);
  return ifWellFormed(documentReference.safeParse(resource), labels, (document) => {
    if (isWithdrawnResource(document)) return [];
    const contained = (document.contained ?? []).flatMap((each) => bundleEntry.parse({ resource: each }) ?? []);
    const base64ById = new Map(contained.map(({ resource: each }) => [`#${each.id}`, base64Of(each)]));
    const recordedAt = document.context?.period?.start ?? document.period?.start ?? document.date;
    const attachments = (document.content ?? []).flatMap(({ attachment }) => attachment ?? []);
    return attachmentSource({ ...labels, recordedAt }, attachments).map((source) =>
      resolve(source, (url) => base64ById.get(url)),
    );
  });
}

function mediaSources(resource: unknown, place: Place): readonly EcgSource[] {
  const labels = labelsOf('Media', resource, place);
  return ifWellFormed(media.safeParse(resource), labels, ({ status, createdDateTime, createdPeriod, content }) => {
    const recordedAt = createdDateTime ?? createdPeriod?.start;
    return isWithdrawn(status) || !content ? [] : attachmentSource({ ...labels, recordedAt }, [content]);
  });
}

/** What it presents, contains, and refers to as media (Media in R4, DocumentReference in R5) or results. */
function diagnosticReportSources(resource: unknown, place: Place): readonly EcgSource[] {
  const labels = labelsOf('DiagnosticReport', resource, place);
  return ifWellFormed(diagnosticReport.safeParse(resource), labels, (report) => {
    if (isWithdrawn(report.status)) return [];
    const recordedAt = report.effectiveDateTime ?? report.effectivePeriod?.start;
    const links = [...(report.media ?? []).map(({ link }) => link), ...(report.result ?? [])];
    const references = new Set(links.flatMap((link) => link?.reference ?? []));
    return [
      ...attachmentSource({ ...labels, recordedAt }, report.presentedForm ?? []),
      ...(report.contained ?? []).flatMap((each) => containedSources(each, labels)),
      ...[...references]
        .filter((reference) => !reference.startsWith('#'))
        .map((reference) => ({ reference, subject: labels.subject, content: { kind: 'reference' } as const })),
    ];
  });
}

function binarySources(resource: unknown, place: Place): readonly EcgSource[] {
  const labels = labelsOf('Binary', resource, place);
  return ifWellFormed(binary.safeParse(resource), labels, (attachment) => attachmentSource(labels, [attachment]));
}

/** They have no address of their own and, by the standard, contain nothing themselves. */
function containedSources(resource: unknown, { reference, subject }: Labels): readonly EcgSource[] {
  const { resourceType } = bundleEntry.parse({ resource })?.resource ?? {};
  if (resourceType === 'DiagnosticReport' || resourceType === 'Bundle') return [];
  return walk(resource, { bundleDepth: 0, subject }).map((source) => ({ ...source, reference }));
}

/** Entries resolve each other: an attachment's url to a Binary, which then is no source of its own. */
function bundleSources(resource: unknown, { bundleDepth }: Place): readonly EcgSource[] {
  const labels = labelsOf('Bundle', resource, { bundleDepth });
  if (bundleDepth >= MAX_BUNDLE_DEPTH) {
    return refused(labels, 'SOURCE_TOO_LARGE', `Bundles are nested deeper than ${MAX_BUNDLE_DEPTH} levels`);
  }
  return ifWellFormed(bundle.safeParse(resource), labels, ({ entry = [] }) => {
    if (entry.length > MAX_ENTRIES) {
      return refused(labels, 'SOURCE_TOO_LARGE', `the Bundle has more than ${MAX_ENTRIES} entries`);
    }
    const entries = entry.flatMap(toEntry);
    const binaries = entries.filter(({ resource }) => resource.resourceType === 'Binary');
    const base64ByUrl = new Map(binaries.flatMap(({ urls, resource }) => urls.map((url) => [url, base64Of(resource)])));
    const present = new Set(entries.flatMap(({ urls }) => urls));
    const walkEntry = ({ resource, urls }: Entry) => walk(resource, { bundleDepth: bundleDepth + 1, name: urls[0] });
    const found = entries
      .filter(({ resource }) => resource.resourceType !== 'Binary')
      .flatMap((each) => walkEntry(each).map((source) => ({ source, base: each.base })))
      .filter(({ source, base }) => !(isReference(source) && present.has(absolute(source.reference, base))));
    const wanted = new Set(found.flatMap(({ source, base }) => urlsOf(source).map((url) => absolute(url, base))));
    const loneBinaries = binaries.filter(({ urls }) => !urls.some((url) => wanted.has(url)));
    return [
      ...found.map(({ source, base }) => resolve(source, (url) => base64ByUrl.get(absolute(url, base)))),
      ...loneBinaries.flatMap(walkEntry),
    ];
  });
}

type Labels = Pick<EcgSource, 'reference' | 'subject' | 'recordedAt'>;

function labelsOf(type: string, resource: unknown, { name, subject: ofContainer }: Place): Labels {
  const { id, subject } = identity.parse(resource);
  return { reference: id === undefined ? (name ?? type) : `${type}/${id}`, subject: subject?.reference ?? ofContainer };
}

function ifWellFormed<T>(
  { data, error }: z.ZodSafeParseResult<T>,
  labels: Labels,
  sources: (resource: T) => readonly EcgSource[],
): readonly EcgSource[] {
  if (data !== undefined) return sources(data);
  const path = error?.issues[0]?.path.join('.');
  return refused(labels, 'SOURCE_INVALID', `the resource breaks its type at ${path}`);
}

function refused(labels: Labels, code: EcgErrorCode, message: string): readonly EcgSource[] {
  return [{ ...labels, content: { kind: 'refused', error: new EcgError(code, message) } }];
}

/** One source of all attachments that have, or say where, their bytes are. */
function attachmentSource(labels: Labels, all: readonly Attachment[]): readonly EcgSource[] {
  const attachments = all.filter(({ data, url }) => data !== undefined || url !== undefined);
  if (attachments.length > MAX_ATTACHMENTS) {
    return refused(labels, 'SOURCE_TOO_LARGE', `the resource has more than ${MAX_ATTACHMENTS} attachments`);
  }
  return attachments.length === 0 ? [] : [{ ...labels, content: { kind: 'attachments', attachments } }];
}

function isReference({ content }: EcgSource): boolean {
  return content.kind === 'reference';
}

function urlsOf({ content }: EcgSource): readonly string[] {
  return content.kind === 'attachments' ? content.attachments.flatMap(({ url }) => url ?? []) : [];
}

function toEntry(entry: unknown): readonly Entry[] {
  const parsed = bundleEntry.parse(entry);
  if (parsed === undefined) return [];
  const { fullUrl, resource } = parsed;
  const local = resource.id === undefined ? [] : [`${resource.resourceType}/${resource.id}`];
  const onServer = local.filter((path) => fullUrl?.endsWith(`/${path}`));
  const base = onServer.map((path) => fullUrl?.slice(0, -path.length) ?? '')[0] ?? '';
  const urls = new Set([...(fullUrl === undefined ? [] : [fullUrl]), ...local.map((path) => absolute(path, base))]);
  return [{ resource, base, urls: [...urls] }];
}

/** References are relative to the server of the resource that holds them (FHIR R4 bundle 2.36.4.1). */
function absolute(url: string, base: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `${base}${url}`;
}

function base64Of(resource: unknown): string | undefined {
  return binary.safeParse(resource).data?.data;
}

function resolve(source: EcgSource, base64At: (url: string) => string | undefined): EcgSource {
  if (source.content.kind !== 'attachments') return source;
  const attachments = source.content.attachments.map((attachment) => ({
    ...attachment,
    data: attachment.data ?? (attachment.url === undefined ? undefined : base64At(attachment.url)),
  }));
  return { ...source, content: { kind: 'attachments', attachments } };
}
