import type { Logger } from 'pino';
import type { AuditTrail } from '../../audit/audit-record.ts';
import type { IssuedCards } from '../../cds/issued-cards.ts';
import type { OverrideMemory, Pseudonym } from '../../cds/override-memory.ts';
import type { Pace } from '../../cds/pace.ts';
import type { Config, Tenant } from '../../config.ts';
import type { FhirServer } from '../../fhir/fhir-server.ts';
import type { Models } from '../../interpret-ecg.ts';
import type { ReadingCache } from '../../reading-cache.ts';
import type { HookWork } from './hook-work.ts';
import type { TracingLinks } from './tracing-link.ts';

/** What hooks and operations are answered with. */
export interface AnswerDeps {
  readonly config: Config;
  readonly models: Models;
  readonly readings: ReadingCache;
  readonly log: Logger;
  readonly audit: AuditTrail;
  /** What feedback is traced back by. */
  readonly issued: IssuedCards;
  /** What users need not be told again. */
  readonly overrides: OverrideMemory;
  /** Stands for user and patient in {@link overrides}. */
  readonly pseudonym: Pseudonym;
  /** None: cards link nowhere. */
  readonly tracingLinks?: TracingLinks;
  /** Opens a tenant's FHIR server with the token the EHR sent along; the signal ends its requests. */
  readonly openFhirServer: (tenant: Tenant, accessToken: string | undefined, signal?: AbortSignal) => FhirServer;
}

/** One hook call on its way. */
export interface Calling {
  readonly tenant: Tenant | undefined;
  readonly deps: AnswerDeps;
  readonly work: HookWork;
  readonly pace: Pace;
  /** Where the hook names one that may be asked. */
  readonly server: FhirServer | undefined;
}
