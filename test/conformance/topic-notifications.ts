/** Topic-based notifications as servers of three FHIR versions send them. */
export type Shape = 'R4' | 'R4B' | 'R5';

export interface Notification {
  readonly type: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  readonly latest: number;
  /** By number; without a focus where the payload is empty. */
  readonly events?: readonly { readonly number: number; readonly focus?: string }[];
  /** Sent along where the payload is full. */
  readonly resources?: readonly object[];
}

const SUBSCRIPTION = 'https://clinic.example/fhir/Subscription/s1';

/** The Bundle that is posted. */
export function notification(shape: Shape, { type, latest, events = [], resources = [] }: Notification): object {
  const status = shape === 'R4' ? parameters({ type, latest, events }) : subscriptionStatus({ type, latest, events });
  return {
    resourceType: 'Bundle',
    type: shape === 'R5' ? 'subscription-notification' : 'history',
    timestamp: '2026-03-10T12:00:00Z',
    entry: [
      { fullUrl: 'urn:uuid:2efb7ed3-8a3b-4c1c-8ab1-8b5ee9f1c3d1', resource: status },
      ...resources.map((resource) => ({ resource })),
    ],
  };
}

/** Parameters in R4 (backport-subscription-status-r4). */
function parameters({ type, latest, events = [] }: Notification): object {
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'subscription', valueReference: { reference: SUBSCRIPTION } },
      { name: 'topic', valueCanonical: 'https://clinic.example/topics/ecg' },
      { name: 'status', valueCode: 'active' },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(latest) },
      ...events.map(({ number, focus }) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: String(number) },
          ...(focus === undefined ? [] : [{ name: 'focus', valueReference: { reference: focus } }]),
        ],
      })),
    ],
  };
}

/** SubscriptionStatus in R4B and R5. */
function subscriptionStatus({ type, latest, events = [] }: Notification): object {
  return {
    resourceType: 'SubscriptionStatus',
    status: 'active',
    type,
    eventsSinceSubscriptionStart: String(latest),
    notificationEvent: events.map(({ number, focus }) => ({
      eventNumber: String(number),
      ...(focus === undefined ? {} : { focus: { reference: focus } }),
    })),
    subscription: { reference: SUBSCRIPTION },
    topic: 'https://clinic.example/topics/ecg',
  };
}
