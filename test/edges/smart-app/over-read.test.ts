import { z } from 'zod';
import type { FhirJson } from '../../../src/fhir/fhir-server.ts';
import { SYSTEMS } from '../../../src/fhir/identity.ts';
import { toObservation } from '../../../src/formats/fhir/write-observation.ts';
import { simulateEcg } from '../../../src/simulator/simulate-ecg.ts';
import { type RunningSmartApp, startSmartApp } from '../../conformance/start-smart-app.ts';
import { createUserAgent, type UserAgent, type Visit } from '../../conformance/user-agent.ts';

/** One patient per test: what is signed stays signed. */
const AF = 'demo-aecg';
const LBBB = 'demo-dicom';
const OBSERVATION = 'demo-observation';
const BIFASCICULAR = 'demo-bifascicular';
const STEMI = 'demo-stemi';
const PACED = 'demo-paced';

let app: RunningSmartApp;
beforeAll(async () => {
  app = await startSmartApp();
}, 60_000);
afterAll(async () => await app.stop());

interface Opened {
  readonly agent: UserAgent;
  readonly page: Visit;
}

const open = async (patient: string): Promise<Opened> => {
  const agent = createUserAgent();
  return { agent, page: await agent.get(await app.launchUrl({ patient })) };
};
const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const keysIn = (html: string) => [
  ...new Set([...html.matchAll(/name="decide-([a-z]+-\d+)"/g)].map(([, key = '']) => key)),
];

/** Sends the form of a page as it stands, every finding agreed with unless said otherwise. */
const sign = async ({ agent, page }: Opened, fields: Readonly<Record<string, string>> = {}) => {
  const agreed = Object.fromEntries(keysIn(page.text).map((key) => [`decide-${key}`, 'keep']));
  const tokens = { formToken: hidden(page.text, 'formToken'), version: hidden(page.text, 'version') };
  const address = new URL('sign?ecg=0', page.url.replace(/sign\?.*$/, ''));
  return await agent.post(address.href, { ...agreed, ...tokens, comment: '', ...fields });
};

const reportSchema = z.looseObject({
  resourceType: z.literal('DiagnosticReport'),
  id: z.string(),
  status: z.string(),
  meta: z.looseObject({ versionId: z.string(), security: z.array(z.looseObject({ code: z.string() })) }),
  conclusion: z.string(),
  conclusionCode: z.array(z.looseObject({ text: z.string(), coding: z.array(z.unknown()).optional() })).default([]),
  result: z.array(z.looseObject({ reference: z.string() })).default([]),
});
const reportOf = async (patient: string) => {
  const found = await app.fhir.query(`DiagnosticReport?patient=${patient}`);
  expect(found).toHaveLength(1);
  return { resource: found[0] as FhirJson, ...reportSchema.parse(found[0]) };
};
const codes = (report: z.infer<typeof reportSchema>) => report.meta.security.map(({ code }) => code).sort();

