import { z } from 'zod';

/** What a topic-based notification says of its subscription and of the events it is about. */
export interface NotificationStatus {
  readonly type: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  /** Id of the Subscription. */
  readonly subscription: string;
  /** Number of the latest event there was. */
  readonly latestEvent: number | undefined;
  readonly events: readonly NotifiedEvent[];
}

export interface NotifiedEvent {
  readonly number: number;
  /** Reference of the resource; absent where the subscription asks for empty payloads. */
  readonly focus: string | undefined;
}

const MAX_EVENTS = 10_000;

const typeSchema = z.enum(['handshake', 'heartbeat', 'event-notification', 'query-status', 'query-event']);
/** integer64 is a string in JSON (R5), a number with some servers. */
const numberSchema = z.union([z.string().regex(/^\d{1,15}$/), z.int().min(0)]).transform(Number);
const referenceSchema = z.looseObject({ reference: z.string().max(2_000) });

/** SubscriptionStatus, as in R4B and R5. */
const statusSchema = z.looseObject({
  resourceType: z.literal('SubscriptionStatus'),
  type: typeSchema,
  subscription: referenceSchema,
  eventsSinceSubscriptionStart: numberSchema.optional(),
  notificationEvent: z
    .array(z.looseObject({ eventNumber: numberSchema, focus: referenceSchema.optional() }))
    .max(MAX_EVENTS)
    .default([]),
});

/** The same as Parameters, as in R4 (Subscriptions R5 Backport). */
const parameterSchema = z.looseObject({
  name: z.string(),
  valueCode: z.string().optional(),
  valueString: z.string().optional(),
  valueReference: referenceSchema.optional(),
});
const parametersSchema = z.looseObject({
  resourceType: z.literal('Parameters'),
  parameter: z.array(parameterSchema.extend({ part: z.array(parameterSchema).default([]) })).max(MAX_EVENTS),
});

/** A notification's Bundle: `history` in R4 and R4B, `subscription-notification` in R5; its first entry says what it is. */
const bundleSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  entry: z.array(z.looseObject({ resource: z.unknown() })).min(1),
});

/** Of the Bundle that is sent or asked for; none for anything else. */
export function parseNotification(bundle: unknown): NotificationStatus | undefined {
  const [first] = bundleSchema.safeParse(bundle).data?.entry ?? [];
  return first && parseNotificationStatus(first.resource);
}

/** Of a SubscriptionStatus, or the Parameters that stand for one in R4; none for anything else. */
export function parseNotificationStatus(resource: unknown): NotificationStatus | undefined {
  const status = statusSchema.safeParse(fromParameters(resource) ?? resource).data;
  const subscription =
    status && /(?:^|\/)Subscription\/([A-Za-z0-9.-]{1,64})$/.exec(status.subscription.reference)?.[1];
  if (status === undefined || subscription === undefined) return undefined;
  return {
    type: status.type,
    subscription,
    latestEvent: status.eventsSinceSubscriptionStart,
    events: status.notificationEvent.map(({ eventNumber, focus }) => ({
      number: eventNumber,
      focus: focus?.reference,
    })),
  };
}

type Parameter = z.infer<typeof parameterSchema>;

/** Parameters rewritten as the SubscriptionStatus they stand for. */
function fromParameters(resource: unknown): unknown {
  const parameters = parametersSchema.safeParse(resource).data?.parameter;
  if (parameters === undefined) return undefined;
  const events = parameters.filter(({ name }) => name === 'notification-event').map(({ part }) => part);
  return {
    resourceType: 'SubscriptionStatus',
    type: named(parameters, 'type')?.valueCode,
    subscription: named(parameters, 'subscription')?.valueReference,
    eventsSinceSubscriptionStart: named(parameters, 'events-since-subscription-start')?.valueString,
    notificationEvent: events.map((parts) => ({
      eventNumber: named(parts, 'event-number')?.valueString,
      focus: named(parts, 'focus')?.valueReference,
    })),
  };
}

function named(parameters: readonly Parameter[], name: string): Parameter | undefined {
  return parameters.find((parameter) => parameter.name === name);
}
