import { failureOf, isOk } from './failure.ts';
import type { Answer, SendRequest } from './http-client.ts';
import { at, isObject, type JsonObject, listAt, textAt } from './json.ts';

/** Where this page finds the FHIR server; services are told its full address. */
const BASE = '/demo/fhir';

export interface FhirClient {
  /** What a read or a search brings, as the server says it. */
  query(query: string, purpose: string, signal?: AbortSignal): Promise<Answer>;
  /** The matches of a search. @throws Error saying why there are none to be had. */
  search(query: string, purpose: string, signal?: AbortSignal): Promise<readonly JsonObject[]>;
  /** Puts a new resource on record. @throws Error saying why not. */
  create(resource: JsonObject): Promise<void>;
}

export function createFhirClient(send: SendRequest): FhirClient {
  const query: FhirClient['query'] = (path, purpose, signal) => send({ purpose, path: `${BASE}/${path}`, signal });
  return {
    query,
    async search(path, purpose, signal) {
      const answer = await query(path, purpose, signal);
      if (!isOk(answer)) throw new Error(failureOf(answer));
      return listAt(answer.body, 'entry')
        .map((entry) => at(entry, 'resource'))
        .filter(isObject);
    },
    async create(resource) {
      const type = textAt(resource, 'resourceType');
      const answer = await send({ purpose: 'sign order', path: `${BASE}/${type}`, body: resource });
      if (!isOk(answer)) throw new Error(failureOf(answer));
    },
  };
}
