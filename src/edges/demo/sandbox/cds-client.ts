import { type Card, parseCards } from './card.ts';
import { failureOf, isOk } from './failure.ts';
import type { FhirClient } from './fhir-client.ts';
import type { SendRequest } from './http-client.ts';
import { isObject, type JsonObject, listAt, textAt } from './json.ts';
import { fillTemplate } from './prefetch-template.ts';
import { randomUuid } from './random-uuid.ts';

/** A CDS service as discovery lists it. */
export interface Service {
  readonly id: string;
  readonly hook: string;
  readonly title: string;
  readonly prefetch: JsonObject;
}

/** What one service said on one call of a hook. */
export interface Advice {
  readonly service: Service;
  readonly cards: readonly Card[];
  /** Why there are no cards, or not all. */
  readonly problem: string | undefined;
}

/** What became of a card (CDS Hooks 2.0.1, "Feedback"); the time is added on sending. */
export type Feedback =
  | { readonly card: string; readonly outcome: 'accepted'; readonly acceptedSuggestions: readonly { id: string }[] }
  | {
      readonly card: string;
      readonly outcome: 'overridden';
      readonly overrideReason?: { readonly reason?: { code: string; system: string }; readonly userComment?: string };
    };

export interface CdsClient {
  /** The services of a hook. @throws Error saying why they are not known. */
  services(hook: string): Promise<readonly Service[]>;
  /** Calls every service of a hook, with its prefetch filled. @throws Error as `services`. */
  ask(hook: string, context: JsonObject, signal: AbortSignal): Promise<readonly Advice[]>;
  /** Whether the service took it; those that take none answer 404. */
  sendFeedback(service: Service, feedback: Feedback): Promise<boolean>;
}

interface Connections {
  readonly send: SendRequest;
  readonly fhir: FhirClient;
  /** The FHIR server's address as the services know it. */
  readonly fhirServer: string;
}

/** A CDS Hooks 2.0.1 client. */
export function createCdsClient({ send, fhir, fhirServer }: Connections): CdsClient {
  let discovered: Promise<readonly Service[]> | undefined;
  const services = async (hook: string) => {
    discovered ??= discover(send);
    try {
      return (await discovered).filter((service) => service.hook === hook);
    } catch (error) {
      discovered = undefined;
      throw error;
    }
  };

  async function askOne(service: Service, context: JsonObject, signal: AbortSignal): Promise<Advice> {
    const { hook, id } = service;
    const prefetch = await fillPrefetch(fhir, service, { context, signal });
    const body = { hook, hookInstance: randomUuid(), fhirServer, context, prefetch };
    const answer = await send({ purpose: hook, path: servicePath(id), body, signal });
    if (!isOk(answer)) return { service, cards: [], problem: failureOf(answer) };
    const { cards, malformed } = parseCards(answer.body);
    return { service, cards, problem: malformed === 0 ? undefined : `${malformed} of its cards cannot be shown` };
  }

  return {
    services,
    async ask(hook, context, signal) {
      return await Promise.all((await services(hook)).map((service) => askOne(service, context, signal)));
    },
    async sendFeedback(service, feedback) {
      const body = { feedback: [{ ...feedback, outcomeTimestamp: new Date().toISOString() }] };
      return isOk(await send({ purpose: 'feedback', path: `${servicePath(service.id)}/feedback`, body }));
    },
  };
}

/** Whether every service answered, and none with a card. */
export function isSilent(advice: readonly Advice[]): boolean {
  return advice.every(({ cards, problem }) => cards.length === 0 && problem === undefined);
}

async function discover(send: SendRequest): Promise<readonly Service[]> {
  const answer = await send({ purpose: 'discovery', path: '/cds-services' });
  if (!isOk(answer)) throw new Error(failureOf(answer));
  return listAt(answer.body, 'services').flatMap((entry) => {
    const id = textAt(entry, 'id');
    const hook = textAt(entry, 'hook');
    if (!isObject(entry) || id === undefined || hook === undefined) return [];
    const prefetch = isObject(entry['prefetch']) ? entry['prefetch'] : {};
    return [{ id, hook, title: textAt(entry, 'title') ?? id, prefetch }];
  });
}

/** Runs a service's queries; a key whose query cannot be made or is not answered is left out. */
async function fillPrefetch(
  fhir: FhirClient,
  service: Service,
  { context, signal }: { readonly context: JsonObject; readonly signal: AbortSignal },
): Promise<JsonObject> {
  const filled = await Promise.all(
    Object.entries(service.prefetch).map(async ([key, template]): Promise<[string, unknown][]> => {
      const query = typeof template === 'string' ? fillTemplate(template, context) : undefined;
      if (query === undefined) return [];
      const answer = await fhir.query(query, `prefetch ${key}`, signal);
      const failed = textAt(answer.body, 'resourceType') === 'OperationOutcome';
      return isOk(answer) || failed ? [[key, answer.body]] : [];
    }),
  );
  return Object.fromEntries(filled.flat());
}

function servicePath(id: string): string {
  return `/cds-services/${encodeURIComponent(id)}`;
}
