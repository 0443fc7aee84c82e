import type { Request, RequestHandler, Response } from 'express';
import type { ExpiringStore } from './expiring-store.ts';
import { messagePage } from './pages/message-page.ts';
import { type Session, sessionOf } from './session.ts';
import type { SmartAppDeps } from './smart-app-deps.ts';

interface SessionLocals {
  session: Session;
}
export type InSession = RequestHandler<Record<string, string>, unknown, unknown, Request['query'], SessionLocals>;
export type SessionResponse = Response<unknown, SessionLocals>;

const OVER = 'this session is over, or is not of this browser; launch again from the EHR';

/** Passes on the session of an address to whom it belongs. What a page asks by itself does not keep it alive. */
export function requireSession(deps: Pick<SmartAppDeps, 'place'>, sessions: ExpiringStore<Session>): InSession {
  return (request, response, next) => {
    const isAutomatic = request.query['refresh'] === 'auto';
    const asking = { id: request.params['session'] ?? '', cookies: request.get('cookie'), isAutomatic };
    const session = sessionOf(asking, sessions);
    if (session === undefined) return void response.status(401).send(messagePage(OVER, deps.place));
    response.locals.session = session;
    return next();
  };
}
