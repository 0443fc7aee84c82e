import type { Card, Link } from './card.ts';
import type { CdsRequest } from './cds-request.ts';
import type { HookName } from './hook-contexts.ts';
import type { DrugRuleSettings } from './order-rules.ts';
import type { PatientEcgReading } from './patient-ecg-reading.ts';

/**
 * One CDS service: its discovery entry and what it says when. One file in `cds-hooks/` and one row in its index.
 * Discovery, routing and prefetch completion follow from these members.
 */
export interface CdsService {
  readonly id: string;
  readonly hook: HookName;
  readonly title: string;
  readonly description: string;
  readonly usageRequirements?: string;
  /** Key → FHIR query with the tokens of CDS Hooks 2.x (root primitives of the context only). */
  readonly prefetch: Readonly<Record<string, string>>;
  /** What is worth a clinician's time at this moment, given the reading of the patient's latest ECG. */
  readonly cards: (reading: PatientEcgReading, moment: HookMoment) => readonly TracedCard[];
  /** Further queries, whose answers may help but are not needed; they come as {@link HookMoment.further}. */
  readonly optionalPrefetch?: Readonly<Record<string, string>>;
  /** References into the patient's FHIR server ("Medication/1") whose resources may help too; they come the same way. */
  readonly references?: (request: CdsRequest) => readonly string[];
  /** References in the resource that one of {@link references} brought (unchecked), which are followed too. */
  readonly referencesIn?: (resource: unknown, request: CdsRequest) => readonly string[];
}

/** A card with what it is about; only the card goes into the answer. */
export interface TracedCard extends Card {
  readonly subject?: CardSubject;
}

/** What feedback on a card is to be read with. */
export interface CardSubject {
  /** Ids of drug rules. */
  readonly rules: readonly string[];
  /** Output indices. */
  readonly findings: readonly number[];
  /** Names of what the card warns of; the same for the same user at the next call. Absent where it cannot be overridden. */
  readonly problems?: readonly string[];
  /** Whether it warns of something that must not be silent for long. */
  readonly isCritical?: boolean;
}

/** The circumstances of one hook call. */
export interface HookMoment {
  readonly request: CdsRequest;
  /** When the hook was called. */
  readonly now: Date;
  /** A fresh UUID for every card. */
  readonly newUuid: () => string;
  /** What the service's optional prefetch and references brought, unchecked; nothing where it failed. */
  readonly further?: readonly unknown[];
  /** The drug rules this site wants. */
  readonly drugRules?: DrugRuleSettings | undefined;
  /** Whether this user overrode a problem with a reason not long ago ({@link CardSubject.problems}). */
  readonly isSilenced?: (problem: string) => boolean;
  /** Where it is said what Cardhook is for, if it has a public address. */
  readonly intendedUse?: string | undefined;
  /** Where the tracing of a source ("Observation/123") can be looked at, if anywhere. */
  readonly tracingLink?: (source: string) => Link | undefined;
}
