/**
 * A FHIR server on loopback for `hook-latency.ts`: one 12-lead ECG of 10 s as an Observation for whatever patient is
 * asked for, from text made before, so that it takes little of the machine. Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { latencyObservation, searchset } from './hook-ecg.ts';

/** Stands in the text for the patient. */
const NAMED = 'THE-PATIENT';
const EMPTY = JSON.stringify(searchset());
const FOUND = JSON.stringify(searchset(latencyObservation(NAMED))).split(NAMED);
/** Connections stay open while the service has no use for them. */
const KEEP_ALIVE_MS = 60_000;

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  response.setHeader('Content-Type', 'application/fhir+json');
  response.end(answerTo(url.pathname, url.searchParams.get('patient') ?? ''));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.once('disconnect', () => server.closeAllConnections());

function answerTo(path: string, patient: string): string {
  const [, id] = /^\/Patient\/(.+)$/.exec(path) ?? [];
  if (id !== undefined) return JSON.stringify({ resourceType: 'Patient', id, birthDate: '1960-01-01' });
  return path === '/Observation' ? FOUND.join(patient) : EMPTY;
}
