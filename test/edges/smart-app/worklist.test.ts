import { createRecentReaders } from '../../../src/edges/smart-app/recent-readers.ts';
import type { FhirJson } from '../../../src/fhir/fhir-server.ts';
import { SYSTEMS } from '../../../src/fhir/identity.ts';
import { type RunningSmartApp, startSmartApp } from '../../conformance/start-smart-app.ts';
import { createUserAgent, type Visit } from '../../conformance/user-agent.ts';

/** Reports as write-back leaves them; the ECGs are from minutes to days old. */
const REPORTED = [
  'Observation/demo-stemi-ecg',
  'DocumentReference/demo-heart-block-ecg',
  'Observation/demo-observation-ecg',
];
const LATER = 'DocumentReference/demo-dicom-ecg';

let app: RunningSmartApp;
beforeAll(async () => {
  app = await startSmartApp();
  for (const reference of REPORTED) await app.report(reference);
}, 60_000);
afterAll(async () => await app.stop());

const worklistUrl = () => `${app.url}/worklist?${new URLSearchParams({ iss: app.ehr.fhirServer })}`;
const enter = async () => {
  const agent = createUserAgent();
  return { agent, page: await agent.get(worklistUrl()) };
};
const rowsIn = ({ text }: Visit) =>
  [...text.matchAll(/<li data-row="(\d+)">(.*?)<\/li>/gs)].map(([, place = '', row = '']) => ({
    place,
    urgency: /class="tag (critical|urgent|routine)"/.exec(row)?.[1] ?? '',
    patient: /<a [^>]*>([^<]*)</.exec(row)?.[1] ?? '',
    row,
  }));
const countsIn = ({ text }: Visit) => /id="counts"[^>]*>([^<]*)</.exec(text)?.[1] ?? '';
const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

