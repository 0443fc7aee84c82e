import { createHash } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { type Tenant, tenantOf } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import type { SmartApp } from '../../smart-app-config.ts';
import { isSameSecret } from '../is-same-secret.ts';
import { type AuthorizationServer, discoverAuthorizationServer } from './authorization-server.ts';
import { clearCookie, readCookie, setCookie } from './cookies.ts';
import { createExpiringStore, type ExpiringStore } from './expiring-store.ts';
import { mayWrite, permitsForUser } from './granted-scopes.ts';
import { readFhirUser } from './id-token.ts';
import { namedEcgs, readSigner } from './launch-context.ts';
import { randomToken } from './random-token.ts';
import { createSession, SESSION_COOKIE, type Session } from './session.ts';
import { createSessionTokens } from './session-tokens.ts';
import type { SmartAppDeps } from './smart-app-deps.ts';
import { requestTokens, type SmartClient } from './token-request.ts';

/** A launch that waits for the user to come back from the authorization server. */
interface PendingLaunch {
  readonly client: SmartClient;
  readonly server: AuthorizationServer;
  readonly scope: string;
  readonly codeVerifier: string;
  readonly nonce: string;
  /** Also in a cookie of the browser that began: no other may come back. */
  readonly binding: string;
  /** What the user wants to see first. */
  readonly goal: Goal;
}

/** An ECG of the patient whose chart is open, or what is unsigned of everybody. */
type Goal = 'ecg' | 'worklist';

const PENDING_MS = 10 * 60_000;
const MAX_PENDING = 10_000;
const DISCOVERED = { capacity: 1_000, idleMs: 5 * 60_000, longestMs: 5 * 60_000 };

/**
 * SMART App Launch 2: `GET /launch?iss=…&launch=…` from an EHR, without `launch` standalone; `GET /worklist?iss=…` the
 * same with no patient chosen; `GET /callback` comes back with a code, which becomes a session.
 */
export function launchRoutes(deps: SmartAppDeps, sessions: ExpiringStore<Session>): Router {
  const pending = createExpiringStore<PendingLaunch>({ capacity: MAX_PENDING, idleMs: PENDING_MS }, deps.nowMs);
  const servers = createExpiringStore<Promise<AuthorizationServer>>(DISCOVERED, deps.nowMs);
  // Whoever asks for a launch makes the EHR be asked; not each time.
  const discover = async (tenant: Tenant) => {
    const known = servers.get(tenant.name);
    if (known !== undefined) return await known;
    const found = discoverAuthorizationServer(tenant);
    servers.set(tenant.name, found);
    found.catch(() => servers.take(tenant.name));
    return await found;
  };
  const path = `${deps.place.path}/callback`;
  const router = express.Router();
  const beginFor = (goal: Goal): RequestHandler => {
    return async (request, response) => {
      const { state, launch, url } = await begin({ request, goal }, deps, discover);
      pending.set(state, launch);
      setCookie(response, [bindingCookie(state), launch.binding], { ...deps.place, path, maxAgeMs: PENDING_MS });
      response.redirect(302, url);
    };
  };
  router.get('/launch', beginFor('ecg'));
  router.get('/worklist', beginFor('worklist'));
  router.get('/callback', async (request, response) => {
    const state = single(request, 'state') ?? '';
    const launch = pending.take(state);
    const binding = readCookie(request.get('cookie'), bindingCookie(state));
    clearCookie(response, bindingCookie(state), { ...deps.place, path });
    if (launch === undefined || !isSameSecret(binding, launch.binding)) {
      throw new EcgError('SOURCE_INVALID', 'this launch did not begin in this browser, or is over; launch again');
    }
    enter(response, await complete(request, launch, deps), { deps, sessions, goal: launch.goal });
  });
  return router;
}

interface Beginning {
  readonly request: Request;
  readonly goal: Goal;
}

async function begin(
  { request, goal }: Beginning,
  deps: SmartAppDeps,
  discover: (tenant: Tenant) => Promise<AuthorizationServer>,
) {
  const iss = single(request, 'iss');
  if (iss === undefined) throw new EcgError('SOURCE_INVALID', 'a launch names the FHIR server: ?iss=…');
  const tenant = tenantOf(deps.config, iss);
  if (tenant?.smartApp === undefined) {
    throw new EcgError('FHIR_FORBIDDEN', 'the EHR is none of those that this app may be launched from');
  }
  const launchToken = single(request, 'launch');
  const server = await discover(tenant);
  const { clientId, keyId } = tenant.smartApp;
  const client = {
    ...{ tenant, clientId, keyId, keys: deps.keys, secret: deps.secretOf(tenant) },
    redirectUrl: `${deps.place.url}/callback`,
  };
  const launch: PendingLaunch = {
    client,
    server,
    goal,
    scope: scopeOf(tenant.smartApp, goal, launchToken !== undefined),
    codeVerifier: randomToken(),
    nonce: randomToken(),
    binding: randomToken(),
  };
  const state = randomToken();
  return { state, launch, url: authorizeUrl(launch, { state, iss, launchToken }) };
}

