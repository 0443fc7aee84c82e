import type { FhirRequest, HttpMethod } from '@medplum/fhir-router';
import type { Resource } from '@medplum/fhirtypes';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { FhirResource } from 'fhir/r4';
import { EcgError } from '../../errors.ts';
import { capabilityStatement } from './capability-statement.ts';
import { loadMedplum } from './load-medplum.ts';
import { deliver, type RestHook, toRestHook } from './rest-hooks.ts';
import { createSparingRepository } from './sparing-repository.ts';

export interface EmbeddedFhirServer {
  /** An Express router to mount anywhere. It lets every caller in, so only where that is meant. */
  readonly router: Router;
  /** Puts resources under the ids they carry. */
  load(resources: readonly FhirResource[]): Promise<void>;
  /**
   * A resource by its reference, "Observation/1".
   * @throws EcgError NOT_FOUND
   */
  read(reference: string): Promise<Resource>;
}

/** One interaction: HTTP status and the resource or OperationOutcome to send. */
type Interact = (
  method: HttpMethod,
  url: string,
  rest: Pick<FhirRequest, 'body' | 'headers'>,
) => Promise<{ readonly status: number; readonly body: Resource }>;

const FHIR_JSON = 'application/fhir+json';
const JSON_TYPES = [FHIR_JSON, 'application/json', 'application/json-patch+json'];
const MAX_BODY = '64mb';
const REFERENCE = /^[A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/;
/** Content that anybody may have stored, at the address of the demo's own pages. */
const INERT = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'Content-Disposition': 'attachment',
};
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * A FHIR R4 server in memory, for the demo and for tests: Medplum's FhirRouter over its MemoryRepository.
 *
 * It reads, creates, updates, patches, deletes, searches (also by POST `_search`) and processes transactions with
 * conditional creates, and delivers on R4 Subscriptions by rest-hook. It has no access control, no validation, no paging
 * (`_count` and `_offset` work, there are no `next` links), no `_has`, no conditional references; a transaction that fails half-way is not
 * rolled back; Binary is created as a resource only. A restart empties it.
 * @throws EcgError CONFIG_INVALID where the development packages are not installed.
 */
export async function createEmbeddedFhirServer(): Promise<EmbeddedFhirServer> {
  const medplum = await loadMedplum();
  const { FhirRouter, getStatus, matches } = medplum;
  const fhirRouter = new FhirRouter();
  const repository = createSparingRepository(medplum);
  const hooks = new Map<string, RestHook>();
  const interact: Interact = async (method, url, rest) => {
    const request = { method, url, pathname: '', params: {}, query: {}, ...rest };
    const [outcome, resource] = await fhirRouter.handleRequest(request, repository);
    const result = { status: getStatus(outcome), body: resource ?? outcome };
    if (method !== 'GET') for (const stored of storedBy(method, result)) await notice(stored);
    return result;
  };
  /** A Subscription that is asked for is active at once; anything else is told to who subscribed to it. */
  const notice = async (stored: Resource) => {
    if (stored.resourceType === 'Subscription') {
      if (stored.status === 'requested') await repository.updateResource({ ...stored, status: 'active' });
      const hook = toRestHook({ ...stored, status: stored.status === 'requested' ? 'active' : stored.status });
      if (hook) hooks.set(stored.id ?? '', hook);
      else hooks.delete(stored.id ?? '');
    }
    for (const hook of hooks.values()) if (matches(stored, hook.criteria)) void deliver(hook, stored);
  };
  return {
    router: createRouter(interact),
    async load(resources) {
      for (const resource of resources) {
        const url = `${resource.resourceType}/${resource.id}`;
        const { status } = await interact('PUT', url, { body: resource });
        if (status >= 300) throw new EcgError('CONFIG_INVALID', `resource ${url} was not taken (HTTP ${status})`);
      }
    },
    async read(reference) {
      const answer = REFERENCE.test(reference) ? await interact('GET', reference, { body: undefined }) : undefined;
      if (answer?.status !== 200) throw new EcgError('NOT_FOUND', 'there is no such resource');
      return answer.body;
    },
  };
}

/** What an interaction created or changed; a conditional create that found its match did neither. */
function storedBy(method: HttpMethod, { status, body }: Awaited<ReturnType<Interact>>): readonly Resource[] {
  if (status >= 300 || method === 'DELETE') return [];
  if (body.resourceType !== 'Bundle') return method === 'POST' && status !== 201 ? [] : [body];
  return (body.entry ?? []).flatMap(({ resource, response }) =>
    resource && response?.status === '201' ? [resource] : [],
  );
}

function createRouter(interact: Interact): Router {
  const router = express.Router();
  router.use(express.json({ type: JSON_TYPES, limit: MAX_BODY }));
  // A form of any web page can be sent here: it must not create anything.
  router.post('/:type/_search', express.urlencoded({ limit: MAX_BODY }));
  router.get('/metadata', (request, response) => {
    sendResource(response, 200, capabilityStatement(baseOf(request)));
  });
  router.use(async (request, response) => {
    const method = METHODS.find((known) => known === request.method);
    if (method === undefined) return response.sendStatus(405);
    const { status, body } = await interact(method, request.url, {
      body: withoutChosenId(request),
      headers: request.headers,
    });
    if (body.resourceType === 'Binary' && request.accepts([body.contentType, FHIR_JSON]) === body.contentType) {
      return response
        .set(INERT)
        .type(body.contentType)
        .send(Buffer.from(body.data ?? '', 'base64'));
    }
    if (body.meta?.versionId) response.set('ETag', `W/"${body.meta.versionId}"`);
    if (status === 201) response.set('Location', `${baseOf(request)}/${body.resourceType}/${body.id}`);
    return sendResource(response, status, body);
  });
  router.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const tooLarge = error instanceof Error && 'type' in error && error.type === 'entity.too.large';
    const issue = [{ severity: 'error', code: tooLarge ? 'too-long' : 'invalid' }];
    return sendResource(response, tooLarge ? 413 : 400, { resourceType: 'OperationOutcome', issue });
  });
  return router;
}

/** The server chooses the id of what is created by POST (R4 3.1.0.8); MemoryRepository would keep the client's. */
function withoutChosenId({ method, body }: Request): unknown {
  if (method !== 'POST' || body?.resourceType === undefined) return body;
  const { id: _id, ...resource } = body;
  return resource;
}

function baseOf(request: Request): string {
  return `${request.protocol}://${request.get('host')}${request.baseUrl}`;
}

function sendResource(response: Response, status: number, resource: object): Response {
  return response.status(status).type(FHIR_JSON).send(JSON.stringify(resource));
}
