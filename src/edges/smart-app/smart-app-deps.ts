import type { Logger } from 'pino';
import type { AuditTrail } from '../../audit/audit-record.ts';
import type { Config, Tenant } from '../../config.ts';
import type { FhirServer } from '../../fhir/fhir-server.ts';
import type { OverReadDeps } from '../../over-read/over-read-deps.ts';
import type { TokenSource } from '../fhir-server/token-source.ts';
import type { SigningKey } from '../smart/signing-keys.ts';
import type { ReadAppContext } from './app-context.ts';

export interface SmartAppDeps extends OverReadDeps {
  readonly config: Config;
  readonly keys: readonly SigningKey[];
  /** The secret of a tenant that takes no key. */
  readonly secretOf: (tenant: Tenant) => string | undefined;
  readonly readAppContext: ReadAppContext;
  readonly openFhirServer: (tenant: Tenant, tokens: TokenSource) => FhirServer;
  readonly audit: AuditTrail;
  readonly log: Logger;
  /** Where browsers find the app. */
  readonly place: AppPlace;
  readonly now: () => Date;
  /** On a clock that only goes forward. */
  readonly nowMs: () => number;
}

export interface AppPlace {
  /** Public, without a trailing slash. */
  readonly url: string;
  /** Its path as browsers see it. */
  readonly path: string;
  /** Where the scripts and styles of its pages are, as browsers see it. */
  readonly filesPath: string;
  /** Whether cookies may travel over TLS only: everywhere but on this machine. */
  readonly secure: boolean;
}

/** Where the app is below the address of the service. */
export const SMART_APP_PATH = '/smart-app';
