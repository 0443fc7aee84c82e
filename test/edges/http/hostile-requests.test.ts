import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { OperationOutcome } from 'fhir/r4';
import { type RunningService, startService } from './start-service.ts';

const VALID = JSON.stringify({
  hook: 'patient-view',
  hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
  context: { userId: 'Practitioner/1', patientId: 'p1' },
  prefetch: { patient: null, ecgObservations: null, ecgDocuments: null },
});
const JSON_TYPE = { 'Content-Type': 'application/json' };

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function post(
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
): Promise<[number, string]> {
  const answer = await service.post(path, body, headers);
  const { issue, resourceType } = answer.body as Partial<OperationOutcome>;
  return [answer.status, issue?.[0]?.details?.text ?? resourceType ?? 'no OperationOutcome'];
}

describe('a hook request that no EHR sends', () => {
  it.each([
    ['with plain text', VALID, { 'Content-Type': 'text/plain' }, 400, 'Content-Type: application/json'],
    ['with a form', 'a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }, 400, 'Content-Type'],
    ['without a body', '', JSON_TYPE, 400, 'JSON'],
    ['with an unknown encoding', VALID, { ...JSON_TYPE, 'Content-Encoding': 'xyz' }, 400, 'cannot be read'],
    ['that is not the gzip it says', VALID, { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, 400, 'cannot be read'],
    ['that is no UTF-8', Buffer.from('{"hook":"\xff"}', 'latin1'), JSON_TYPE, 400, 'UTF-8'],
    ['nested without end', '['.repeat(1_000_000), JSON_TYPE, 422, 'nested deeper'],
    ['of countless values', `[${'{},'.repeat(1_500_000)}{}]`, JSON_TYPE, 422, 'values'],
  ])("%s is refused as the client's fault", async (_case, body, headers, status, message) => {
    const answer = await post('/cds-services/ecg-patient-view', body, headers);
    expect(answer).toEqual([status, expect.stringContaining(message)]);
  });

  it("with a token that no header can carry is refused as the client's fault", async () => {
    const fhirAuthorization = { access_token: 'a b', token_type: 'Bearer', expires_in: 300, scope: 's', subject: 'c' };
    const body = JSON.stringify({ ...JSON.parse(VALID), fhirServer: service.fhirServer, fhirAuthorization });
    const answer = await post('/cds-services/ecg-patient-view', body, JSON_TYPE);
    expect(answer).toEqual([400, 'the access token is not a bearer token']);
  });

  it('is bounded after decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(6_000_000, ' '));
    expect(bomb.length).toBeLessThan(10_000);
    const answer = await post('/cds-services/ecg-patient-view', bomb, { ...JSON_TYPE, 'Content-Encoding': 'gzip' });
    expect(answer).toEqual([413, 'the request body is too large']);
  });

  it("to a malformed address is refused as the client's fault", async () => {
    expect((await post('/cds-services/%zz', VALID, JSON_TYPE))[0]).toBe(400);
  });

  it('to an address that does not exist is refused before its body is read', async () => {
    const { hostname, port } = new URL(service.address);
    const socket = connect(Number(port), hostname);
    socket.write('POST /none HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 404 /);
    socket.destroy();
  });
});

describe('a hook request as proxies and browsers send it', () => {
  it('may be compressed', async () => {
    const headers = { ...JSON_TYPE, 'Content-Encoding': 'gzip' };
    expect(await post('/cds-services/ecg-patient-view', gzipSync(VALID), headers)).toEqual([
      200,
      'no OperationOutcome',
    ]);
  });

  it('may name its charset', async () => {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    expect((await post('/cds-services/ecg-patient-view', VALID, headers))[0]).toBe(200);
  });

  it('may ask for the connection to be closed', async () => {
    const { hostname, port } = new URL(service.address);
    const socket = connect(Number(port), hostname);
    socket.write('GET /cds-services HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 .*"services"/s);
  });

  it('may ask for the head of the discovery only', async () => {
    const response = await fetch(`${service.address}/cds-services`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});
