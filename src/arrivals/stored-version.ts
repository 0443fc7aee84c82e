import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import type { EcgJob } from './ecg-job.ts';

const storedSchema = z.looseObject({
  id: z.string(),
  meta: z.looseObject({ lastUpdated: z.iso.datetime({ offset: true }), versionId: z.string().min(1).optional() }),
});

/** A resource as a server keeps it. */
export interface StoredVersion {
  /** "Observation/1" */
  readonly reference: string;
  /** For a server without versions, the time of the last change. */
  readonly versionId: string;
  /** By the clock of the server. */
  readonly lastUpdated: Date;
}

/** @throws EcgError FHIR_UNAVAILABLE for a resource without id or `meta.lastUpdated`. */
export function storedVersion(resource: FhirJson): StoredVersion {
  const stored = storedSchema.safeParse(resource);
  if (!stored.success) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server does not state id and meta.lastUpdated of a resource');
  }
  const { id, meta } = stored.data;
  return {
    reference: `${resource.resourceType}/${id}`,
    versionId: meta.versionId ?? `at ${meta.lastUpdated}`,
    lastUpdated: new Date(meta.lastUpdated),
  };
}

/**
 * The job for the version that the server holds now. Who notifies is believed no more than type and id.
 * @throws EcgError NOT_FOUND, FHIR_UNAVAILABLE.
 */
export async function withStoredVersion(job: EcgJob, server: Pick<FhirServer, 'read'>): Promise<EcgJob> {
  const [type = '', id = ''] = job.reference.split('/');
  const { versionId } = storedVersion(await server.read(type, id));
  return { ...job, versionId };
}
