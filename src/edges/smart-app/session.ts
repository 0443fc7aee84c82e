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
  readonly patientId: string;
  readonly recordedAt?: string | undefined;
}

/** What a launch brought. */
export interface Launch {
  readonly tenant: Tenant;
  /** With the user's own rights. */
  readonly server: FhirServer;
  readonly tokens: SessionTokens;
  /** "Patient/1" is the patient whose chart is open; where none is, the user's own rights say whom the pages show. */
  readonly patientId: string | undefined;
  /** Who has logged in, where the EHR says so. */
  readonly user: Signer | undefined;
  /** Whether the user may sign here, as far as the launch tells. */
  readonly maySign: boolean;
  /** The ECGs the EHR or its card named; none: the patient's newest. */
  readonly named: readonly ListedEcg[];
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
  /** Ids of the reports that the worklist has shown, in the order they first were; a place never gets another. */
  readonly listed: string[];
}

export const SESSION_COOKIE = 'cardhook-session';

/** The place of a report in the session's list, which stands for it in addresses. */
export function placeOf({ listed }: Pick<Session, 'listed'>, reportId: string): number {
  const place = listed.indexOf(reportId);
  return place === -1 ? listed.push(reportId) - 1 : place;
}

export function createSession(launch: Launch): Session {
  return {
    ...launch,
    id: randomToken(),
    secret: randomToken(),
    formToken: randomToken(),
    ecgs: launch.named,
    listed: [],
  };
}

export interface SessionRequest {
  readonly id: string;
  readonly cookies: string | undefined;
  /** Whether nobody asked for it: an unattended page must not keep a session alive. */
  readonly isAutomatic: boolean;
}

/** The session at an address, if the browser is the one that was launched. */
export function sessionOf(
  { id, cookies, isAutomatic }: SessionRequest,
  sessions: ExpiringStore<Session>,
): Session | undefined {
  const session = isAutomatic ? sessions.peek(id) : sessions.get(id);
  const isOwn = session !== undefined && isSameSecret(readCookie(cookies, SESSION_COOKIE), session.secret);
  return isOwn ? session : undefined;
}
