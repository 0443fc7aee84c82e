import { z } from 'zod';
import { type EmbeddedLoopback, listenEmbedded } from '../fhir-server/loopback.ts';

const identified = z.looseObject({ id: z.string() });
const counted = z.looseObject({ total: z.int() });
const BYTES = Buffer.from([0, 1, 254, 255]);

describe('the embedded FHIR server', () => {
  let loopback: EmbeddedLoopback;

  beforeAll(async () => {
    loopback = await listenEmbedded();
    await loopback.load([
      { resourceType: 'Patient', id: 'p1', birthDate: '1950-01-01' },
      { resourceType: 'Patient', id: 'p2', birthDate: '1960-01-01' },
      { resourceType: 'Binary', id: 'b1', contentType: 'application/dicom', data: BYTES.toString('base64') },
    ]);
  });
  afterAll(() => loopback.close());

  it('holds what was loaded under its own id, as FHIR JSON', async () => {
    const response = await call('Patient/p1');
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    expect(response.headers.get('etag')).toMatch(/^W\/".+"$/);
    expect(await response.json()).toMatchObject({ resourceType: 'Patient', id: 'p1', birthDate: '1950-01-01' });
  });

  it('searches by GET and by POST', async () => {
    const byGet = await call('Patient?birthdate=gt1955');
    const byPost = await call('Patient/_search', {
      method: 'POST',
      body: new URLSearchParams({ birthdate: 'gt1955' }),
    });
    for (const response of [byGet, byPost]) {
      expect(await response.json()).toMatchObject({ type: 'searchset', total: 1, entry: [{ resource: { id: 'p2' } }] });
    }
  });

  it('chooses the id of what is created and says where it is', async () => {
    const response = await post('Basic', { resourceType: 'Basic', id: 'mine', code: { text: 'x' } });
    const { id } = identified.parse(await response.json());
    expect(response.status).toBe(201);
    expect(id).not.toBe('mine');
    expect(response.headers.get('location')).toBe(`${loopback.origin}/fhir/Basic/${id}`);
  });

  it('creates a resource conditionally once', async () => {
    const body = { resourceType: 'Basic', identifier: [{ system: 'urn:x', value: '1' }], code: { text: 'x' } };
    const [first, second] = [
      await post('Basic', body, { 'if-none-exist': 'identifier=urn:x|1' }),
      await post('Basic', body, { 'if-none-exist': 'identifier=urn:x|1' }),
    ];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(identified.parse(await second.json()).id).toBe(identified.parse(await first.json()).id);
  });

  it('creates one of many that are asked for at once', async () => {
    const body = { resourceType: 'Basic', identifier: [{ system: 'urn:x', value: 'at-once' }], code: { text: 'x' } };
    const headers = { 'if-none-exist': 'identifier=urn:x|at-once' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('Basic', body, headers)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
  });

  it('finds by identifier and tag what was stored, changed or patched to have them, and nothing else', async () => {
    const identifier = (value: string) => [{ system: 'urn:y', value }];
    const id = identified.parse(await (await post('Basic', { resourceType: 'Basic', code: { text: 'x' } })).json()).id;
    const total = async (query: string) => counted.parse(await (await call(`Basic?${query}`)).json()).total;
    expect(await total('identifier=urn:y|1')).toBe(0);
    const changed = { resourceType: 'Basic', id, code: { text: 'x' }, identifier: identifier('1') };
    await call(`Basic/${id}`, {
      method: 'PUT',
      body: JSON.stringify({ ...changed, meta: { tag: [{ system: 'urn:t', code: 'a' }] } }),
      headers: { 'content-type': 'application/fhir+json' },
    });
    expect([await total('identifier=urn:y|1'), await total('_tag=urn:t|a'), await total('_tag=urn:t|b')]).toEqual([
      1, 1, 0,
    ]);
    await call(`Basic/${id}`, {
      method: 'PATCH',
      body: JSON.stringify([{ op: 'replace', path: '/identifier', value: identifier('2') }]),
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect([await total('identifier=urn:y|1'), await total('identifier=urn:y|2')]).toEqual([0, 1]);
  });

  it("finds a patient's own, also what became theirs, the newest first", async () => {
    const ecg = (patient: string, effectiveDateTime: string) => ({
      ...{ resourceType: 'Observation', status: 'final', code: { text: 'ECG' }, effectiveDateTime },
      subject: { reference: `Patient/${patient}` },
    });
    const found = async (patient: string) => {
      const answer = await call(`Observation?patient=${patient}&_sort=-date`);
      const { entry = [] } = z
        .looseObject({ entry: z.array(z.looseObject({ resource: identified })).optional() })
        .parse(await answer.json());
      return entry.map(({ resource }) => resource.id);
    };
    expect(await found('p1')).toEqual([]);
    const stored = [ecg('p1', '2026-01-01'), ecg('p1', '2026-03-01'), ecg('p2', '2026-02-01')];
    const ids: string[] = [];
    for (const each of stored) ids.push(identified.parse(await (await post('Observation', each)).json()).id);
    const [january, march, february] = ids;
    expect([await found('p1'), await found('Patient/p2')]).toEqual([[march, january], [february]]);
    await call(`Observation/${february}`, {
      method: 'PUT',
      body: JSON.stringify({ ...ecg('p1', '2026-02-01'), id: february }),
      headers: { 'content-type': 'application/fhir+json' },
    });
    expect([await found('p1'), await found('p2')]).toEqual([[march, february, january], []]);
  });

  it('serves a Binary raw, and as a resource to who asks for FHIR', async () => {
    const raw = await call('Binary/b1', { headers: { accept: '*/*' } });
    expect(raw.headers.get('content-type')).toBe('application/dicom');
    expect(raw.headers.get('content-security-policy')).toContain('sandbox');
    expect(raw.headers.get('content-disposition')).toBe('attachment');
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(BYTES);
    const resource = await call('Binary/b1', { headers: { accept: 'application/fhir+json' } });
    expect(await resource.json()).toMatchObject({ resourceType: 'Binary', contentType: 'application/dicom' });
    expect([...(await loopback.server.readBinary('Binary/b1'))]).toEqual([...BYTES]);
  });

  it('creates nothing from a form, which any web page may send', async () => {
    const body = new URLSearchParams({ resourceType: 'Binary', contentType: 'text/html', data: 'PHNjcmlwdD4=' });
    const answer = await call('Binary', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/fhir+json');
  });

  it('describes itself', async () => {
    const statement = await (await call('metadata')).json();
    expect(statement).toMatchObject({
      resourceType: 'CapabilityStatement',
      fhirVersion: '4.0.1',
      implementation: { url: `${loopback.origin}/fhir` },
    });
  });

  it.each([
    ['nothing of this id', 'Patient/none', {}, 404],
    [
      'broken JSON',
      'Patient',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/fhir+json' } },
      400,
    ],
  ])('answers %s with an OperationOutcome', async (_what, path, init, status) => {
    const response = await call(path, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  it('knows no other methods', async () => {
    expect((await call('Patient', { method: 'OPTIONS' })).status).toBe(405);
  });

  it('takes no resource without an id from the demo', async () => {
    await expect(loopback.load([{ resourceType: 'Patient' }])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    return await fetch(`${loopback.origin}/fhir/${path}`, init);
  }

  async function post(type: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return await call(type, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/fhir+json', ...headers },
    });
  }
});
