import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import express, { type RequestHandler } from 'express';
import { createEmbeddedFhirServer, type EmbeddedFhirServer } from '../../../src/edges/demo/embedded-fhir-server.ts';
import { createFhirServer, type FhirServerOptions } from '../../../src/edges/fhir-server/fhir-kit-server.ts';
import type { FhirServer } from '../../../src/fhir/fhir-server.ts';

export interface Loopback {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** What was asked for, oldest first. */
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

/** An HTTP server on a free port of the loopback interface. */
export async function listen(listener: RequestListener): Promise<Loopback> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(portOf(server)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface EmbeddedLoopback extends Loopback {
  readonly server: FhirServer;
  readonly load: EmbeddedFhirServer['load'];
}

/**
 * The embedded FHIR server behind real HTTP, and a client of it.
 * @param before sees every request first: where a server's faults are put in.
 */
export async function listenEmbedded(
  before: RequestHandler = (_request, _response, next) => next(),
): Promise<EmbeddedLoopback> {
  const { router, load } = await createEmbeddedFhirServer();
  const loopback = await listen(express().use('/fhir', before, router));
  return { ...loopback, load, server: open(`${loopback.origin}/fhir`) };
}

/** A client of the FHIR server at `baseUrl`, which is allowed. */
export function open(baseUrl: string, options: Partial<FhirServerOptions> = {}): FhirServer {
  return createFhirServer({ baseUrl, allowList: [baseUrl], timeoutMs: 10_000, maxBytes: 1_000_000, ...options });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
