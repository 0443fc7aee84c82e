import { parseConfig } from '../../src/config.ts';
import { type Loopback, listen } from '../edges/fhir-server/loopback.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import { OBSERVATION, PATIENT_VIEW, patientView, prefetchOf, RESOURCES, STEMI, searchset } from './hook-calls.ts';

const OUTCOME = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing' }] };
const LATE = 'ECG reading not ready yet';

let service: RunningService;
/** Accepts requests and never answers them. */
let hanging: Loopback;
/** Sends a byte of its answer now and then. */
let dripping: Loopback;
let elsewhere: Loopback;

beforeAll(async () => {
  hanging = await listen(() => {});
  dripping = await listen((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/fhir+json' }).flushHeaders();
    const drip = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(drip));
  });
  elsewhere = await listen((_request, response) => response.end('{}'));
  const slow = (name: string, { origin }: Loopback, more: object = {}) => ({
    name,
    fhirServer: `${origin}/fhir`,
    authentication: 'none',
    hookBudgetMs: 500,
    fhirTimeoutMs: 2_000,
    ...more,
  });
  service = await startService({
    twelveLead: 'stand-in',
    furtherTenants: [
      slow('hanging', hanging),
      slow('dripping', dripping),
      slow('silent', elsewhere, { fhirServer: `${hanging.origin}/silent`, lateReading: 'silent' }),
    ],
  });
  await service.load(RESOURCES);
});
afterEach(() => service.interceptFhir((_request, _response, next) => next()));
afterAll(async () => {
  await service.stop();
  for (const each of [hanging, dripping, elsewhere]) await each.close();
});

async function ask(more: object, patientId = STEMI) {
  const before = service.fhirRequests.length;
  const { status, body } = await service.post(PATIENT_VIEW, patientView(patientId, more));
  const [card] = body.cards ?? [];
  return { status, body, card, asked: service.fhirRequests.slice(before).map((url) => url.split('?')[0]) };
}
const withServer = (more: object = {}) => ({ fhirServer: service.fhirServer, ...more });
const complete = () => prefetchOf(STEMI, OBSERVATION);

