import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** What a service answered, and whether it keeps to the schemas that the same service publishes. */
export interface PublishedSchemas {
  /** @throws Error naming what is wrong where `value` is not as schema `name` says. */
  check(name: string, value: unknown): void;
  readonly names: readonly string[];
}

/** The schemas of `GET /schema`, compiled. */
export async function publishedSchemas(address: string): Promise<PublishedSchemas> {
  const ajv = addFormats(new Ajv2020({ strict: true, strictRequired: false, allErrors: true }));
  const { schemas } = (await getJson(`${address}/schema`)) as { schemas: { name: string; url: string }[] };
  const compiled = new Map<string, ValidateFunction>();
  for (const { name, url } of schemas) compiled.set(name, ajv.compile((await getJson(`${address}${url}`)) as object));
  return {
    names: [...compiled.keys()],
    check(name, value) {
      const validate = compiled.get(name);
      if (validate === undefined) throw new Error(`no schema '${name}' is published`);
      if (!validate(value)) throw new Error(`not as /schema/${name} says: ${ajv.errorsText(validate.errors)}`);
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly cards: readonly Record<string, string>[] } & Record<string, unknown>;
}

/** Posts, and checks what comes back against the schemas that the service publishes. */
export type Post = (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>;

export function createPost(address: string): Post {
  let schemas: Promise<PublishedSchemas> | undefined;
  return async (path, body, headers = {}) => {
    const response = await fetch(`${address}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    const { status, headers: answered } = response;
    const text = await response.text();
    // A refused client is told nothing, not even in a body.
    if (status === 401) return { status, headers: answered, body: { cards: [], text } };
    const answer: Answer['body'] = JSON.parse(text);
    const name = schemaOfAnswer(path, status);
    schemas ??= publishedSchemas(address);
    if (name !== undefined) (await schemas).check(name, answer);
    return { status, headers: answered, body: answer };
  };
}

function schemaOfAnswer(path: string, status: number): string | undefined {
  if (status >= 400) return 'failure';
  if (path.endsWith('/feedback')) return 'feedback-answer';
  return path.startsWith('/cds-services/') ? 'cards' : undefined;
}

async function getJson(url: string): Promise<unknown> {
  return await (await fetch(url)).json();
}
