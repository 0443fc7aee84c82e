import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { EcgQueue } from '../../arrivals/ecg-job.ts';
import { ecgJobOf, noticedEcg } from '../../arrivals/parse-notice.ts';
import type { Config, Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { parseJson } from '../../formats/fhir/parse-json.ts';

export interface NotificationDeps {
  readonly config: Pick<Config, 'tenants' | 'maxBodyBytes'>;
  readonly queue: EcgQueue;
  /** Searches a tenant's server for what is new: for a notification that does not say of what it is. */
  readonly sweep: (tenant: Tenant) => Promise<void>;
}

/**
 * Where FHIR servers send notifications of new ECGs: `POST /notifications/TENANT` with or without the resource, and
 * `PUT /notifications/TENANT/Type/id`, as HAPI does. Whoever does not know the tenant's secret gets a bare 401 before
 * the body is read. Acknowledged is only what is on record; when that fails, the answer is 503 and the server sends again.
 */
export function notificationRoutes(deps: NotificationDeps): Router {
  const { config, queue } = deps;
  const router = express.Router();
  const body = express.raw({ limit: config.maxBodyBytes, type: () => true });
  const tenantOf = (request: Request) => authenticated(request, config.tenants);

  router.use((request: Request, _response: Response, next: NextFunction) => {
    if (tenantOf(request)) return next();
    throw new EcgError('UNAUTHENTICATED', 'a notification without the secret of its tenant');
  });
  router.post('/:tenant', body, async (request, response) => {
    const tenant = tenantOf(request);
    if (tenant) acknowledge(response, await take(tenant, request.body, deps));
  });
  router.put('/:tenant/:type/:id', async (request, response) => {
    const { type, id } = request.params;
    const job = ecgJobOf(tenantOf(request)?.name ?? '', `${type}/${id}`);
    if (job) await queue.enqueue([job]);
    acknowledge(response, job ? 1 : 0);
  });
  return router;
}

/** @returns of how many ECGs it was. */
async function take(tenant: Tenant, body: unknown, { queue, sweep }: NotificationDeps): Promise<number> {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    await sweep(tenant);
    return 0;
  }
  const job = noticedEcg(tenant.name, parseJson(body));
  if (job === undefined) return 0;
  await queue.enqueue([job]);
  return 1;
}

/** HAPI's client takes no answer but a FHIR one. */
function acknowledge(response: Response, ecgs: number): void {
  const details = { text: ecgs === 0 ? 'nothing to interpret' : 'to be interpreted' };
  const issue = [{ severity: 'information', code: 'informational', details }];
  response.status(200).type('application/fhir+json').json({ resourceType: 'OperationOutcome', issue });
}

/** The tenant of the path, if the request carries its secret. */
function authenticated(request: Request, tenants: readonly Tenant[]): Tenant | undefined {
  const [, name] = request.path.split('/');
  const tenant = tenants.find((each) => each.name === name);
  const given = /^Bearer (\S{1,200})$/.exec(request.get('authorization') ?? '')?.[1] ?? '';
  const secret = tenant?.writeBack.secret;
  // Compared also where there is nothing to compare with, so that time tells nothing of which tenants there are.
  const isRight = timingSafeEqual(digest(given), digest(secret ?? ''));
  return isRight && secret !== undefined ? tenant : undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
