import { z } from 'zod';
import { DEMO_PATIENTS } from '../../../src/edges/demo/demo-patients.ts';
import { type RunningSandbox, startSandbox } from './start-sandbox.ts';

describe('what the demo serves to browsers', () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox([]);
  });
  afterAll(() => sandbox.stop());

  const get = (path: string) => fetch(`${sandbox.address}${path}`);
  const newEcg = (body: string) =>
    fetch(`${sandbox.address}/demo/new-ecg`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

  it('is a page that may load nothing but its own scripts and styles', async () => {
    const response = await get('/');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const page = await response.text();
    expect(page).not.toMatch(/<style|style=|onclick|<script>/);
    const loaded = [...page.matchAll(/<(?:script|link)[^>]+(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(loaded).toHaveLength(2);
    for (const path of loaded) expect((await get(path)).status).toBe(200);
  });

  it('sends TypeScript as JavaScript', async () => {
    const response = await get('/sandbox/edges/demo/sandbox/json.ts');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await response.text()).not.toContain('value is JsonObject');
  });

  it.each([
    '/sandbox/edges/demo/demo.ts',
    '/sandbox/edges/demo/sandbox/tsconfig.json',
    '/sandbox/edges/demo/sandbox/..%2Fdemo.ts',
    '/sandbox/../package.json',
    '/sandbox/',
  ])('serves nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('tells the page where services find the FHIR server, and where the SMART app is launched', async () => {
    expect(await (await get('/demo/settings')).json()).toEqual({
      fhirServer: `${sandbox.address}/demo/fhir`,
      launchUrl: `${sandbox.address}/smart-app/launch`,
    });
  });

  it('stores a simulated ECG of now for a patient of the demo', async () => {
    const [patient] = DEMO_PATIENTS;
    const response = await newEcg(JSON.stringify({ patientId: patient?.id }));
    expect(response.status).toBe(201);
    const { reference } = z
      .strictObject({ reference: z.string(), recordedAt: z.iso.datetime() })
      .parse(await response.json());
    const ecg = z
      .looseObject({ effectiveDateTime: z.string(), subject: z.looseObject({ reference: z.string() }) })
      .parse(await (await get(`/demo/fhir/${reference}`)).json());
    expect(ecg.subject.reference).toBe(`Patient/${patient?.id}`);
    expect(Math.abs(Date.parse(ecg.effectiveDateTime) - Date.now())).toBeLessThan(60_000);
  });

  it.each(
    DEMO_PATIENTS.map(({ id, format }) => `${format === 'fhir' ? 'Observation' : 'DocumentReference'}/${id}-ecg`),
  )('draws the ECG %s, as an image that can do nothing', async (reference) => {
    const response = await get(`/demo/tracing/${reference}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    const svg = await response.text();
    const name = DEMO_PATIENTS.find(({ id }) => reference.includes(`/${id}-ecg`))?.name;
    expect(svg).toContain(`>${name}</text>`);
    expect(svg).toMatch(/data-lead="I"[^>]* d="M/);
  });

  it('says why there is no tracing', async () => {
    const bare = {
      resourceType: 'Observation',
      id: 'bare',
      status: 'final',
      subject: { reference: 'Patient/demo-watch' },
    };
    const put = await fetch(`${sandbox.address}/demo/fhir/Observation/bare`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({ ...bare, code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] } }),
    });
    expect(put.ok).toBe(true);
    for (const [reference, status, code] of [
      ['Observation/nobody', 404, 'NOT_FOUND'],
      ['Observation/bare', 422, 'NO_WAVEFORM'],
      ['Patient/demo-watch', 422, 'NO_WAVEFORM'],
      ['Observation/..%2F..%2Fmetadata', 404, 'NOT_FOUND'],
    ] as const) {
      const response = await get(`/demo/tracing/${reference}`);
      expect([reference, response.status]).toEqual([reference, status]);
      expect(await response.json()).toMatchObject({ issue: [{ details: { coding: [{ code }] } }] });
    }
  });

  it.each(['{"patientId":"nobody"}', '{}', '{"patientId":{"a":1}}'])('makes no ECG for %s', async (body) => {
    expect((await newEcg(body)).status).toBe(404);
  });
});