/** From the EHR, `launch` brings its context; alone, a patient has to be chosen where one is wanted. */
function scopeOf({ scope, worklistScope }: SmartApp, goal: Goal, isFromEhr: boolean): string {
  if (goal === 'worklist') return isFromEhr ? `launch ${worklistScope}` : worklistScope;
  return `${isFromEhr ? 'launch' : 'launch/patient'} ${scope}`;
}

interface AuthorizeParameters {
  readonly state: string;
  readonly iss: string;
  readonly launchToken: string | undefined;
}

/** "Obtain authorization code": PKCE is never left out, whatever the server says it supports. */
function authorizeUrl(launch: PendingLaunch, { state, iss, launchToken }: AuthorizeParameters): string {
  const { client, server, scope, codeVerifier, nonce } = launch;
  const url = new URL(server.authorizeUrl);
  const parameters = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUrl,
    scope,
    state,
    aud: iss,
    nonce,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(launchToken === undefined ? {} : { launch: launchToken }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

async function complete(request: Request, launch: PendingLaunch, deps: SmartAppDeps): Promise<Session> {
  const code = single(request, 'code');
  if (code === undefined) {
    const [reason] = /^[a-z_]{1,64}$/.exec(single(request, 'error') ?? '') ?? ['no code'];
    throw new EcgError('FHIR_FORBIDDEN', `the EHR did not let the app in (${reason})`);
  }
  const { client, server, scope, nonce, codeVerifier } = launch;
  const issuer = single(request, 'iss');
  if (issuer !== undefined && server.identity !== undefined && issuer !== server.identity.issuer) {
    // RFC 9207: the code would be sent to a server that has not given it.
    throw new EcgError('FHIR_FORBIDDEN', 'the answer is of another authorization server than the one asked');
  }
  const { tenant, clientId, redirectUrl: redirect_uri } = client;
  const grant = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: codeVerifier };
  const answer = await requestTokens(client, server, grant);
  const { patient: patientId } = answer;
  const tokens = createSessionTokens({ client, server, nowMs: deps.nowMs }, answer, scope);
  if (patientId === undefined && !permitsForUser(tokens.scope(), 'DiagnosticReport', 's'))
    throw new EcgError('SOURCE_INVALID', 'the EHR has no chart open: choose a patient first');
  const fhir = deps.openFhirServer(tenant, tokens);
  const { fhirServer } = tenant;
  const fhirUser = await readFhirUser(answer.id_token, server, { clientId, nonce, fhirServer });
  const context = { launchUrl: `${deps.place.url}/launch`, fhirServer, readAppContext: deps.readAppContext };
  const named = patientId === undefined ? [] : await namedEcgs(answer, fhir, { ...context, patientId });
  const user = await readSigner(fhirUser, fhir);
  return createSession({
    ...{ tenant, server: fhir, tokens, patientId, user },
    named: patientId === undefined ? [] : named.map((reference) => ({ reference, patientId })),
    maySign: user !== undefined && mayWrite(tokens.scope()),
  });
}

interface Entering {
  readonly deps: SmartAppDeps;
  readonly sessions: ExpiringStore<Session>;
  readonly goal: Goal;
}

/** To an address that holds neither code nor state, nor anything of the patient. */
function enter(response: Response, session: Session, { deps, sessions, goal }: Entering): void {
  sessions.set(session.id, session);
  const path = `${deps.place.path}/${session.id}`;
  setCookie(response, [SESSION_COOKIE, session.secret], { ...deps.place, path });
  deps.log.info({ tenant: session.tenant.name, maySign: session.maySign }, 'SMART launch');
  const page = goal === 'worklist' ? 'worklist' : '';
  response.redirect(303, `${deps.place.url}/${session.id}/${page}`);
}

/** One per launch, so that two at once do not disturb each other. */
function bindingCookie(state: string): string {
  return `cardhook-launch-${createHash('sha256').update(state).digest('hex').slice(0, 16)}`;
}

/** A parameter that is given once. */
function single({ query }: Request, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