describe('an over-read', () => {
  it('makes the preliminary report final under the name of the clinician, and keeps what the machine said', async () => {
    const opened = await open(AF);
    const [first = '', second = ''] = keysIn(opened.page.text);
    const done = await sign(opened, {
      [`decide-${second}`]: 'remove',
      added: 'Left axis deviation',
      comment: 'Rate 128/min.\r\nKnown for years.',
    });
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('Signed: the report is final.')]);

    const report = await reportOf(AF);
    expect(report).toMatchObject({
      status: 'final',
      resultsInterpreter: [{ reference: 'Practitioner/demo', display: 'Demo clinician' }],
    });
    expect(codes(report)).toEqual(['CLINAST', 'HTEST']);
    expect(report.conclusionCode.map(({ text }) => text)).toEqual([
      'Atrial fibrillation with rapid ventricular response',
      'Left axis deviation',
    ]);
    expect(report.conclusion).toContain('Rate 128/min.\nKnown for years.\nRead and signed by Demo clinician, ');
    expect(report.conclusion).toContain('Removed: Rapid ventricular response.');
    expect(report.resource['presentedForm']).toMatchObject([
      { contentType: 'application/pdf', title: 'ECG report, signed' },
    ]);
    // The confirmed finding, the measurements, on which nobody decided, and what was added.
    expect(report.result).toHaveLength(3);
    expect(first).not.toBe(second);

    const findings = await app.fhir.query(`Observation?patient=${AF}&code=271921002`);
    expect(findings.map((each) => each['status']).sort()).toEqual(['cancelled', 'final', 'final']);
    expect(findings.map(({ id }) => report.result.some(({ reference }) => reference.endsWith(`${id}`))).sort()).toEqual(
      [false, true, true],
    );
    expect(findings.filter((each) => each['device'] === undefined)).toMatchObject([
      {
        derivedFrom: [{ reference: 'DocumentReference/demo-aecg-ecg' }],
        performer: [{ reference: 'Practitioner/demo' }],
      },
    ]);
    const history = JSON.stringify(await app.fhir.query(`DiagnosticReport/${report.id}/_history`));
    expect(history).toContain('AIAST');
    expect(history).toContain('preliminary');

    const provenances = await app.fhir.query(`Provenance?target=DiagnosticReport/${report.id}`);
    const verified = provenances.filter((each) => JSON.stringify(each).includes('"verifier"'));
    expect(verified).toEqual([
      expect.objectContaining({
        agent: expect.arrayContaining([
          expect.objectContaining({ who: { reference: 'Practitioner/demo', display: 'Demo clinician' } }),
        ]),
        entity: [
          { role: 'revision', what: { reference: expect.stringMatching(`DiagnosticReport/${report.id}/_history/`) } },
        ],
      }),
    ]);
    expect(app.audited.at(-1)).toMatchObject({
      ...{ action: 'over-read', outcome: 'success', user: 'Practitioner/demo' },
      ...{ patient: `Patient/${AF}`, report: `DiagnosticReport/${report.id}` },
    });
  });

  it('of a signed report makes it amended, or corrected where it was wrong, and keeps the comment', async () => {
    const opened = await open(OBSERVATION);
    const signed = await sign(opened, { comment: 'Seen.' });
    expect(signed.text).toContain('the report is final');
    expect(signed.text).toContain('>Seen.</textarea>');
    const amended = await sign({ ...opened, page: signed }, { comment: 'Seen again.' });
    expect(amended.text).toContain('the report is amended');
    const corrected = await sign(
      { ...opened, page: amended },
      { comment: 'Another patient’s note.', correction: 'yes' },
    );
    expect(corrected.text).toContain('the report is corrected');
    const { conclusion } = await reportOf(OBSERVATION);
    expect(conclusion.match(/Read and signed by/g)).toHaveLength(1);
    expect(conclusion).not.toContain('Seen');
  });

  it('is not signed over what somebody else wrote in between, and loses nothing that was typed', async () => {
    const opened = await open(LBBB);
    const [other, mine] = [await sign(opened, { comment: 'First.' }), opened];
    expect(other.status).toBe(200);
    const late = await sign(mine, { comment: 'Typed for ten minutes <b>.', added: 'Left axis deviation' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('The report was changed since you opened it.');
    expect(late.text).toContain('>Typed for ten minutes &lt;b&gt;.</textarea>');
    expect(late.text).toContain('value="Left axis deviation" maxlength');
    expect(late.text).toContain('Read and signed by Demo clinician');
    expect((await reportOf(LBBB)).conclusion).toContain('First.');
    const again = await sign({ ...mine, page: late }, { comment: 'Both.' });
    expect([again.status, (await reportOf(LBBB)).status]).toEqual([200, 'amended']);
  });

  it('that two sign at once is signed once', async () => {
    await sign(await open(BIFASCICULAR), { comment: 'first' });
    const [a, b] = [await open(BIFASCICULAR), await open(BIFASCICULAR)];
    const both = await Promise.all([sign(a, { comment: 'a' }), sign(b, { comment: 'b' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { conclusion } = await reportOf(BIFASCICULAR);
    const winner = both[0]?.status === 200 ? 'a' : 'b';
    expect(conclusion.split('\n')).toContain(winner);
  });

  it('keeps no finding in the report that was not on the screen', async () => {
    await sign(await open(STEMI), { comment: 'c' });
    const { resource, id, result, meta } = await reportOf(STEMI);
    const [known] = await app.fhir.query(`Observation?patient=${STEMI}&code=271921002`);
    const stray = {
      ...known,
      resourceType: 'Observation',
      status: 'preliminary',
      valueCodeableConcept: { text: 'Of an older model' },
    };
    const { location = '' } = await app.fhir.create(stray, 'identifier=none|none');
    const reference = /Observation\/[\w-]+/.exec(location)?.[0] ?? '';
    const extended: FhirJson & { readonly id: string } = { ...resource, id, result: [...result, { reference }] };
    await app.fhir.update(extended, meta.versionId);
    expect((await sign(await open(STEMI), { comment: 'c' })).status).toBe(200);
    expect((await reportOf(STEMI)).result.map((each) => each.reference)).toEqual(result.map((each) => each.reference));
    expect((await app.fhir.query(reference))[0]).toMatchObject({ status: 'cancelled' });
  });

  it('asks for every finding, and gives back what is not in the list', async () => {
    const opened = await open(PACED);
    const keys = keysIn(opened.page.text);
    expect(keys.length).toBeGreaterThan(0);
    const open_ = Object.fromEntries(keys.map((key) => [`decide-${key}`, '']));
    const back = await sign(opened, { ...open_, added: 'something or other', comment: 'c' });
    expect(back.status).toBe(422);
    expect(back.text.match(/Agree with “/g)).toHaveLength(keys.length);
    expect(back.text).toContain('“something or other” is not in the list');
    expect(back.text).toContain('value="something or other"');
    const gone = Object.fromEntries(keys.map((key) => [`decide-${key}`, 'remove']));
    expect((await sign(opened, gone)).text).toContain('Nothing is left to say');
    expect(await app.fhir.query(`DiagnosticReport?patient=${PACED}`)).toEqual([]);
  });

  it('needs the form of its own session', async () => {
    const opened = await open(PACED);
    const report = { formToken: hidden((await open(PACED)).page.text, 'formToken') };
    expect((await sign(opened, report)).status).toBe(403);
    expect((await sign({ ...opened, agent: createUserAgent() })).status).toBe(401);
  });

  it('leaves a trace that write-back respects', async () => {
    const { resource } = await reportOf(AF);
    const identifiers = z.array(z.looseObject({ system: z.string() })).parse(resource['identifier']);
    expect(identifiers.map(({ system }) => system)).toEqual([SYSTEMS.report, SYSTEMS.ecg]);
    const before = (await reportOf(AF)).meta.versionId;
    await open(AF);
    expect((await reportOf(AF)).meta.versionId).toBe(before);
  });
});

describe('the viewer', () => {
  it('opens the tracing of a report that the EHR names', async () => {
    const { id } = await reportOf(AF);
    const context = { patient: AF, fhirContext: [{ reference: `${app.ehr.fhirServer}/DiagnosticReport/${id}` }] };
    const page = await createUserAgent().get(await app.launchUrl(context));
    expect(page.text).toContain('>Final</p>');
    expect(app.audited.at(-1)).toMatchObject({ action: 'view', ecg: 'DocumentReference/demo-aecg-ecg' });
  });

  it('does not sign a report that was withdrawn', async () => {
    const { resource, meta, id } = await reportOf(OBSERVATION);
    const withdrawn: FhirJson & { readonly id: string } = { ...resource, id, status: 'entered-in-error' };
    await app.fhir.update(withdrawn, meta.versionId);
    const { page } = await open(OBSERVATION);
    expect(page.text).toContain('The report was withdrawn in the EHR');
    expect(page.text).not.toContain('id="over-read"');
  });

  it('draws the tracing as chosen, with the evidence for a finding behind it', async () => {
    const { agent, page } = await open(LBBB);
    const plain = await agent.get(`${page.url}tracing`);
    expect(plain.headers.get('content-type')).toContain('image/svg+xml');
    expect(plain.text).not.toContain('ecg-highlight');
    const [why] = [...page.text.matchAll(/data-why="(\d+)"/g)].map(([, index]) => index);
    const other = await agent.get(`${page.url}tracing?layout=6x2&speed=50&gain=5&why=${why}`);
    expect(other.text).toContain('50 mm/s, 5 mm/mV');
    expect(other.text).toContain('class="ecg-highlight"');
    expect((await agent.get(`${page.url}tracing?why=99999`)).status).toBe(404);
    expect((await agent.get(`${page.url}tracing?layout=<script>&speed=x`)).status).toBe(200);
    // There is no earlier ECG of this patient.
    expect((await agent.get(`${page.url}compared?compare=beats`)).status).toBe(404);
    expect((await agent.get(`${page.url}?compare=beats`)).status).toBe(200);
  });

  it('shows an earlier ECG that cannot be compared, says why, and lays neither over the other', async () => {
    const recorded = { recordedAt: '2026-01-05T08:00:00Z', patient: { ids: [] } };
    const earlier = toObservation(
      simulateEcg({ finding: 'normal ecg', seed: 2, format: 'fhir', ...recorded }),
      `Patient/${PACED}`,
    );
    const { location = '' } = await app.fhir.create(earlier, 'identifier=urn:earlier|1');
    const { agent, page } = await open(PACED);
    expect(page.text).toContain('Not compared with the ECG recorded on 5 January 2026: the present ECG is paced.');
    expect(page.text).toContain('<option value="beside">');
    expect(page.text).not.toContain('<option value="beats">');
    const beside = await agent.get(`${page.url}?compare=beside`);
    expect(beside.text).toContain('PREVIOUS ECG, RECORDED ON 5 JANUARY 2026');
    expect(app.audited.at(-1)).toMatchObject({
      action: 'view',
      ecg: /Observation\/[^/]+/.exec(location)?.[0],
      user: 'Practitioner/demo',
    });
    expect((await agent.get(`${page.url}compared?compare=beats`)).status).toBe(404);
  });

  it('shows a tracing that cannot be interpreted, and says why', async () => {
    const { page } = await open('demo-loose-electrode');
    expect(page.text).toContain('This ECG is not interpreted');
    expect(page.text).toContain('class="ecg-trace"');
    expect(page.text).not.toContain('id="over-read"');
  });

  it('is of use without scripts: the tracing is in the page, and choices load it anew', async () => {
    const { agent, page } = await open(LBBB);
    expect(page.text.match(/class="ecg-trace"/g)).toHaveLength(13);
    expect(page.text).toContain('<div class="row tools" data-with-script hidden>');
    expect(page.text).toContain('<button type="submit" data-without-script>Show</button>');
    const chosen = await agent.get(`${page.url}?ecg=0&layout=rows&speed=50&gain=10&page=2`);
    expect(chosen.text).toContain('data-page="2" data-page-count="2" data-start-seconds="5"');
    expect(chosen.text).toContain('max="2" value="2"> <output>of 2</output>');
  });

  it('says under the strictest policy only what is its own', async () => {
    const { page, agent } = await open(AF);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.text).not.toMatch(/ on[a-z]+="| style="|<script(?! type="module" src=)/);
    expect((await agent.get(`${page.url}nothing`)).status).toBe(404);
    const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(page.text) ?? [];
    for (const [path, kept] of [
      [style, 'public, max-age=31536000, immutable'],
      [style.replace(/[\da-f]{16}/, 'of-another-version'), 'no-cache'],
    ] as const) {
      const file = await agent.get(new URL(path, page.url).href);
      expect([file.status, file.headers.get('cache-control')]).toEqual([200, kept]);
    }
    expect(app.logged()).not.toMatch(/demo-aecg|Fast atrial/);
  });
});
