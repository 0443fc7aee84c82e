import cors from 'cors';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import type { CdsService } from '../../cds/cds-service.ts';
import { type FeedbackStore, parseFeedback, toFeedbackRecord } from '../../cds/feedback.ts';
import { silencedBy } from '../../cds/override-memory.ts';
import { EcgError } from '../../errors.ts';
import { httpStatusOf, toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { parseJson } from '../../formats/fhir/parse-json.ts';
import type { Authenticator, Caller } from '../client-auth/authenticator.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { answerHook } from './answer-hook.ts';
import { discovery } from './discovery.ts';
import { createHookWork } from './hook-work.ts';
import { type InterpretDeps, interpretOperation } from './interpret-operation.ts';
import { type NotificationRoutesDeps, notificationRoutes } from './notification-routes.ts';
import { type OperatorDeps, operatorRoutes } from './operator-routes.ts';
import { schemaRoutes } from './schema-routes.ts';
import { stackFrames } from './stack-frames.ts';

export interface HttpAppDeps extends InterpretDeps {
  readonly services: readonly CdsService[];
  readonly authenticator: Authenticator;
  /** Where an operator token is configured. */
  readonly operator?: OperatorDeps | undefined;
  readonly feedback: FeedbackStore;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  /** Whether models are loaded and answering; `/readyz` says so. */
  readonly isReady: () => boolean;
  /** Where notifications of new ECGs go; absent where no tenant sends any. */
  readonly notifications?: Pick<NotificationRoutesDeps, 'takeNotification'> | undefined;
}

interface HookLocals {
  caller: Caller;
  arrivedAtMs: number;
}

/** For the clients of tenants: passes on who calls, and since when. */
type FromClient = RequestHandler<{ id: string }, unknown, unknown, unknown, HookLocals>;

/**
 * The HTTP surface: CDS Hooks discovery, services and feedback, the `$interpret` operation, health.
 * Every failure is answered with an OperationOutcome that carries no patient data.
 */
export function createHttpApp(deps: HttpAppDeps): Express {
  const { config, log, services } = deps;
  const work = createHookWork(log);
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  app.use(
    cors({ origin: config.corsOrigins, methods: ['GET', 'POST'], allowedHeaders: ['Content-Type', 'Authorization'] }),
  );
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', (_request, response) => {
    const ready = deps.isReady();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await deps.telemetry.metrics();
    response.type(contentType).send(text);
  });
  const fromClient: FromClient = async (request, response, next) => {
    response.locals.arrivedAtMs = performance.now();
    response.locals.caller = await deps.authenticator.authenticate(request.get('authorization'), request.path);
    next();
  };
  const discover = (_request: Request, response: Response) => void response.json(discovery(services));
  if (config.authenticateDiscovery) app.get('/cds-services', fromClient, discover);
  else app.get('/cds-services', discover);
  app.use(schemaRoutes());
  const body = express.raw({ limit: config.maxBodyBytes, type: ['application/json', 'application/fhir+json'] });
  // Before anything of the body is read.
  app.post('/cds-services/:id', fromClient, body, async (request, response) => {
    const service = serviceOf(request.params.id, services);
    await work.turns.first();
    const call = { body: jsonOf(request), ...response.locals, work };
    const { cards, missed } = await deps.telemetry.stage('hook', { service: service.id }, async (outcome) => {
      const answer = await answerHook(service, call, deps);
      outcome(answer.outcome);
      return answer;
    });
    for (const { indicator } of cards) deps.telemetry.card(service.id, indicator);
    for (const { key, code } of missed) deps.telemetry.missedLookup(service.id, key, code);
    response.json({ cards });
  });
  app.post('/cds-services/:id/feedback', fromClient, body, async (request, response) => {
    const { id } = serviceOf(request.params.id, services);
    const items = parseFeedback(jsonOf(request));
    const issued = await deps.issued.find(items.map(({ card }) => card));
    const records = items.map((item) => toFeedbackRecord(item, id, issued.get(item.card)));
    await deps.feedback.record(records);
    await deps.overrides.silence(silencedBy(records, issued, new Date()));
    deps.audit.record({ action: 'feedback', outcome: 'success', by: id });
    response.json({});
  });
  app.post('/fhir/$interpret', body, async (request, response) => {
    const report = await interpretOperation(jsonOf(request), request.get('authorization'), deps);
    response.status(200).type('application/fhir+json').json(report);
  });
  if (deps.operator) app.use(operatorRoutes(deps.operator));
  if (deps.notifications) app.use('/notifications', notificationRoutes({ ...deps.notifications, config }));
  app.use(() => {
    throw new EcgError('NOT_FOUND', 'there is nothing at this address');
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const known = asEcgError(error);
    const status = httpStatusOf(known.code);
    const level = status >= 500 ? 'error' : 'warn';
    log[level]({
      code: known.code,
      status,
      path: routeOf(request),
      ...(status === 401 ? { reason: known.message } : {}),
      ...(status >= 500 ? { err: stackFrames(error) } : {}),
    });
    const service = services.find(({ id }) => request.path.startsWith(`/cds-services/${id}`));
    deps.telemetry.refusal(known.code);
    // Strangers must not be able to fill the audit trail: they are counted and logged.
    if (service && status !== 401) {
      deps.audit.record({
        action: 'hook',
        outcome: status >= 500 ? 'failed' : 'refused',
        by: service.id,
        code: known.code,
      });
    }
    if (response.headersSent) return response.end();
    // Why is for the operator: to a stranger it would be a guide.
    if (status === 401) return response.status(401).set('WWW-Authenticate', 'Bearer').end();
    if (known.retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(known.retryAfterMs / 1000)));
    return response
      .status(status)
      .type('application/fhir+json')
      .send(JSON.stringify(toOperationOutcome(known)));
  });
  return app;
}

function serviceOf(id: string | undefined, services: readonly CdsService[]): CdsService {
  const service = services.find((each) => each.id === id);
  if (service) return service;
  throw new EcgError('NOT_FOUND', 'there is no CDS service of this id; see GET /cds-services');
}

/** The body as JSON, bounded in depth and number of values before it is parsed. */
function jsonOf({ body }: { readonly body: unknown }): unknown {
  if (Buffer.isBuffer(body)) return parseJson(body);
  throw new EcgError('SOURCE_INVALID', 'the request needs a JSON body with Content-Type: application/json');
}

/** What Express and its body parser refuse has a status of its own; anything unforeseen is an internal error that says nothing. */
function asEcgError(error: unknown): EcgError {
  if (error instanceof EcgError) return error;
  const status = error instanceof Error && 'status' in error ? Number(error.status) : Number.NaN;
  if (status === 413) return new EcgError('BODY_TOO_LARGE', 'the request body is too large');
  if (status >= 400 && status < 500) return new EcgError('SOURCE_INVALID', 'the request cannot be read');
  return new EcgError('INTERNAL', 'internal error');
}

/** The route without ids or queries. */
function routeOf(request: Request): string {
  return typeof request.route?.path === 'string' ? request.route.path : 'none';
}
