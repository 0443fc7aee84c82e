import type { BundleEntry, Subscription } from 'fhir/r4';
import { z } from 'zod';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { ECG_SEARCHES } from '../fhir/patient-ecgs.ts';

/** Where a tenant's server is to send notifications, and what it is to send along. */
export interface NotificationTarget {
  readonly endpoint: string;
  readonly secret: string;
}

/** Subscriptions R5 Backport for R4. */
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-';
const HEARTBEAT_SECONDS = 300;

/** Plain R4: a rest-hook for each type of ECG. */
export function ecgSubscriptions(target: NotificationTarget): readonly Subscription[] {
  return Object.entries(ECG_SEARCHES).map(([type, search]) => restHook(`${type}?${search}`, target));
}

/** Topic-based: events of one topic by their ids alone, with a heartbeat. */
export function topicSubscription(topic: string, filters: readonly string[], target: NotificationTarget): Subscription {
  const { channel, ...rest } = restHook(topic, target);
  const extension = filters.map((valueString) => ({ url: `${BACKPORT}filter-criteria`, valueString }));
  return {
    ...rest,
    meta: { profile: [`${BACKPORT}subscription`] },
    ...(extension.length === 0 ? {} : { _criteria: { extension } }),
    channel: {
      ...channel,
      extension: [{ url: `${BACKPORT}heartbeat-period`, valueUnsignedInt: HEARTBEAT_SECONDS }],
      _payload: { extension: [{ url: `${BACKPORT}payload-content`, valueCode: 'id-only' }] },
    },
  };
}

const knownSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  criteria: z.string(),
  channel: z.looseObject({ endpoint: z.string(), header: z.array(z.string()).default([]) }),
});

/**
 * Sees to it that the server has the Subscriptions that are wanted: makes those that are missing, and renews those that
 * the server has switched off or that carry an old secret.
 * @returns how many were made or renewed.
 * @throws EcgError FHIR_UNAVAILABLE, also where the server lets nobody subscribe.
 */
export async function subscribe(
  wanted: readonly Subscription[],
  server: Pick<FhirServer, 'query' | 'transaction'>,
): Promise<number> {
  const endpoint = wanted[0]?.channel.endpoint ?? '';
  const found = await server.query(`Subscription?url=${encodeURIComponent(endpoint)}`);
  const known = found.flatMap((resource) => knownSchema.safeParse(resource).data ?? []);
  const entry = wanted.flatMap((resource): BundleEntry[] => {
    const current = known.find(({ criteria }) => criteria === resource.criteria);
    if (current === undefined) return [{ resource, request: { method: 'POST', url: 'Subscription' } }];
    if (isInForce(current, resource)) return [];
    const url = `Subscription/${current.id}`;
    return [{ resource: { ...resource, id: current.id }, request: { method: 'PUT', url } }];
  });
  if (entry.length > 0) await server.transaction({ resourceType: 'Bundle', type: 'transaction', entry });
  return entry.length;
}

/** Servers that hold headers back as secrets show none; then there is nothing to compare. */
function isInForce({ status, channel }: z.infer<typeof knownSchema>, wanted: Subscription): boolean {
  const isCurrent = channel.header.length === 0 || channel.header.join() === wanted.channel.header?.join();
  return ['active', 'requested'].includes(status) && isCurrent;
}

function restHook(criteria: string, { endpoint, secret }: NotificationTarget): Subscription {
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
