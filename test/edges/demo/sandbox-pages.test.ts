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
    const loaded = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
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

  it('tells the page where services find the FHIR server', async () => {
    expect(await (await get('/demo/settings')).json()).toEqual({ fhirServer: `${sandbox.address}/demo/fhir` });
  });

  it('stores a simulated ECG of now for a patient of the demo', async () => {
    const [patient] = DEMO_PATIENTS;
    const response = await newEcg(JSON.stringify({ patientId: patient?.id }));
    expect(response.status).toBe(201);
    const { reference } = z.strictObject({ reference: z.string() }).parse(await response.json());
    const ecg = z
      .looseObject({ effectiveDateTime: z.string(), subject: z.looseObject({ reference: z.string() }) })
      .parse(await (await get(`/demo/fhir/${reference}`)).json());
    expect(ecg.subject.reference).toBe(`Patient/${patient?.id}`);
    expect(Math.abs(Date.parse(ecg.effectiveDateTime) - Date.now())).toBeLessThan(60_000);
  });

  it.each(['{"patientId":"nobody"}', '{}', '{"patientId":{"a":1}}'])('makes no ECG for %s', async (body) => {
    expect((await newEcg(body)).status).toBe(404);
  });
});
