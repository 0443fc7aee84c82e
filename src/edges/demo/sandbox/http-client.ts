/** What came back of a call; status 0 where nothing did. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One request and its answer, for the developer panel. */
export interface Call {
  /** What it was for. */
  readonly purpose: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly request: unknown;
  readonly answer: Answer;
  readonly durationMs: number;
}

export interface HttpRequest {
  readonly purpose: string;
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: unknown;
  /** Given up when the chart it is for is closed. */
  readonly signal?: AbortSignal | undefined;
}

export type SendRequest = (request: HttpRequest) => Promise<Answer>;

/** ms; a service that never answers must not hold up the orders. */
const TIME_LIMIT = 15_000;

/** JSON over HTTP to the page's own server; gives up after a while, never rejects, and tells `onCall` of every call. */
export function createHttpClient(onCall: (call: Call) => void): SendRequest {
  return async ({ purpose, path, body, signal }) => {
    const started = performance.now();
    const answer = await exchange(path, body, signal);
    const method = body === undefined ? 'GET' : 'POST';
    onCall({ purpose, method, path, request: body, answer, durationMs: performance.now() - started });
    return answer;
  };
}

async function exchange(path: string, body: unknown, signal: AbortSignal | undefined): Promise<Answer> {
  try {
    const response = await fetch(path, {
      headers: { Accept: 'application/json, application/fhir+json' },
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.any([AbortSignal.timeout(TIME_LIMIT), ...(signal === undefined ? [] : [signal])]),
    });
    return { status: response.status, body: parseJson(await response.text()) };
  } catch {
    return { status: 0, body: undefined };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text;
  }
}
