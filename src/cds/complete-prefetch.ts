import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { findPatientEcgs } from '../fhir/patient-ecgs.ts';
import type { CdsRequest } from './cds-request.ts';

/** What is known for the keys of a service's prefetch template, whoever brought it. */
export interface CompletedPrefetch {
  /** Resources per key: one for a read, the matches for a search; empty where the server has none. */
  readonly resources: ReadonlyMap<string, readonly unknown[]>;
  /** Keys whose query failed or could not be made: what they would have brought is not known. */
  readonly unknownKeys: readonly string[];
}

const bundleSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).optional(),
  entry: z.array(z.looseObject({ resource: z.unknown() })).optional(),
});
const resourceSchema = z.looseObject({ resourceType: z.string() });

/**
 * Merges the client's prefetch with what is fetched for keys it left out (CDS Hooks 2.0.1, "Prefetch Template").
 * A null is asked again where there is a server, since EHRs send null for a query they could not satisfy;
 * an OperationOutcome is a failed query and is not retried; a Bundle's `next` pages are followed on the same server.
 * @throws EcgError PREFETCH_MISSING when nothing at all could be obtained (the caller answers 412).
 */
export async function completePrefetch(
  template: Readonly<Record<string, string>>,
  request: CdsRequest,
  server: FhirServer | undefined,
): Promise<CompletedPrefetch> {
  const resources = new Map<string, readonly unknown[]>();
  const failures: unknown[] = [];
  const unknownKeys: string[] = [];
  await Promise.all(
    Object.entries(template).map(async ([key, query]) => {
      try {
        resources.set(key, await resourcesOf(request.prefetch?.[key], fillTokens(query, request), server));
      } catch (error) {
        if (!(error instanceof EcgError)) throw error;
        failures.push(error);
        unknownKeys.push(key);
      }
    }),
  );
  if (resources.size === 0) {
    throw new EcgError('PREFETCH_MISSING', 'neither prefetch nor the FHIR server brought the data this service needs', {
      cause: failures[0],
    });
  }
  return { resources, unknownKeys: unknownKeys.sort() };
}

async function resourcesOf(value: unknown, query: string, server: FhirServer | undefined): Promise<readonly unknown[]> {
  if (value === undefined || value === null) {
    if (server) return await findPatientEcgs(server, query);
    if (value === null) return [];
    throw new EcgError('PREFETCH_MISSING', 'prefetch key is absent and there is no FHIR server to ask');
  }
  const bundle = bundleSchema.safeParse(value);
  if (bundle.success) {
    const next = bundle.data.link?.find(({ relation }) => relation === 'next')?.url;
    const further = next !== undefined && server ? await findPatientEcgs(server, next) : [];
    return [...(bundle.data.entry ?? []).map(({ resource }) => resource), ...further];
  }
  const resource = resourceSchema.safeParse(value);
  if (!resource.success) throw new EcgError('SOURCE_INVALID', 'prefetch value is not a FHIR resource');
  if (resource.data.resourceType === 'OperationOutcome') {
    throw new EcgError('PREFETCH_MISSING', 'the client could not run the prefetch query');
  }
  return [value];
}

/** Only root primitives of the context are used in templates (CDS Hooks 2.0.1, "Prefetch tokens"). */
function fillTokens(query: string, request: CdsRequest): string {
  return query.replaceAll('{{context.patientId}}', request.context.patientId);
}
