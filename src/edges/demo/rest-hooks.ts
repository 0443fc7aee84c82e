import { setTimeout as wait } from 'node:timers/promises';
import type { Resource } from '@medplum/fhirtypes';
import { z } from 'zod';

/** An R4 Subscription as far as this server delivers on it. */
const subscriptionSchema = z.looseObject({
  resourceType: z.literal('Subscription'),
  status: z.literal('active'),
  criteria: z.string(),
  channel: z.looseObject({
    type: z.literal('rest-hook'),
    endpoint: z.url({ protocol: /^https?$/ }),
    payload: z.string().optional(),
    header: z.array(z.string()).default([]),
  }),
});
export type RestHook = z.infer<typeof subscriptionSchema>;

const TRIES = 3;
const RETRY_MS = 1_000;
const TIMEOUT_MS = 10_000;

/** The active rest-hook among resources. */
export function toRestHook(resource: unknown): RestHook | undefined {
  return subscriptionSchema.safeParse(resource).data;
}

/**
 * Tells a subscriber of a resource that was stored, the way of R4 (3.1.53.5): by PUT at `endpoint/Type/id` where it wants
 * the resource, by an empty POST where not. Three tries, then it is left to the subscriber to search.
 */
export async function deliver({ channel }: RestHook, resource: Resource): Promise<void> {
  const headers = channel.header.map((line): [string, string] => {
    const [name = '', ...value] = line.split(':');
    return [name.trim(), value.join(':').trim()];
  });
  const withPayload = channel.payload !== undefined;
  const url = withPayload ? `${channel.endpoint}/${resource.resourceType}/${resource.id}` : channel.endpoint;
  for (let left = TRIES; left > 0; left -= 1) {
    const response = await fetch(url, {
      method: withPayload ? 'PUT' : 'POST',
      headers: withPayload ? [...headers, ['Content-Type', 'application/fhir+json']] : headers,
      ...(withPayload ? { body: JSON.stringify(resource) } : {}),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await wait(RETRY_MS, undefined, { ref: false });
  }
}
