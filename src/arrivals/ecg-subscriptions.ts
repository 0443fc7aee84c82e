import type { BundleEntry, Subscription } from 'fhir/r4';
import { z } from 'zod';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { ECG_SEARCHES } from '../fhir/patient-ecgs.ts';

/** Where a tenant's server is to send notifications, and what it is to send along. */
export interface NotificationTarget {
  readonly endpoint: string;
  readonly secret: string;
}

const knownSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  criteria: z.string(),
  channel: z.looseObject({ endpoint: z.string(), header: z.array(z.string()).default([]) }),
});

/**
 * Sees to it that the server has an R4 rest-hook Subscription for each type of ECG: makes those that are missing, and renews
 * those that the server has switched off or that carry an old secret.
 * @returns how many were made or renewed.
 * @throws EcgError FHIR_UNAVAILABLE, also where the server lets nobody subscribe.
 */
export async function subscribeToEcgs(
  server: Pick<FhirServer, 'query' | 'transaction'>,
  target: NotificationTarget,
): Promise<number> {
  const found = await server.query(`Subscription?url=${encodeURIComponent(target.endpoint)}`);
  const known = found.flatMap((resource) => knownSchema.safeParse(resource).data ?? []);
  const entry = Object.entries(ECG_SEARCHES).flatMap(([type, search]): BundleEntry[] => {
    const wanted = subscription(`${type}?${search}`, target);
    const current = known.find(({ criteria }) => criteria === wanted.criteria);
    if (current === undefined) return [{ resource: wanted, request: { method: 'POST', url: 'Subscription' } }];
    if (isInForce(current, wanted)) return [];
    const url = `Subscription/${current.id}`;
    return [{ resource: { ...wanted, id: current.id }, request: { method: 'PUT', url } }];
  });
  if (entry.length > 0) await server.transaction({ resourceType: 'Bundle', type: 'transaction', entry });
  return entry.length;
}

/** Servers that hold headers back as secrets show none; then there is nothing to compare. */
function isInForce({ status, channel }: z.infer<typeof knownSchema>, wanted: Subscription): boolean {
  const isCurrent = channel.header.length === 0 || channel.header.join() === wanted.channel.header?.join();
  return ['active', 'requested'].includes(status) && isCurrent;
}

function subscription(criteria: string, { endpoint, secret }: NotificationTarget): Subscription {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Interpretation of new ECGs by Cardhook',
    criteria,
    channel: {
      type: 'rest-hook',
      endpoint,
      payload: 'application/fhir+json',
      header: [`Authorization: Bearer ${secret}`],
    },
  };
}
