import { Client } from 'fhir-kit-client';
import { EcgError } from '../../errors.ts';
import { collectPages } from '../../fhir/collect-pages.ts';
import {
  type FhirJson,
  type FhirServer,
  fhirJsonSchema,
  type WritableResource,
  type WriteReply,
} from '../../fhir/fhir-server.ts';
import { parseJson } from '../../formats/fhir/parse-json.ts';
import { allowedBase, urlWithin } from './allowed-url.ts';
import { boundedFetch, type FetchAnswer, type FetchBounds } from './bounded-fetch.ts';
import type { TokenSource } from './token-source.ts';

export interface FhirServerOptions extends FetchBounds {
  readonly baseUrl: string;
  /** Sent as bearer token, to `baseUrl` and nowhere else. */
  readonly accessToken?: string | TokenSource | undefined;
  /** FHIR base URLs that may be called, as an operator configured them. */
  readonly allowList: readonly string[];
}

interface Write {
  readonly resource: WritableResource;
  readonly headers: Record<string, string>;
}

const FHIR_JSON = 'application/fhir+json';

/**
 * A FHIR R4 server behind fhir-kit-client. The client shapes the requests; they are sent by {@link boundedFetch},
 * since the client's own transport follows redirects and reads answers of any size.
 * @throws EcgError FHIR_FORBIDDEN for a base URL that is not allowed, SOURCE_INVALID for a token no header can carry.
 */
export function createFhirServer(options: FhirServerOptions): FhirServer {
  const baseUrl = allowedBase(options.baseUrl, options.allowList);
  const authorized = authorizing(options.accessToken);
  const send = (address: string, { headers, ...init }: RequestInit & { headers: Record<string, string> }) => {
    const url = urlWithin(baseUrl, address);
    return authorized((authorization) =>
      boundedFetch(url, { ...init, headers: { ...headers, ...authorization } }, options),
    );
  };

  const client = new Client({ baseUrl });
  client.httpClient.request = async (method, address, { headers } = {}, body) =>
    parseResource(
      (
        await send(client.httpClient.expandUrl(address), {
          method,
          headers: { accept: FHIR_JSON, ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
      ).body,
    );
  const get = (address: string) => client.request(address);
  // Past the client, which keeps neither the status nor the address that a server answers with.
  const write = async (method: 'POST' | 'PUT', address: string, sent: Write): Promise<WriteReply> => {
    const headers = { accept: FHIR_JSON, 'content-type': FHIR_JSON, prefer: 'return=representation', ...sent.headers };
    const answer = await send(address, { method, headers, body: JSON.stringify(sent.resource) });
    const resource = answer.body.length === 0 ? undefined : parseResource(answer.body);
    return { isNew: answer.status === 201, location: answer.location, resource };
  };

  return {
    baseUrl,
    read: async (type, id) => await client.read({ resourceType: checked(TYPE, type), id: checked(ID, id) }),
    query: async (query, limits) => {
      const answer = await get(query);
      return READ.test(query) ? [answer] : await collectPages(answer, get, limits);
    },
    // A server gives the content itself to who does not ask for FHIR (R4 Binary, 2.30.1).
    readBinary: async (url) => (await send(url, { headers: { accept: '*/*' } })).body,
    transaction: async (bundle) => await client.transaction({ body: { ...bundle } }),
    create: async (resource, ifNoneExist) =>
      await write('POST', checked(TYPE, resource.resourceType), {
        resource,
        headers: { 'if-none-exist': ifNoneExist },
      }),
    update: async (resource, versionId) =>
      await write('PUT', `${checked(TYPE, resource.resourceType)}/${checked(ID, resource.id ?? '')}`, {
        resource,
        headers: { 'if-match': `W/"${checked(ID, versionId)}"` },
      }),
    capabilityStatement: async () => await get('metadata'),
  };
}

type Request = (authorization: { readonly authorization?: string }) => Promise<FetchAnswer>;

/** Puts the token on requests; one of a {@link TokenSource} that is refused is replaced, and the request sent again, once. */
function authorizing(accessToken: string | TokenSource | undefined): (request: Request) => Promise<FetchAnswer> {
  if (typeof accessToken !== 'object') {
    const authorization = bearerHeader(accessToken);
    return (request) => request(authorization);
  }
  return async (request) => {
    const token = await accessToken.token();
    try {
      return await request(bearerHeader(token));
    } catch (error) {
      if (!(error instanceof EcgError) || error.httpStatus !== 401) throw error;
      accessToken.refuse(token);
      return await request(bearerHeader(await accessToken.token()));
    }
  };
}

/** Any visible ASCII (RFC 6750 allows less); whatever else would be quoted in the error of `fetch`. */
function bearerHeader(accessToken: string | undefined): { readonly authorization?: string } {
  if (accessToken === undefined) return {};
  if (!/^[\x21-\x7e]+$/.test(accessToken))
    throw new EcgError('SOURCE_INVALID', 'the access token is not a bearer token');
  return { authorization: `Bearer ${accessToken}` };
}

/** A read as prefetch templates write it: "Patient/1". */
const READ = /^[A-Z][A-Za-z]{1,63}\/[^/?]+$/;

/** Resource type and id as R4 allows them (2.24.0.1): neither can carry a path or a query. */
const TYPE = /^[A-Z][A-Za-z]{1,63}$/;
const ID = /^(?!\.{1,2}$)[A-Za-z0-9.-]{1,64}$/;

function checked(pattern: RegExp, part: string): string {
  if (!pattern.test(part)) throw new EcgError('SOURCE_INVALID', 'a reference has no valid FHIR resource type and id');
  return part;
}

function parseResource(bytes: Uint8Array): FhirJson {
  const resource = fhirJsonSchema.safeParse(jsonOf(bytes));
  if (!resource.success)
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server answers with something else than FHIR JSON');
  return resource.data;
}

/** Bounded in depth and number of values before it is parsed. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof EcgError && error.code === 'SOURCE_INVALID') return undefined;
    throw error;
  }
}
