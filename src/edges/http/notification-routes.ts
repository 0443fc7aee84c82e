import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Config, Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { parseJson } from '../../formats/fhir/parse-json.ts';
import { isSameSecret } from '../is-same-secret.ts';

export interface NotificationRoutesDeps {
  readonly config: Pick<Config, 'tenants' | 'maxBodyBytes'>;
  /** @throws EcgError for what could not be put on record; the sender has to try again. */
  readonly takeNotification: (tenant: Tenant, body: unknown) => Promise<void>;
}

/**
 * Where FHIR servers send notifications of new ECGs: `POST /notifications/TENANT` with a resource, with the Bundle of a
 * topic-based subscription, or with nothing; `PUT /notifications/TENANT/Type/id`, as HAPI does. Whoever does not know the
 * tenant's secret gets a bare 401 before the body is read. Acknowledged is only what is on record; when that fails, the
 * answer is 503 and the server sends again.
 */
export function notificationRoutes({ config, takeNotification }: NotificationRoutesDeps): Router {
  const router = express.Router();
  const body = express.raw({ limit: config.maxBodyBytes, type: () => true });
  const tenantOf = (request: Request) => {
    const tenant = authenticated(request, config.tenants);
    if (tenant) return tenant;
    throw new EcgError('UNAUTHENTICATED', 'a notification without the secret of its tenant');
  };
  router.use((request: Request, _response: Response, next: NextFunction) => {
    tenantOf(request);
    next();
  });
  router.post('/:tenant', body, async (request, response) => {
    const isEmpty = !Buffer.isBuffer(request.body) || request.body.length === 0;
    await takeNotification(tenantOf(request), isEmpty ? undefined : parseJson(request.body));
    acknowledge(response);
  });
  router.put('/:tenant/:type/:id', async (request, response) => {
    const { type, id } = request.params;
    await takeNotification(tenantOf(request), { resourceType: type, id });
    acknowledge(response);
  });
  return router;
}

/** HAPI's client takes no answer but a FHIR one. */
function acknowledge(response: Response): void {
  const issue = [{ severity: 'information', code: 'informational', details: { text: 'noted' } }];
  response.status(200).type('application/fhir+json').json({ resourceType: 'OperationOutcome', issue });
}

/** The tenant of the path, if the request carries its secret. */
function authenticated(request: Request, tenants: readonly Tenant[]): Tenant | undefined {
  const [, name] = request.path.split('/');
  const tenant = tenants.find((each) => each.name === name);
  const given = /^Bearer (\S{1,200})$/.exec(request.get('authorization') ?? '')?.[1] ?? '';
  const secret = tenant?.writeBack.secret;
  // Compared also where there is nothing to compare with, so that time tells nothing of which tenants there are.
  const isRight = isSameSecret(given, secret ?? '');
  return isRight && secret !== undefined ? tenant : undefined;
}
