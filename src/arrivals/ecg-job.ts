import { z } from 'zod';
import { identityKey, uuidUrn } from '../fhir/identity.ts';

/** FHIR types that can hold a tracing, with an id as R4 allows it. */
const ECG_REFERENCE = /^(Observation|DocumentReference|DiagnosticReport|Media)\/(?!\.{1,2}$)[A-Za-z0-9.-]{1,64}$/;

export const ecgJobSchema = z.strictObject({
  tenant: z.string(),
  /** "Observation/1": where the ECG is on the tenant's FHIR server. */
  reference: z.string().regex(ECG_REFERENCE),
  /** Of the resource, where the one who noticed it knows; else it is asked of the server before anything is done. */
  versionId: z.string().min(1).max(64).optional(),
});

/** An ECG to be interpreted and written back. */
export type EcgJob = z.infer<typeof ecgJobSchema>;

/** Today's ECGs go first, however long the history that is being worked through. */
export type JobPriority = 'new' | 'history';

/** Where what was noticed is kept until it is done. Adapter: `edges/queue`. */
export interface EcgQueue {
  /**
   * Puts jobs on record. One per tenant, reference and version: whatever is noticed again makes no second job, even when the
   * first is done.
   * @returns how many are new.
   * @throws EcgError STORE_UNAVAILABLE; then none of them may be taken for noticed.
   */
  enqueue(jobs: readonly EcgJob[], priority?: JobPriority): Promise<number>;
}

/** The same for the same version of the same resource. None without a version: that may be another one next time. */
export function jobId({ tenant, reference, versionId }: EcgJob): string | undefined {
  if (versionId === undefined) return undefined;
  return uuidUrn(`job/${identityKey(tenant, reference, versionId)}`).slice('urn:uuid:'.length);
}
