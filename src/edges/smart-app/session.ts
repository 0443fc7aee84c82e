import type { Tenant } from '../../config.ts';
import type { FhirServer } from '../../fhir/fhir-server.ts';
import { isSameSecret } from '../is-same-secret.ts';
import { readCookie } from './cookies.ts';
import type { ExpiringStore } from './expiring-store.ts';
import { randomToken } from './random-token.ts';
import type { SessionTokens } from './session-tokens.ts';

/** Somebody the FHIR server knows. */
export interface Signer {
  /** "Practitioner/1" */
  readonly reference: string;
  /** As the record names them; the reference where it does not. */
  readonly name: string;
}

/** An ECG that the pages of a session show. */
export interface ListedEcg {
  /** "Observation/1" */
  readonly reference: string;
  readonly recordedAt?: string | undefined;
}

/** What a launch brought. */
export interface Launch {
  readonly tenant: Tenant;
  /** With the user's own rights. */
  readonly server: FhirServer;
  readonly tokens: SessionTokens;
  /** "Patient/1" is the patient whose chart is open. */
  readonly patientId: string;
  /** Who has logged in, where the EHR says so. */
  readonly user: Signer | undefined;
  /** Whether the user may sign here, as far as the launch tells. */
  readonly maySign: boolean;
  /** The ECGs the EHR or its card named; none: the patient's newest. */
  readonly named: readonly string[];
}

/** One launch in one browser: its pages, and nobody else's. */
export interface Session extends Launch {
  /** In the address of its pages; says nothing and opens nothing. */
  readonly id: string;
  /** In a cookie for those pages alone, so that tabs do not know of each other. */
  readonly secret: string;
  /** Comes with everything that changes something. */
  readonly formToken: string;
  /** The addresses of its pages hold a place in this list, and never what is there. */
  ecgs: readonly ListedEcg[];
}

export const SESSION_COOKIE = 'cardhook-session';

export function createSession(launch: Launch): Session {
  return {
    ...launch,
    id: randomToken(),
    secret: randomToken(),
    formToken: randomToken(),
    ecgs: launch.named.map((reference) => ({ reference })),
  };
}

/** The session at an address, if the browser is the one that was launched. */
export function sessionOf(
  { id, cookies }: { readonly id: string; readonly cookies: string | undefined },
  sessions: ExpiringStore<Session>,
): Session | undefined {
  const session = sessions.get(id);
  const isOwn = session !== undefined && isSameSecret(readCookie(cookies, SESSION_COOKIE), session.secret);
  return isOwn ? session : undefined;
}
