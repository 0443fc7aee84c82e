import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { FhirServerOptions } from '../../../src/edges/fhir-server/fhir-kit-server.ts';
import { EcgError } from '../../../src/errors.ts';
import { type Loopback, listen, open } from './loopback.ts';

const TOKEN = 'secret-token';
const PATIENT = { resourceType: 'Patient', id: 'p1' };

describe('a FHIR server behind fhir-kit-client', () => {
  const opened: Loopback[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((loopback) => loopback.close()));
  });

  async function serving(listener: RequestListener): Promise<Loopback> {
    const loopback = await listen(listener);
    opened.push(loopback);
    return loopback;
  }

  async function client(listener: RequestListener, options: Partial<FhirServerOptions> = {}) {
    const loopback = await serving(listener);
    return { ...loopback, server: open(`${loopback.origin}/fhir`, { accessToken: TOKEN, ...options }) };
  }

  it('reads with the bearer token and asks for FHIR JSON', async () => {
    const { server, requests } = await client((_request, response) => sendJson(response, PATIENT));
    expect(await server.read('Patient', 'p1')).toEqual(PATIENT);
    expect(requests[0]?.url).toBe('/fhir/Patient/p1');
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/fhir+json',
    });
  });

  it('asks its source for another token when one is refused, and sends the request again, once', async () => {
    const tokens = ['expired', 'revoked', 'third'];
    const refused: string[] = [];
    const accessToken = {
      token: async () => tokens[0] ?? '',
      refuse: (token: string) => void refused.push(token, String(tokens.shift() === token)),
    };
    const good = await client(
      (request, response) =>
        request.headers.authorization === 'Bearer revoked'
          ? sendJson(response, PATIENT)
          : response.writeHead(401).end(),
      { accessToken },
    );
    expect(await good.server.read('Patient', 'p1')).toEqual(PATIENT);
    expect(refused).toEqual(['expired', 'true']);
    const bad = await client((_request, response) => response.writeHead(401).end(), { accessToken });
    await expect(bad.server.read('Patient', 'p1')).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE', httpStatus: 401 });
    expect(bad.requests).toHaveLength(2);
  });

  it('sends no authorization without a token', async () => {
    const { server, requests } = await client((_request, response) => sendJson(response, PATIENT), {
      accessToken: undefined,
    });
    await server.read('Patient', 'p1');
    expect(requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ['Patient', '../Observation/1'],
    ['Patient', '..'],
    ['Patient', '1?_format=xml'],
    ['Patient/1', '2'],
    ['', '1'],
  ])('asks for no %s with the id %s', async (type, id) => {
    const { server, requests } = await client((_request, response) => sendJson(response, PATIENT));
    expect(await failureOf(server.read(type, id))).toMatchObject({ code: 'SOURCE_INVALID' });
    expect(requests).toEqual([]);
  });

  it('refuses a base URL off the allow-list before any request', async () => {
    const { origin, requests } = await serving((_request, response) => sendJson(response, PATIENT));
    expect(() => open(`${origin}/fhir`, { allowList: ['https://ehr.example.org/fhir'] })).toThrow(
      expect.objectContaining({ code: 'FHIR_FORBIDDEN' }),
    );
    expect(requests).toEqual([]);
  });

  it('refuses a token that no header can carry, without quoting it', () => {
    const attempt = () => open('http://localhost/fhir', { accessToken: `${TOKEN}\r\nX: y` });
    expect(attempt).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
    expect(attempt).not.toThrow(TOKEN);
  });

  it('sends a query as it is', async () => {
    const { server, requests } = await client((_request, response) => sendJson(response, searchset([])));
    await server.query('Observation?code=http%3A%2F%2Floinc.org%7C11524-6%2Cx%26y&date=ge2026&date=lt2027');
    expect(requests[0]?.url).toBe(
      '/fhir/Observation?code=http%3A%2F%2Floinc.org%7C11524-6%2Cx%26y&date=ge2026&date=lt2027',
    );
  });

  it('follows next pages of its own', async () => {
    const { server, requests, origin } = await client((request, response) => {
      const page = Number(new URL(request.url ?? '', origin).searchParams.get('page') ?? '1');
      const next = page < 3 ? `${origin}/fhir/Observation?page=${page + 1}` : undefined;
      sendJson(response, searchset([{ resourceType: 'Observation', id: `o${page}` }], next));
    });
    const found = await server.query('Observation');
    expect(found.map(({ id }) => id)).toEqual(['o1', 'o2', 'o3']);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Bearer ${TOKEN}`));
  });

  it('follows no next page to another origin and shows it no token', async () => {
    const other = await serving((_request, response) => sendJson(response, searchset([])));
    const { server } = await client((_request, response) =>
      sendJson(response, searchset([], `${other.origin}/fhir/Observation?page=2`)),
    );
    expect(await failureOf(server.query('Observation'))).toMatchObject({ code: 'FHIR_FORBIDDEN' });
    expect(await failureOf(server.query(`${other.origin}/fhir/Observation?page=2`))).toMatchObject({
      code: 'FHIR_FORBIDDEN',
    });
    expect(other.requests).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    const other = await serving((_request, response) => sendJson(response, PATIENT));
    const { server } = await client((_request, response) => {
      response.writeHead(status, { location: `${other.origin}/fhir/Patient/p1` }).end();
    });
    expect(await failureOf(server.read('Patient', 'p1'))).toMatchObject({
      code: 'FHIR_UNAVAILABLE',
      message: expect.stringContaining('redirects'),
    });
    expect(other.requests).toEqual([]);
  });

  it('queries as text: a read gives one resource, a search its matches', async () => {
    const { server } = await client((request, response) =>
      sendJson(response, request.url === '/fhir/Patient/p1' ? PATIENT : searchset([{ resourceType: 'Observation' }])),
    );
    expect(await server.query('Patient/p1')).toEqual([PATIENT]);
    expect(await server.query('Observation?patient=p1')).toEqual([{ resourceType: 'Observation' }]);
  });

  it('fetches attachments relative and absolute, as they are', async () => {
    const { server, origin, requests } = await client((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/dicom' }).end(Buffer.from([0, 255, 1]));
    });
    expect([...(await server.readBinary('Binary/b1'))]).toEqual([0, 255, 1]);
    expect([...(await server.readBinary(`${origin}/fhir/Binary/b1`))]).toEqual([0, 255, 1]);
    expect(requests.map(({ url }) => url)).toEqual(['/fhir/Binary/b1', '/fhir/Binary/b1']);
  });

  it('fetches no attachment from elsewhere', async () => {
    const other = await serving((_request, response) => response.end('x'));
    const { server, origin } = await client((_request, response) => response.end('x'));
    expect(await failureOf(server.readBinary(`${other.origin}/fhir/Binary/b1`))).toMatchObject({
      code: 'FHIR_FORBIDDEN',
    });
    expect(await failureOf(server.readBinary(`${origin}/admin`))).toMatchObject({ code: 'FHIR_FORBIDDEN' });
    expect(other.requests).toEqual([]);
  });

  it('posts a transaction to the base', async () => {
    const { server, requests } = await client((request, response) => {
      request.resume().on('end', () => sendJson(response, { resourceType: 'Bundle', type: 'transaction-response' }));
    });
    const reply = await server.transaction({ resourceType: 'Bundle', type: 'transaction' });
    expect(reply).toEqual({ resourceType: 'Bundle', type: 'transaction-response' });
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/fhir/' });
    expect(requests[0]?.headers['content-type']).toBe('application/fhir+json');
  });

  it.each([
    [429, '120', 120_000],
    [503, '0', 0],
    [503, 'Thu, 01 Jan 2026 00:00:00 GMT', 0],
    [429, '999999999', 86_400_000],
    [429, 'soon', undefined],
    [500, undefined, undefined],
  ])('tells how long to wait after HTTP %d with Retry-After: %s', async (status, retryAfter, retryAfterMs) => {
    const { server } = await client((_request, response) => {
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
    });
    expect(await failureOf(server.read('Patient', 'p1'))).toMatchObject({
      code: 'FHIR_UNAVAILABLE',
      httpStatus: status,
      retryAfterMs,
    });
  });

  it('gives up on a server that does not answer, and on one that stops half-way', async () => {
    const silent = await client(() => undefined, { timeoutMs: 50 });
    expect(await failureOf(silent.server.read('Patient', 'p1'))).toMatchObject({
      code: 'FHIR_UNAVAILABLE',
      message: 'the FHIR server did not answer within 50 ms',
    });
    const halfWay = await client((_request, response) => response.writeHead(200).write('{"resourceType":'), {
      timeoutMs: 50,
    });
    expect(await failureOf(halfWay.server.read('Patient', 'p1'))).toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });

  it('says so when nothing listens', async () => {
    const { origin, close } = await listen(() => undefined);
    await close();
    expect(await failureOf(open(`${origin}/fhir`).read('Patient', 'p1'))).toMatchObject({
      code: 'FHIR_UNAVAILABLE',
      message: 'the FHIR server cannot be reached (ECONNREFUSED)',
    });
  });

  it('stops reading an answer that is too large, also one that only unpacks so', async () => {
    const body = JSON.stringify({ resourceType: 'Patient', note: 'x'.repeat(100_000) });
    const plain = await client((_request, response) => response.end(body), { maxBytes: 10_000 });
    const packed = await client(
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body)),
      { maxBytes: 10_000 },
    );
    for (const { server } of [plain, packed]) {
      expect(await failureOf(server.read('Patient', 'p1'))).toMatchObject({ code: 'SOURCE_TOO_LARGE' });
      expect(await failureOf(server.readBinary('Binary/b1'))).toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    }
  });

  it('stops reading an answer that never ends', async () => {
    const { server } = await client(
      (_request, response) => {
        const pump = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', pump);
        pump();
      },
      { maxBytes: 1_000_000 },
    );
    expect(await failureOf(server.readBinary('Binary/b1'))).toMatchObject({ code: 'SOURCE_TOO_LARGE' });
  });

  it.each(['', 'not JSON', '{}', '[]', 'null', '<Patient xmlns="http://hl7.org/fhir"/>'])(
    'takes %j for no FHIR JSON',
    async (body) => {
      const { server } = await client((_request, response) => response.end(body));
      expect(await failureOf(server.read('Patient', 'p1'))).toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    },
  );

  it('takes a search answered without a searchset for a failure', async () => {
    const { server } = await client((_request, response) => sendJson(response, PATIENT));
    expect(await failureOf(server.query('Observation'))).toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });

  it.each([
    [400, 'FHIR_UNAVAILABLE', 'the FHIR server refused the request (HTTP 400, invariant)'],
    [401, 'FHIR_UNAVAILABLE', 'the FHIR server does not accept the access token (HTTP 401, invariant)'],
    [403, 'FHIR_UNAVAILABLE', 'the access token does not permit this on the FHIR server (HTTP 403, invariant)'],
    [404, 'NOT_FOUND', 'the FHIR server has nothing at this address (HTTP 404, invariant)'],
    [410, 'NOT_FOUND', 'the FHIR server has deleted what was at this address (HTTP 410, invariant)'],
    [429, 'FHIR_UNAVAILABLE', 'the FHIR server is asked too often (HTTP 429, invariant)'],
    [500, 'FHIR_UNAVAILABLE', 'the FHIR server failed (HTTP 500, invariant)'],
    [503, 'FHIR_UNAVAILABLE', 'the FHIR server failed (HTTP 503, invariant)'],
  ])('tells HTTP %i by status and issue type, never by what the server wrote', async (status, code, message) => {
    const { server } = await client((_request, response) => {
      response.statusCode = status;
      sendJson(response, {
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', code: 'invariant', diagnostics: 'Jane Doe, born 1950' }],
      });
    });
    const failure = await failureOf(server.read('Patient', 'p1'));
    expect(failure).toMatchObject({ code, message });
    expect(everythingIn(failure)).not.toMatch(/Jane|p1\b|secret-token/);
  });

  it.each(['<html>Jane Doe</html>', '{"resourceType":"OperationOutcome","issue":[{"code":"Jane Doe"}]}', ''])(
    'tells a failure without a readable OperationOutcome (%j) by its status',
    async (body) => {
      const { server } = await client((_request, response) => response.writeHead(500).end(body));
      expect((await failureOf(server.read('Patient', 'p1'))).message).toBe('the FHIR server failed (HTTP 500)');
    },
  );
});

async function failureOf(outcome: Promise<unknown>): Promise<EcgError> {
  const error = await outcome.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EcgError)) throw error;
  return error;
}

/** What a logger could print of an error. */
function everythingIn(error: Error): string {
  return [error.message, error.stack, String(error.cause), JSON.stringify(error)].join('\n');
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/fhir+json').end(JSON.stringify(body));
}

function searchset(resources: readonly object[], next?: string) {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    link: next === undefined ? [] : [{ relation: 'next', url: next }],
    entry: resources.map((resource) => ({ resource, search: { mode: 'match' } })),
  };
}