describe('the data of a hook (CDS Hooks 2.0.1, "Prefetch")', () => {
  it('24 complete prefetch makes no FHIR call', async () => {
    const { card, asked } = await ask(withServer({ prefetch: complete() }));
    expect(card?.['detail']).toContain(`Observation/${STEMI}-ecg`);
    expect(asked).toEqual([]);
  });

  it('25 a key that is absent is fetched, and no other', async () => {
    const { ecgObservations: _, ...rest } = complete();
    const { card, asked } = await ask(withServer({ prefetch: rest }));
    expect(card?.['detail']).toContain(`Observation/${STEMI}-ecg`);
    expect(asked).toEqual(['/fhir/Observation']);
  });

  it('26 null without a server is taken as nothing', async () => {
    const prefetch = { patient: null, ecgObservations: null, ecgDocuments: null };
    expect(await ask({ prefetch })).toMatchObject({ status: 200, body: { cards: [] } });
  });

  it('27 null is asked again where there is a server, which may have an ECG', async () => {
    const prefetch = { patient: null, ecgObservations: null, ecgDocuments: null };
    expect((await ask(withServer({ prefetch }))).card?.['detail']).toContain(`Observation/${STEMI}-ecg`);
  });

  it('28 empty Bundles mean that there is no ECG', async () => {
    const { body, asked } = await ask(withServer({ prefetch: prefetchOf(STEMI) }));
    expect([body.cards, asked]).toEqual([[], []]);
  });

  it('29 an OperationOutcome is a failed query: not repeated, and the card says that more may exist', async () => {
    const { status, card, asked } = await ask(withServer({ prefetch: { ...complete(), ecgDocuments: OUTCOME } }));
    expect([status, asked]).toEqual([200, []]);
    expect(card?.['detail']).toContain('a newer ECG may exist');
  });

  describe('30 a page with a next link', () => {
    const page = (next: string) => ({ ...searchset(), link: [{ relation: 'next', url: next }] });

    it('30 of the same server is followed', async () => {
      service.interceptFhir((request, response, next) =>
        request.url.includes('page=2') ? response.json(searchset(OBSERVATION)) : next(),
      );
      const ecgObservations = page(`${service.fhirServer}?page=2`);
      const { card } = await ask(withServer({ prefetch: { ...complete(), ecgObservations } }));
      expect(card?.['detail']).toContain(`Observation/${STEMI}-ecg`);
    });

    it('30 of another server is not', async () => {
      const ecgObservations = { ...page(`${elsewhere.origin}/fhir?page=2`), entry: [{ resource: OBSERVATION }] };
      const { card } = await ask(withServer({ prefetch: { ...complete(), ecgObservations } }));
      expect(elsewhere.requests).toEqual([]);
      expect(card?.['detail']).toContain('a newer ECG may exist');
    });
  });

  it("31 another patient's resources are left out, another Patient is refused", async () => {
    const prefetch = prefetchOf('p9', OBSERVATION);
    expect((await ask({ prefetch }, 'p9')).body.cards).toEqual([]);
    const mixed = { ...prefetch, patient: { resourceType: 'Patient', id: STEMI } };
    expect((await ask({ prefetch: mixed }, 'p9')).status).toBe(409);
  });

  it('32 keys that came along and keys that are fetched are put together', async () => {
    const pdf = {
      resourceType: 'DocumentReference',
      id: 'pdf',
      status: 'current',
      subject: { reference: `Patient/${STEMI}` },
      date: new Date().toISOString(),
      content: [{ attachment: { contentType: 'application/pdf', data: Buffer.from('%PDF-1.7').toString('base64') } }],
    };
    const prefetch = { patient: null, ecgDocuments: searchset(pdf) };
    const { card } = await ask(withServer({ prefetch }));
    expect(card?.['detail']).toContain(`Observation/${STEMI}-ecg`);
    expect(card?.['detail']).toContain('a newer ECG document holds no waveform');
  });

  it('33 nothing to be had is 412 with an OperationOutcome', async () => {
    expect(await ask({})).toMatchObject({ status: 412, body: { resourceType: 'OperationOutcome' } });
  });

  it.each([401, 403])('34 a FHIR server that answers %d is 412', async (status) => {
    service.interceptFhir((_request, response) => response.sendStatus(status));
    expect((await ask(withServer())).status).toBe(412);
  });

  it('35 a FHIR server that hangs or drips is waited for until the deadline, and no longer', async () => {
    for (const { origin } of [hanging, dripping]) {
      const { status, card } = await ask({ fhirServer: `${origin}/fhir` });
      expect([status, card?.['summary']]).toEqual([200, LATE]);
    }
  });

  it('35 a site may want silence rather than a card that says "not yet"', async () => {
    expect(await ask({ fhirServer: `${hanging.origin}/silent` })).toMatchObject({ status: 200, body: { cards: [] } });
  });

  it('36 a token that has run out is not used', async () => {
    const fhirAuthorization = { access_token: 'sesame', token_type: 'Bearer', expires_in: 0, scope: 's', subject: 'c' };
    const { status, asked } = await ask(withServer({ fhirAuthorization }));
    expect([status, asked]).toEqual([412, []]);
    expect(service.logged()).not.toContain('sesame');
  });

  it('37 a FHIR server without TLS on another machine is refused: at start, unless allowed, and in a hook', async () => {
    const tenant = { name: 'clear', fhirServer: 'http://ehr.example.org/fhir', authentication: 'none' };
    expect(() => parseConfig({ tenants: [tenant] })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect((await ask({ fhirServer: 'http://ehr.example.org/fhir' })).status).toBe(403);
  });

  it('38 a FHIR server that is not configured is never called', async () => {
    expect((await ask({ fhirServer: `${elsewhere.origin}/fhir` })).status).toBe(403);
    expect(elsewhere.requests).toEqual([]);
  });
});
