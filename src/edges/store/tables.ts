import type { ColumnType, Generated } from 'kysely';

/** The tables of Cardhook, column by column; `migrations/` makes them. The queue keeps its own in the schema `pgboss`. */
export interface Tables {
  readonly feedback: FeedbackTable;
  readonly audit: AuditTable;
  readonly used_token: UsedTokenTable;
  readonly issued_card: IssuedCardTable;
  readonly silenced_problem: SilencedProblemTable;
  readonly secret: SecretTable;
  readonly arrival_cursor: ArrivalCursorTable;
  readonly subscription_event: SubscriptionEventTable;
  readonly shadow_agreement: ShadowAgreementTable;
}

/** A jsonb column: written as text, read as whatever it holds, for its reader to check. */
type Json = ColumnType<unknown, string | null, string | null>;

/** What became of cards: no patient, no user, no comment. */
interface FeedbackTable {
  /** The same for the same report, however often it is sent. */
  readonly id: string;
  readonly service: string;
  /** uuid of the card. */
  readonly card: string;
  readonly outcome: string;
  /** As the client states it. */
  readonly outcome_timestamp: Date;
  readonly accepted_suggestions: Json;
  readonly override_reason: Json;
  /** Rules, findings and model of the card. */
  readonly about: Json;
  readonly received_at: Generated<Date>;
}

/** The audit trail: records in the order of their chain. */
interface AuditTable {
  readonly sequence: ColumnType<string | number, number, never>;
  readonly recorded_at: Date;
  /** JSON, byte for byte as it was hashed. */
  readonly record: string;
  readonly hash: string;
}

/** JWTs that were used already, by a hash. */
interface UsedTokenTable {
  readonly key: string;
  /** After this the token is refused anyway, and the row is deleted. */
  readonly until: Date;
}

/** How far tenants' FHIR servers were searched for new ECGs. */
interface ArrivalCursorTable {
  readonly tenant: string;
  /** Resource type. */
  readonly type: string;
  /** `meta.lastUpdated` of the latest that was found. */
  readonly position: Date;
}

/** How far the events of topic-based subscriptions were taken. */
interface SubscriptionEventTable {
  readonly tenant: string;
  /** Id of the Subscription on the tenant's server. */
  readonly subscription: string;
  readonly last_event: ColumnType<string | number, number, number>;
  /** When a notification came last: an event, a heartbeat, the handshake. */
  readonly heard_at: Date;
}

/** Cards that went out: no patient, no user. */
interface IssuedCardTable {
  readonly uuid: string;
  readonly issued_at: Generated<Date>;
  readonly service: string;
  readonly tenant: string | null;
  readonly model: string | null;
  readonly rules: Json;
  readonly findings: Json;
  /** What its override keeps silent, in pseudonyms. */
  readonly silencing: Json;
}

/** What users overrode with a reason, in pseudonyms. */
interface SilencedProblemTable {
  readonly audience: string;
  readonly problem: string;
  readonly until: Date;
}

/** How often a label of two models was compared: numbers, nothing of an ECG or a patient. */
interface ShadowAgreementTable {
  readonly tenant: string;
  /** "name@version" */
  readonly shown: string;
  readonly shadow: string;
  readonly output: number;
  readonly both: ColumnType<string | number, number>;
  readonly shown_only: ColumnType<string | number, number>;
  readonly shadow_only: ColumnType<string | number, number>;
  readonly neither: ColumnType<string | number, number>;
}

/** Keys that are made once and shared by replicas. */
interface SecretTable {
  readonly name: string;
  readonly value: string;
}
