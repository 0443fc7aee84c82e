import { z } from 'zod';
import { type EcgJob, ecgJobSchema } from './ecg-job.ts';

const resourceSchema = z.looseObject({ resourceType: z.string(), id: z.string() });

/**
 * The ECG that a plain R4 notification is about, by the type and id of the resource it carries; none where it
 * carries something else. Nothing more of a notification is believed: the resource is fetched from the tenant's own server.
 */
export function noticedEcg(tenant: string, resource: unknown): EcgJob | undefined {
  const named = resourceSchema.safeParse(resource);
  if (!named.success) return undefined;
  return ecgJobOf(tenant, `${named.data.resourceType}/${named.data.id}`);
}

/** None for what cannot hold an ECG. */
export function ecgJobOf(tenant: string, reference: string): EcgJob | undefined {
  return ecgJobSchema.safeParse({ tenant, reference }).data;
}
