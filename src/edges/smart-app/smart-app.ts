import express, { type ErrorRequestHandler, type Router } from 'express';
import { EcgError } from '../../errors.ts';
import { httpStatusOf } from '../../fhir/operation-outcome.ts';
import { createExpiringStore } from './expiring-store.ts';
import { launchRoutes } from './launch-routes.ts';
import { messagePage } from './pages/message-page.ts';
import { PAGE_HEADERS, pageFiles } from './pages/page-files.ts';
import type { Session } from './session.ts';
import { type AppPlace, SMART_APP_PATH, type SmartAppDeps } from './smart-app-deps.ts';
import { viewerRoutes } from './viewer-routes.ts';

const MAX_SESSIONS = 2_000;
const IDLE_MS = 60 * 60_000;
const LONGEST_MS = 12 * 60 * 60_000;

export function appPlace(publicUrl: string): Omit<AppPlace, 'filesPath'> {
  const url = `${publicUrl}${SMART_APP_PATH}`;
  const { pathname, protocol } = new URL(url);
  return { url, path: pathname, secure: protocol === 'https:' };
}

type GivenDeps = Omit<SmartAppDeps, 'place'> & { readonly place: ReturnType<typeof appPlace> };

/** The viewer of tracings as a SMART app, to be mounted at {@link SMART_APP_PATH}. Sessions live in this process. */
export async function createSmartApp(given: GivenDeps): Promise<Router> {
  const files = await pageFiles();
  const deps = { ...given, place: { ...given.place, filesPath: `${given.place.path}/files/${files.version}` } };
  const onExpiry = ({ tokens }: Session) => void tokens.end();
  const bounds = { capacity: MAX_SESSIONS, idleMs: IDLE_MS, longestMs: LONGEST_MS, onExpiry };
  const sessions = createExpiringStore<Session>(bounds, deps.nowMs);
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set(PAGE_HEADERS);
    next();
  });
  router.use('/files', files.router);
  router.use(launchRoutes(deps, sessions));
  router.use('/:session', viewerRoutes(deps, sessions));
  router.use(() => {
    throw new EcgError('NOT_FOUND', 'there is nothing at this address');
  });
  router.use(showError(deps));
  return router;
}

/** Messages of an EcgError are for the user, and carry nothing of a patient. */
function showError({ log, place }: SmartAppDeps): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const known = error instanceof EcgError ? error : new EcgError('INTERNAL', 'something went wrong');
    const status = known.httpStatus === 401 ? 401 : httpStatusOf(known.code);
    log[status >= 500 ? 'error' : 'warn']({ code: known.code, status, app: 'smart' }, known.message);
    response.status(status).send(messagePage(known.message, place));
  };
}
