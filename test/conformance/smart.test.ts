import { SignJWT } from 'jose';
import { createTracingLinks, patientHash } from '../../src/edges/http/tracing-link.ts';
import { APP_CONTEXT_KEY, type RunningSmartApp, startSmartApp } from './start-smart-app.ts';
import { createUserAgent, type UserAgent } from './user-agent.ts';

const WRITE = ['patient/DiagnosticReport.crus', 'patient/Provenance.crs'];
const AF = { patient: 'demo-aecg', fhirContext: [{ reference: 'DocumentReference/demo-aecg-ecg' }] };
const LBBB = { patient: 'demo-dicom', fhirContext: [{ reference: 'DocumentReference/demo-dicom-ecg' }] };

let app: RunningSmartApp;
beforeAll(async () => {
  app = await startSmartApp();
}, 60_000);
afterAll(async () => await app.stop());

const enter = async (context: object, agent: UserAgent = createUserAgent()) =>
  await agent.get(await app.launchUrl(context));
const formToken = (html: string) => /name="formToken" value="([\w-]+)"/.exec(html)?.[1] ?? '';
const lastAuthorization = async () => (await app.ehr.seen()).authorizations.at(-1);

describe('SMART App Launch', () => {
  it('opens the ECG that the EHR names, and an address that says nothing of the patient', async () => {
    const page = await enter(AF);
    expect([page.status, new URL(page.url).pathname]).toEqual([
      200,
      expect.stringMatching(/^\/smart-app\/[\w-]{43}\/$/),
    ]);
    expect(page.text).toContain('<h1>Fast atrial fibrillation</h1>');
    expect(new URL(page.url).search).toBe('');
    expect(app.audited.at(-1)).toMatchObject({
      ...{ action: 'view', outcome: 'success', tenant: 'clinic', user: 'Practitioner/demo' },
      ...{ patient: 'Patient/demo-aecg', ecg: 'DocumentReference/demo-aecg-ecg' },
    });
  });

  it('opens the newest ECG of the patient where the EHR names none', async () => {
    expect((await enter({ patient: 'demo-observation' })).text).toContain('<h1>Normal ECG</h1>');
  });

  it('opens the newest ECG of the patient who is chosen in a standalone launch', async () => {
    const page = await createUserAgent().get(`${app.url}/launch?${new URLSearchParams({ iss: app.ehr.fhirServer })}`);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('<h1>Pacemaker</h1>')]);
    const { scope, launch } = (await lastAuthorization()) ?? {};
    expect([String(scope).split(' ').includes('launch/patient'), launch]).toEqual([true, undefined]);
  });

  it('says so where no chart is open', async () => {
    const without = await createUserAgent().get(await app.launchUrl({}));
    expect([without.status, without.text]).toEqual([400, expect.stringContaining('choose a patient first')]);
  });

  it('keeps tokens on the server, and cookies away from scripts and other sites', async () => {
    const agent = createUserAgent();
    const page = await enter(AF, agent);
    const own = agent.cookies.filter((cookie) => cookie.startsWith('cardhook-'));
    expect(own.length).toBeGreaterThanOrEqual(2);
    for (const cookie of own) expect(cookie).toMatch(/Path=\/smart-app\/.*HttpOnly; SameSite=Lax/);
    const tokens = (await app.ehr.seen()).fhirTokens.flatMap((each) => each?.replace('Bearer ', '') ?? []);
    expect(tokens.length).toBeGreaterThan(0);
    for (const token of tokens) expect(`${page.text}${agent.cookies}${app.logged()}`).not.toContain(token);
  });

  it.each([
    ['from an EHR', async () => await app.launchUrl(AF)],
    ['standalone', async () => `${app.url}/launch?${new URLSearchParams({ iss: app.ehr.fhirServer })}`],
  ])('80 a launch %s sends an S256 challenge, each time another', async (_case, urlOf) => {
    const challenges = [];
    for (let launch = 0; launch < 2; launch += 1) {
      await createUserAgent().get(await urlOf());
      const sent = await lastAuthorization();
      expect(sent).toMatchObject({ code_challenge_method: 'S256', response_type: 'code' });
      expect(sent?.['code_challenge']).toMatch(/^[\w-]{43}$/);
      challenges.push(sent?.['code_challenge']);
    }
    expect(new Set(challenges).size).toBe(2);
  });

  it('81 an answer with a forged, used or foreign state is refused before any token is asked for', async () => {
    const isCallback = ({ pathname }: URL) => pathname.endsWith('/callback');
    const agent = createUserAgent();
    const { url: callback } = await agent.get(await app.launchUrl(AF), isCallback);
    expect(new URL(callback).searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    const before = (await app.ehr.seen()).tokenRequests.length;

    const forged = new URL(callback);
    forged.searchParams.set('state', 'A'.repeat(43));
    expect((await agent.get(forged.href)).status).toBe(400);
    const foreign = await createUserAgent().get(callback);
    expect([foreign.status, foreign.text]).toEqual([400, expect.stringContaining('did not begin in this browser')]);
    // The stranger's try has spent it.
    expect((await agent.get(callback)).status).toBe(400);
    expect((await app.ehr.seen()).tokenRequests.length).toBe(before);
  });

  it('82 aud is the FHIR server of the launch', async () => {
    await enter(AF);
    expect(await lastAuthorization()).toMatchObject({ aud: app.ehr.fhirServer });
  });

  it.each([
    ['an unknown iss', 'https://elsewhere.example/fhir'],
    ['an iss that only begins like a known one', undefined],
    ['no iss', ''],
  ])('83 a launch with %s is refused and leads nowhere', async (_case, iss = `${app.ehr.fhirServer}.evil.example`) => {
    const page = await createUserAgent().get(`${app.url}/launch?${new URLSearchParams({ iss, launch: 'x' })}`);
    expect([403, 400]).toContain(page.status);
    expect(page.url).toContain('/smart-app/launch');
  });

  it('84 with fewer scopes granted it shows the ECG, says that it is read only, and signs nothing', async () => {
    await app.ehr.refuse(WRITE);
    const agent = createUserAgent();
    const page = await enter(LBBB, agent);
    await app.ehr.refuse([]);
    expect(page.text).toContain('<h1>Left bundle branch block</h1>');
    expect(page.text).toContain('Read only: the EHR has not granted');
    expect(page.text).not.toContain('id="over-read"');
    const tried = await agent.post(`${page.url}sign?ecg=0`, {
      formToken: formToken(page.text),
      version: '',
      comment: 'x',
    });
    expect(tried.status).toBe(403);
  });

  it('84 without an identity it is read only, too', async () => {
    await app.ehr.refuse(['fhirUser']);
    const page = await enter(LBBB);
    await app.ehr.refuse([]);
    expect(page.text).toContain('Read only: the EHR does not say which clinician');
  });

  it('85 the access token is refreshed before it runs out, once for many requests', async () => {
    const agent = createUserAgent();
    const page = await enter(AF, agent);
    const tokenNow = async () => (await app.ehr.seen()).fhirTokens.at(-1);
    const [first, asked] = [await tokenNow(), (await app.ehr.seen()).tokenRequests.length];
    app.pass(200);
    await agent.get(page.url);
    expect(await tokenNow()).toBe(first);
    app.pass(50);
    const pages = await Promise.all([agent.get(page.url), agent.get(page.url), agent.get(`${page.url}tracing`)]);
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await tokenNow()).not.toBe(first);
    expect((await app.ehr.seen()).tokenRequests.length).toBe(asked + 1);
  });

  it('85 without a refresh token the session ends with the access token, and the page says what to do', async () => {
    await app.ehr.refuse(['online_access']);
    const agent = createUserAgent();
    const page = await enter(AF, agent);
    await app.ehr.refuse([]);
    app.pass(301);
    const late = await agent.get(page.url);
    expect([late.status, late.text]).toEqual([401, expect.stringContaining('launch again from the EHR')]);
  });

  describe('88 the context of a card', () => {
    const sign = async (claims: object = {}, key = APP_CONTEXT_KEY) =>
      await new SignJWT({
        ecg: 'DocumentReference/demo-aecg-ecg',
        patient: patientHash(app.ehr.fhirServer, 'demo-aecg'),
        ...claims,
      })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('cardhook')
        .setAudience(`${app.url}/launch`)
        .setIssuedAt()
        .setExpirationTime('15 minutes')
        .sign(new TextEncoder().encode(key));

    it('as cards carry it opens exactly the ECG that the card speaks of', async () => {
      const link = await createTracingLinks([app.tenant], APP_CONTEXT_KEY)(
        app.tenant,
        { hook: 'patient-view', hookInstance: 'h', context: { patientId: 'demo-aecg' } },
        'DocumentReference/demo-aecg-ecg',
      );
      const appContext = link?.type === 'smart' ? link.appContext : undefined;
      expect(appContext).toMatch(/^ey/);
      const page = await enter({ patient: 'demo-aecg', appContext });
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('Fast atrial fibrillation')]);
    });

    it.each([
      ['tampered with', async () => `${(await sign()).slice(0, -4)}AAAA`, 403],
      ['signed by somebody else', async () => await sign({}, 'another secret of thirty-two bytes, at least'), 403],
      ['not signed at all', async () => JSON.stringify({ ecg: 'DocumentReference/demo-aecg-ecg' }), 403],
      ['of another patient', async () => await sign({ patient: patientHash(app.ehr.fhirServer, 'demo-dicom') }), 409],
      ['for an ECG of another patient', async () => await sign({ ecg: 'DocumentReference/demo-dicom-ecg' }), 409],
    ])('is refused where it is %s', async (_case, context, status) => {
      const page = await enter({ patient: 'demo-aecg', appContext: await context() });
      expect(page.status).toBe(status);
      expect(page.text).not.toMatch(/atrial fibrillation|bundle branch/i);
    });
  });

  it('89 two tabs of one browser do not know of each other', async () => {
    const agent = createUserAgent();
    const [one, two] = [await enter(AF, agent), await enter(LBBB, agent)];
    expect((await agent.get(one.url)).text).toContain('Fast atrial fibrillation');
    expect((await agent.get(two.url)).text).toContain('Left bundle branch block');
    // The form of one tab is no key to the other.
    expect((await agent.post(`${two.url}logout`, { formToken: formToken(one.text) })).status).toBe(403);
    expect((await agent.post(`${two.url}logout`, { formToken: formToken(two.text) })).status).toBe(200);
    expect((await agent.get(two.url)).status).toBe(401);
    expect((await agent.get(one.url)).status).toBe(200);
    expect((await createUserAgent().get(one.url)).status).toBe(401);
  });
});
