import type { RequestHandler, Response } from 'express';
import { seededRandom } from '../../src/random.ts';

/** Longer than a client waits in these scenarios. */
const LATE_MS = 3_000;

/** What a FHIR server, or the way to it, does instead of answering. */
const FAULTS = {
  /** Too many requests, come back in a second. */
  '429': (_next: () => void, response: Response) => void response.status(429).set('Retry-After', '1').end(),
  '500': (_next: () => void, response: Response) => void response.status(500).end(),
  /** The connection breaks before anything is done. */
  reset: (_next: () => void, response: Response) => void response.socket?.destroy(),
  /** Done and committed, but the connection breaks before the answer. */
  'answer lost': (next: () => void, response: Response) => {
    response.end = () => {
      response.socket?.destroy();
      return response;
    };
    next();
  },
  /** Never an answer. */
  hang: () => {},
  /** Done long after the client has given up. */
  late: (next: () => void) => void setTimeout(next, LATE_MS),
} as const;

export type Fault = keyof typeof FAULTS;

/**
 * Stands before a FHIR server and lets a share of all requests fail, each in one of six ways.
 * @param share 0 to 1.
 * @returns the handler, and how often each fault was dealt so far.
 */
export function faulty(seed: number, share: number) {
  const random = seededRandom(seed);
  const names = Object.keys(FAULTS).filter((name): name is Fault => name in FAULTS);
  const dealt: Partial<Record<Fault, number>> = {};
  const handler: RequestHandler = (_request, response, next) => {
    const fault = random() < share ? names[Math.floor(random() * names.length)] : undefined;
    if (fault === undefined) return next();
    dealt[fault] = (dealt[fault] ?? 0) + 1;
    return FAULTS[fault](next, response);
  };
  return { handler, dealt };
}