describe('the worklist', () => {
  it('opens without a patient chosen, and lists what nobody has signed: most urgent first, then oldest', async () => {
    const { page } = await enter();
    expect([page.status, new URL(page.url).pathname]).toEqual([
      200,
      expect.stringMatching(/^\/smart-app\/[\w-]{43}\/worklist$/),
    ]);
    const [asked] = (await app.ehr.seen()).authorizations.slice(-1);
    expect(String(asked?.['scope'])).toContain('user/DiagnosticReport.crus');
    expect(String(asked?.['scope'])).not.toContain('launch');
    const rows = rowsIn(page);
    expect(rows.map(({ patient }) => patient)).toEqual(['Complete heart block', 'Inferior ST elevation', 'Normal ECG']);
    expect(rows.map(({ urgency }) => urgency)).toEqual(['critical', 'critical', 'routine']);
    for (const { row } of rows)
      expect(row).toMatch(/<strong>(\d+ (min|h|days|months) ago|dated in the future.*?)<\/strong>/);
    expect(countsIn(page)).toBe('3 unsigned: 2 critical, 0 urgent, 1 routine.');
    expect(page.text).not.toMatch(/demo-(stemi|heart-block|observation)"/);
    expect(app.audited.at(-1)).toMatchObject({ action: 'worklist', user: 'Practitioner/demo' });
  });

  it('filters by urgency', async () => {
    const { agent, page } = await enter();
    const critical = await agent.get(`${page.url}?urgency=critical`);
    expect(rowsIn(critical).map(({ urgency }) => urgency)).toEqual(['critical', 'critical']);
    expect(countsIn(critical)).toBe(countsIn(page));
    expect((await agent.get(`${page.url}?urgency=<script>&page=-1`)).status).toBe(200);
  });

  it('shows no names where the EHR does not let patients be searched for', async () => {
    await app.ehr.refuse(['user/Patient.rs']);
    const { page } = await enter();
    await app.ehr.refuse([]);
    expect(rowsIn(page).map(({ patient }) => patient)).toEqual(REPORTED.map(() => 'Patient not shown by the EHR'));
    expect(page.text).not.toContain('Normal ECG');
  });

  it('is refused where the user may not list reports', async () => {
    await app.ehr.refuse(['user/DiagnosticReport.crus']);
    const { page } = await enter();
    await app.ehr.refuse([]);
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('choose a patient first')]);
  });

  it('of a launch from a chart is that of the patient alone', async () => {
    const agent = createUserAgent();
    const chart = await agent.get(await app.launchUrl({ patient: 'demo-observation' }));
    expect(chart.text).toContain('href="worklist">Unsigned reports of this patient</a>');
    const page = await agent.get(`${chart.url}worklist`);
    expect(rowsIn(page).map(({ patient }) => patient)).toEqual(['Normal ECG']);
    // Places of another session's list lead nowhere.
    expect((await agent.get(`${chart.url}report?n=1`)).status).toBe(404);
    for (const n of ['-1', 'x', '', '1e9', 'demo-stemi']) {
      expect((await agent.get(`${chart.url}report?n=${n}`)).status).toBe(404);
    }
  });

  it('opens an ECG at an address that says nothing, and after signing offers the next; what is signed is gone', async () => {
    const { agent, page } = await enter();
    const [first] = rowsIn(page);
    const opened = await agent.get(new URL(`report?n=${first?.place}`, page.url).href);
    expect(opened.text).toContain('<h1>Complete heart block</h1>');
    expect(new URL(opened.url).search).toMatch(/^\?ecg=\d+$/);
    const keys = [...opened.text.matchAll(/name="decide-([a-z]+-\d+)" value="keep"/g)].map(([, key = '']) => key);
    const decisions = Object.fromEntries(keys.map((key) => [`decide-${key}`, 'keep']));
    const signed = await agent.post(new URL('sign?ecg=0', opened.url).href, {
      ...decisions,
      ...{ formToken: hidden(opened.text, 'formToken'), version: hidden(opened.text, 'version'), comment: 'Seen.' },
    });
    expect(signed.text).toContain('Signed: the report is final.');
    const next = /<a href="(report\?n=\d+)">Next unsigned report<\/a>: critical, ECG/.exec(signed.text)?.[1] ?? '';
    expect((await agent.get(new URL(next, opened.url).href)).text).toContain('<h1>Inferior ST elevation</h1>');
    const after = await agent.get(page.url);
    expect(rowsIn(after).map(({ patient }) => patient)).toEqual(['Inferior ST elevation', 'Normal ECG']);
    // The place of a report stays its own, however the list moves.
    expect(rowsIn(after).map(({ place }) => place)).toEqual(
      rowsIn(page)
        .slice(1)
        .map(({ place }) => place),
    );
  });

  it('shows a report that came meanwhile, and does not keep an unattended session alive', async () => {
    const { agent, page } = await enter();
    await app.report(LATER);
    const renewed = await agent.get(`${page.url}?refresh=auto`);
    expect(rowsIn(renewed)).toHaveLength(rowsIn(page).length + 1);
    const seen = app.audited.length;
    for (let minutes = 0; minutes < 60; minutes += 20) {
      app.pass(20 * 60);
      await agent.get(`${page.url}?refresh=auto`);
    }
    expect(app.audited.length).toBe(seen);
    expect((await agent.get(page.url)).status).toBe(401);
  });

  it('has pages, and leaves readings of test models to the end', async () => {
    const [template] = await app.fhir.query('DiagnosticReport?patient=demo-observation&_sort=-_lastUpdated');
    const critical = { system: SYSTEMS.readingUrgency, code: 'critical' };
    for (let n = 0; n < 25; n += 1) {
      const tag = [{ system: SYSTEMS.modelVersion, code: 'site@1' }, ...(n === 24 ? [critical] : [])];
      const report: FhirJson = { ...template, resourceType: 'DiagnosticReport', meta: { tag }, identifier: [] };
      await app.fhir.create(report, `identifier=none|${n}`);
    }
    const { agent, page } = await enter();
    const rows = rowsIn(page);
    expect(rows).toHaveLength(20);
    expect(page.text).not.toContain('guesses of a demonstration model');
    // One that does not say how urgent it is counts as urgent.
    expect(rows.map(({ urgency }) => urgency)).toEqual(['critical', ...Array.from({ length: 19 }, () => 'urgent')]);
    const second = await agent.get(`${page.url}?page=2`);
    expect(second.text).toContain('aria-current="page">Page 2</a>');
    const isTest = rowsIn(second).map(({ row }) => row.includes('Test model'));
    expect(isTest).toEqual([...isTest].sort());
    expect(isTest.at(-1)).toBe(true);
    expect(second.text).toContain('guesses of a demonstration model: not for clinical use');
  });
});

describe('who else has opened a report', () => {
  it('is told for a quarter of an hour, within one tenant, and not of oneself', () => {
    let now = 0;
    const readers = createRecentReaders(() => now);
    const by = (name: string, tenant = 'clinic') => ({
      ...{ id: `session of ${name}`, tenant: { name: tenant } },
      user: { reference: `Practitioner/${name}`, name },
    });
    readers.note(by('Ada'), '1');
    now = 4.5 * 60_000;
    expect(readers.other(by('Bo'), '1')).toEqual({ name: 'Ada', minutesAgo: 4 });
    expect([
      readers.other(by('Ada'), '1'),
      readers.other(by('Bo', 'elsewhere'), '1'),
      readers.other(by('Bo'), '2'),
    ]).toEqual([undefined, undefined, undefined]);
    now = 15 * 60_000;
    expect(readers.other(by('Bo'), '1')).toBeUndefined();
  });
});
