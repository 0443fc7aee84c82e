import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import type { EcgJob, EcgQueue } from './ecg-job.ts';
import { ecgJobOf, noticedEcg } from './parse-notice.ts';
import {
  type NotificationStatus,
  type NotifiedEvent,
  parseNotification,
  parseNotificationStatus,
} from './parse-notification-status.ts';

/** How far the events of topic-based subscriptions have come. Adapter: `edges/store`. */
export interface EventLog {
  /** Number of the last event that was taken; undefined for a subscription not heard of before. @throws EcgError STORE_UNAVAILABLE. */
  lastEvent(tenant: string, subscription: string): Promise<number | undefined>;
  /** The subscription lives, and its events are taken up to a number; the number never falls. @throws EcgError STORE_UNAVAILABLE. */
  record(tenant: string, subscription: string, event: number): Promise<void>;
}

export interface NotificationDeps {
  readonly queue: EcgQueue;
  readonly events: EventLog;
  /** The tenant's own server, where events that were lost on the way are asked for. */
  readonly server: Pick<FhirServer, 'query' | 'baseUrl'>;
  /** Searches the server for what is new: for notifications that do not say of what they are. */
  readonly sweep: () => Promise<void>;
}

/**
 * Takes a notification: of a plain R4 Subscription, with the resource or with nothing; or of a topic-based one, with its
 * status. When this returns, jobs for what it is about are on record.
 * @param body parsed JSON; undefined where there was none.
 * @throws EcgError STORE_UNAVAILABLE, FHIR_UNAVAILABLE: the sender has to try again.
 */
export async function takeNotification(tenant: string, body: unknown, deps: NotificationDeps): Promise<void> {
  if (body === undefined) return await deps.sweep();
  const status = parseNotification(body);
  if (status !== undefined) return await takeStatus(tenant, status, deps);
  const job = noticedEcg(tenant, body);
  if (job) await deps.queue.enqueue([job]);
}

/** Events that are missing between those taken before and those of this notification are recovered first. */
async function takeStatus(tenant: string, status: NotificationStatus, deps: NotificationDeps): Promise<void> {
  const { subscription, events } = status;
  const numbers = events.map(({ number }) => number);
  const latest = Math.max(status.latestEvent ?? 0, ...numbers);
  const last = await deps.events.lastEvent(tenant, subscription);
  await takeEvents(tenant, events, deps);
  // What came before the first notification is for the sweep at start.
  if (last !== undefined) {
    const seen = new Set(numbers);
    const isMissing = Array.from({ length: Math.min(latest - last, MAX_GAP) }, (_, n) => last + 1 + n).some(
      (n) => !seen.has(n),
    );
    if (isMissing) await recover(tenant, { subscription, since: last + 1, until: latest }, deps);
  }
  await deps.events.record(tenant, subscription, latest);
}

/** A longer gap is surely one. */
const MAX_GAP = 10_001;

async function takeEvents(tenant: string, events: readonly NotifiedEvent[], deps: NotificationDeps): Promise<void> {
  const { queue, server, sweep } = deps;
  if (events.some(({ focus }) => focus === undefined)) await sweep();
  const jobs = events.flatMap(({ focus }) => (focus === undefined ? [] : (jobOf(tenant, focus, server.baseUrl) ?? [])));
  await queue.enqueue(jobs);
}

/** The server's record of its events, or where it keeps none, a search for what is new. */
async function recover(
  tenant: string,
  { subscription, since, until }: { readonly subscription: string; readonly since: number; readonly until: number },
  deps: NotificationDeps,
): Promise<void> {
  const query = `Subscription/${subscription}/$events?eventsSinceNumber=${since}&eventsUntilNumber=${until}&content=id-only`;
  try {
    const [first] = await deps.server.query(query);
    const status = parseNotificationStatus(first);
    const numbers = new Set(status?.events.map(({ number }) => number));
    if (status && numbers.size >= until - since + 1) return await takeEvents(tenant, status.events, deps);
  } catch (error) {
    if (!(error instanceof EcgError) || error.code === 'STORE_UNAVAILABLE') throw error;
  }
  await deps.sweep();
}

/** Of a reference on the tenant's own server, relative or absolute, with or without a version. */
function jobOf(tenant: string, focus: string, baseUrl: string): EcgJob | undefined {
  const relative = focus.startsWith(`${baseUrl}/`) ? focus.slice(baseUrl.length + 1) : focus;
  return ecgJobOf(tenant, relative.replace(/\/_history\/[^/]+$/, ''));
}
