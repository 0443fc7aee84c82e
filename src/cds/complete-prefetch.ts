import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { findResources, wantedCount } from '../fhir/patient-ecgs.ts';
import { isOnServer } from '../fhir/patient-reference.ts';
import type { CdsRequest } from './cds-request.ts';

/** What is known for the keys of a service's prefetch template, whoever brought it. */
export interface CompletedPrefetch {
  /** Resources per key: one for a read, the matches for a search; empty where the server has none. */
  readonly resources: ReadonlyMap<string, readonly unknown[]>;
  /** Searches that failed, could not be made or were cut short: what else they would have brought is not known. */
  readonly unknownSearches: readonly string[];
}

/** What one key brought. */
interface Answer {
  readonly resources: readonly unknown[];
  readonly isComplete: boolean;
}

const bundleSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).default([]),
  entry: z.array(z.looseObject({ resource: z.unknown(), fullUrl: z.string().optional() })).default([]),
});
const resourceSchema = z.looseObject({ resourceType: z.string() });
/** Beside the matches of a search that went wrong in part (R4 3.1.1.4.3). */
const failureSchema = z.looseObject({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(z.looseObject({ severity: z.string() })),
});

/**
 * Merges the client's prefetch with what is fetched for keys it left out (CDS Hooks 2.0.1, "Prefetch Template").
 * A null is asked again where there is a server, since EHRs send null for a query they could not satisfy;
 * an OperationOutcome is a failed query and is not retried; a Bundle that holds fewer matches than its query asks for
 * is followed to its `next` page on the same server. Bundle entries of another server are left out.
 * @throws EcgError PREFETCH_MISSING when no search, or nothing at all, brought anything (the caller answers 412).
 */
export async function completePrefetch(
  template: Readonly<Record<string, string>>,
  request: CdsRequest,
  server: FhirServer | undefined,
): Promise<CompletedPrefetch> {
  const resources = new Map<string, readonly unknown[]>();
  const failures = new Map<string, EcgError | undefined>();
  await Promise.all(
    Object.entries(template).map(async ([key, query]) => {
      try {
        const answer = await answerTo(fillTokens(query, request), request.prefetch?.[key], { request, server });
        resources.set(key, answer.resources);
        if (!answer.isComplete) failures.set(key, undefined);
      } catch (error) {
        if (!(error instanceof EcgError)) throw error;
        failures.set(key, error);
      }
    }),
  );
  const searches = Object.keys(template).filter((key) => template[key]?.includes('?'));
  const needed = searches.length > 0 ? searches : Object.keys(template);
  if (needed.every((key) => failures.has(key) && !resources.get(key)?.length)) throw missing(needed, failures);
  return { resources, unknownSearches: searches.filter((key) => failures.has(key)) };
}

interface Sources {
  readonly request: CdsRequest;
  readonly server: FhirServer | undefined;
}

async function answerTo(query: string, value: unknown, { request, server }: Sources): Promise<Answer> {
  if (value === undefined || value === null) {
    if (server) return { resources: await findResources(server, query), isComplete: true };
    if (value === null) return { resources: [], isComplete: true };
    throw new EcgError('PREFETCH_MISSING', 'prefetch lacks it, and there is no FHIR server to ask with a valid token');
  }
  const bundle = bundleSchema.safeParse(value);
  if (bundle.success) return await answerOf(bundle.data, query, { request, server });
  const resource = resourceSchema.safeParse(value);
  if (!resource.success || resource.data.resourceType === 'Bundle') {
    throw new EcgError('SOURCE_INVALID', 'its prefetch is not a FHIR resource');
  }
  if (resource.data.resourceType === 'OperationOutcome') {
    throw new EcgError('PREFETCH_MISSING', 'the client could not run its prefetch query');
  }
  return { resources: [value], isComplete: true };
}

async function answerOf(
  { entry, link }: z.infer<typeof bundleSchema>,
  query: string,
  { request: { fhirServer }, server }: Sources,
): Promise<Answer> {
  const isForeign = ({ fullUrl = '' }) =>
    /^https?:/i.test(fullUrl) && fhirServer !== undefined && !isOnServer(fullUrl, fhirServer);
  const own = entry.filter((each) => !isForeign(each) && !isFailure(each.resource)).map(({ resource }) => resource);
  const isWhole = own.length === entry.length;
  const next = link.find(({ relation }) => relation === 'next')?.url;
  if (next === undefined || entry.length >= wantedCount(query)) return { resources: own, isComplete: isWhole };
  try {
    const further = (await server?.query(next, { maxResources: wantedCount(query) })) ?? [];
    return { resources: [...own, ...further], isComplete: isWhole && server !== undefined };
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return { resources: own, isComplete: false };
  }
}

function isFailure(resource: unknown): boolean {
  const issues = failureSchema.safeParse(resource).data?.issue ?? [];
  return issues.some(({ severity }) => severity === 'error' || severity === 'fatal');
}

function missing(needed: readonly string[], failures: ReadonlyMap<string, EcgError | undefined>): EcgError {
  const key = needed.find((each) => failures.get(each) !== undefined) ?? needed[0] ?? '';
  const cause = failures.get(key);
  const reason = cause?.message ?? 'its prefetch failed in part, or is of another server than fhirServer';
  return new EcgError(
    'PREFETCH_MISSING',
    `neither prefetch nor the FHIR server brought the data this service needs; ${key}: ${reason}`,
    { cause },
  );
}

/** Only root primitives of the context are used in templates (CDS Hooks 2.0.1, "Prefetch tokens"). */
function fillTokens(query: string, request: CdsRequest): string {
  return query.replaceAll('{{context.patientId}}', request.context.patientId);
}
