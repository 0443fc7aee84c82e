import type { z } from 'zod';
import { EcgError } from '../../errors.ts';
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
  /** What references to it may say. */
  readonly urls: readonly string[];
}

const MAX_BUNDLE_DEPTH = 3;
const ENTERED_IN_ERROR = 'entered-in-error';

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
 * DocumentReference, Binary, DiagnosticReport, R4 Media, and Bundles of these. Resources entered in error are left out.
 * Never throws; empty for anything without an ECG.
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
    if (observation.status === ENTERED_IN_ERROR || !mayHoldEcg(observation)) return [];
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
    if (document.status === ENTERED_IN_ERROR || document.docStatus === ENTERED_IN_ERROR) return [];
    const contained = binariesByUrl((document.contained ?? []).flatMap((each) => toEntry(each, undefined)));
    const recordedAt = document.context?.period?.start ?? document.period?.start ?? document.date;
    const attachments = (document.content ?? []).flatMap(({ attachment }) => attachment ?? []);
    return attachmentSource({ ...labels, recordedAt }, attachments).map((source) => resolve(source, contained));
  });
}

function mediaSources(resource: unknown, place: Place): readonly EcgSource[] {
  const labels = labelsOf('Media', resource, place);
  return ifWellFormed(media.safeParse(resource), labels, ({ status, createdDateTime, createdPeriod, content }) => {
    const recordedAt = createdDateTime ?? createdPeriod?.start;
    return status === ENTERED_IN_ERROR || !content ? [] : attachmentSource({ ...labels, recordedAt }, [content]);
  });
}

/** What it presents, contains, and refers to as media (Media in R4, DocumentReference in R5) or results. */
function diagnosticReportSources(resource: unknown, place: Place): readonly EcgSource[] {
  const labels = labelsOf('DiagnosticReport', resource, place);
  return ifWellFormed(diagnosticReport.safeParse(resource), labels, (report) => {
    if (report.status === ENTERED_IN_ERROR) return [];
    const recordedAt = report.effectiveDateTime ?? report.effectivePeriod?.start;
    const inside = { bundleDepth: place.bundleDepth, name: labels.reference, subject: labels.subject };
    const links = [...(report.media ?? []).map(({ link }) => link), ...(report.result ?? [])];
    const references = new Set(links.flatMap((link) => link?.reference ?? []));
    return [
      ...attachmentSource({ ...labels, recordedAt }, report.presentedForm ?? []),
      ...(report.contained ?? []).flatMap((each) => walk(each, inside)),
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

/** Entries resolve each other: an attachment's url to a Binary, which then is no source of its own. */
function bundleSources(resource: unknown, { bundleDepth }: Place): readonly EcgSource[] {
  const labels = labelsOf('Bundle', resource, { bundleDepth });
  if (bundleDepth >= MAX_BUNDLE_DEPTH) {
    const error = new EcgError('SOURCE_TOO_LARGE', `Bundles are nested deeper than ${MAX_BUNDLE_DEPTH} levels`);
    return [{ ...labels, content: { kind: 'refused', error } }];
  }
  return ifWellFormed(bundle.safeParse(resource), labels, ({ entry = [] }) => {
    const entries = entry.flatMap((each) => {
      const parsed = bundleEntry.parse(each);
      return parsed === undefined ? [] : toEntry(parsed.resource, parsed.fullUrl);
    });
    const walkEntry = (each: Entry) => walk(each.resource, { bundleDepth: bundleDepth + 1, name: each.urls[0] });
    const present = new Set(entries.flatMap(({ urls }) => urls));
    const sources = entries
      .filter(({ resource }) => resource.resourceType !== 'Binary')
      .flatMap(walkEntry)
      .filter(({ reference, content }) => content.kind !== 'reference' || !present.has(reference));
    const wanted = new Set(sources.flatMap(({ content }) => urlsOf(content)));
    const binaries = entries.filter(({ resource }) => resource.resourceType === 'Binary');
    const loneBinaries = binaries.filter(({ urls }) => !urls.some((url) => wanted.has(url)));
    const byUrl = binariesByUrl(binaries);
    return [...sources.map((source) => resolve(source, byUrl)), ...loneBinaries.flatMap(walkEntry)];
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
  const refusal = new EcgError('SOURCE_INVALID', `the resource breaks its type at ${path}`);
  return [{ ...labels, content: { kind: 'refused', error: refusal } }];
}

/** One source of all attachments that have, or say where, their bytes are. */
function attachmentSource(labels: Labels, all: readonly Attachment[]): readonly EcgSource[] {
  const attachments = all.filter(({ data, url }) => data !== undefined || url !== undefined);
  return attachments.length === 0 ? [] : [{ ...labels, content: { kind: 'attachments', attachments } }];
}

function urlsOf(content: EcgSource['content']): readonly string[] {
  return content.kind === 'attachments' ? content.attachments.flatMap(({ url }) => url ?? []) : [];
}

function toEntry(resource: unknown, fullUrl: string | undefined): readonly Entry[] {
  const parsed = bundleEntry.parse({ resource });
  if (parsed === undefined) return [];
  const { resourceType, id } = parsed.resource;
  const relative = id === undefined ? [] : [`${resourceType}/${id}`, `#${id}`];
  return [{ resource: parsed.resource, urls: [...(fullUrl === undefined ? [] : [fullUrl]), ...relative] }];
}

/** base64 of each Binary, by what attachments may call it. */
function binariesByUrl(entries: readonly Entry[]): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap(({ resource, urls }) => {
      const { data: base64 } = binary.safeParse(resource).data ?? {};
      return resource.resourceType === 'Binary' && base64 ? urls.map((url) => [url, base64] as const) : [];
    }),
  );
}

function resolve(source: EcgSource, base64ByUrl: ReadonlyMap<string, string>): EcgSource {
  if (source.content.kind !== 'attachments') return source;
  const attachments = source.content.attachments.map((attachment) => ({
    ...attachment,
    data: attachment.data ?? base64ByUrl.get(attachment.url ?? ''),
  }));
  return { ...source, content: { kind: 'attachments', attachments } };
}
