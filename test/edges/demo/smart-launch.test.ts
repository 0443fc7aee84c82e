import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { toObservation } from '../../../src/formats/fhir/write-observation.ts';
import { simulateEcg } from '../../../src/simulator/simulate-ecg.ts';
import { axeViolations } from '../../browser/axe.ts';
import { type Chromium, hasChromium, startChromium } from '../../browser/chromium.ts';
import type { Page } from '../../browser/page.ts';
import { rhythmStrip } from './rhythm-strip.ts';
import { choosePatient } from './start-sandbox.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PATIENT = 'demo-aecg';
const LBBB = 'DocumentReference/demo-dicom-ecg';

const reportSchema = z.looseObject({
  status: z.string(),
  conclusion: z.string(),
  meta: z.looseObject({ security: z.array(z.looseObject({ code: z.string() })) }),
  resultsInterpreter: z.array(z.looseObject({ display: z.string() })).optional(),
  conclusionCode: z.array(z.looseObject({ text: z.string() })).default([]),
});

/** From the chart of the sandbox EHR into the viewer by a real SMART launch, and back with a signed report. */
(hasChromium ? describe : describe.skip)('the viewer, launched from the sandbox EHR', () => {
  let service: ChildProcess;
  let address = '';
  let chromium: Chromium;

  beforeAll(async () => {
    service = spawn(process.execPath, ['src/cardhook.js', 'serve', '--demo', '--port', '0'], { cwd: ROOT });
    if (service.stdout === null) throw new Error('no output');
    for await (const line of createInterface(service.stdout)) {
      address ||= /Open (http:\S+) in a browser/.exec(line)?.[1] ?? '';
      if (line.startsWith('Stop with')) break;
    }
    chromium = await startChromium();
  }, 60_000);
  afterAll(async () => {
    await chromium?.close();
    if (service.exitCode === null && service.kill('SIGTERM')) await once(service, 'exit');
  });

  const reports = async () => {
    const answer = await fetch(`${address}/demo/fhir/DiagnosticReport?patient=${PATIENT}`);
    const { entry = [] } = z
      .looseObject({ entry: z.array(z.looseObject({ resource: reportSchema })).optional() })
      .parse(await answer.json());
    return entry.map(({ resource }) => resource);
  };
  const isSound = async (page: Page) => {
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await axeViolations(page)).toEqual([]);
    expect(page.problems).toEqual([]);
  };

  it('opens the ECG, says why, and puts the report under the name of the clinician', async () => {
    const chart = await chromium.open(address, { width: 1280, height: 900 });
    await choosePatient(chart, address, PATIENT);
    await chart.until(`document.querySelector('.records a[href^="/demo/launch"]')`);
    // The link of the card, with what Cardhook signed.
    await chart.until(`document.querySelector('.card .links a')`);
    const href = z.string().parse(await chart.evaluate(`document.querySelector('.card .links a').href`));

    expect(href).toContain('appContext=ey');
    const page = await chromium.open(href, { width: 1280, height: 900 });
    await page.until(`document.querySelector('.sheet .ecg-trace')`);
    expect(await page.evaluate(`location.pathname + location.search`)).toMatch(/^\/smart-app\/[\w-]{43}\/$/);
    expect(await page.evaluate(`document.querySelector('h1').textContent`)).toBe('Fast atrial fibrillation');
    await page.screenshot('viewer-1-opened');
    await isSound(page);
    expect(await page.printedSheets()).toBe(1);

    await page.click('button[data-why]');
    await page.until(`!document.querySelector('#why-caption').hidden && document.querySelector('.ecg-highlight')`);
    await page.screenshot('viewer-2-why');

    await page.evaluate(`document.querySelectorAll('input[value=keep]').forEach((radio) => radio.click())`);
    await page.evaluate(`(() => { const input = document.querySelector('input[name=added]'); input.value = 'left axis deviation';
      input.dispatchEvent(new Event('input', { bubbles: true })); })()`);
    expect(await page.evaluate(`document.querySelectorAll('input[name=added]').length`)).toBe(2);
    await page.evaluate(`document.querySelector('textarea').value = 'Known for years.'`);
    await page.click('button.primary', 'Sign as Demo clinician');
    await page.until(`document.querySelector('.done')?.textContent.includes('Signed: the report is final')`);
    await page.screenshot('viewer-3-signed');
    await isSound(page);
    expect(await page.printedSheets()).toBe(1);

    const [report, ...others] = await reports();
    expect(others).toEqual([]);
    expect(report).toMatchObject({ status: 'final', resultsInterpreter: [{ display: 'Demo clinician' }] });
    expect(report?.meta.security.map(({ code }) => code).sort()).toEqual(['CLINAST', 'HTEST']);
    expect(report?.conclusionCode.map(({ text }) => text)).toContain('Left axis deviation');
    expect(report?.conclusion).toContain('Known for years.');

    await choosePatient(chart, address, PATIENT);
    await chart.until(`document.querySelector('.reports .tag')?.textContent === 'final'`);
    await chart.screenshot('viewer-4-chart');
  }, 60_000);

  it.each([
    { name: 'wide', viewport: { width: 1280, height: 900 } },
    { name: 'narrow and dark', viewport: { width: 390, height: 844, dark: true } },
  ])('says what the model of a card is and is for: $name', async ({ name, viewport }) => {
    const page = await chromium.open(`${address}/models`, viewport);
    await page.evaluate(`document.querySelector('main li a').click()`);
    await page.until(
      `document.readyState === 'complete' && document.querySelector('h2')?.textContent === 'At a glance'`,
    );
    await page.evaluate(`document.querySelector('details').open = true`);
    await page.screenshot(`model-${name.replaceAll(' ', '-')}`);
    await isSound(page);
    await page.evaluate(`document.querySelector('a[href$="/intended-use"]').click()`);
    await page.until(
      `document.readyState === 'complete' && document.querySelector('h1').textContent === 'Intended use and limits'`,
    );
    await page.screenshot(`intended-use-${name.replaceAll(' ', '-')}`);
    await isSound(page);
  });

  it('measures between samples to less than a pixel at any zoom, by mouse, finger and key', async () => {
    const page = await chromium.open(`${address}/demo/launch?patient=demo-dicom&ecg=${LBBB}`, {
      ...{ width: 1280, height: 900 },
    });
    await page.until(`!document.querySelector('.tools').hidden`);
    const rhythm = await rhythmStrip(page, `${address}/demo/fhir/${LBBB}`);
    const text = async (selector: string) =>
      String(await page.evaluate(`document.querySelector('${selector}').textContent`));
    const expectBetween = async (from: number, to: number) => {
      const wanted = rhythm.readingOf(from, to);
      await page.until(`${wanted.text}.test(document.querySelector('#calipers-readout').textContent)`);
      const [, millivolts = ''] = wanted.text.exec(await text('#calipers-readout')) ?? [];
      // Half of the last digit, and what drawing rounds.
      expect(Math.abs(Number(millivolts.replace('−', '-')) - wanted.millivolts)).toBeLessThan(0.005 + 0.0011);
      for (const [leg, index] of [
        ['from', from],
        ['to', to],
      ] as const) {
        expect(Math.abs((await rhythm.legX(leg)) - (await rhythm.onScreen(index)).x)).toBeLessThan(1);
      }
    };
    await page.click('#calipers');
    expect(await text('#calipers-status')).toMatch(/^Lead \w+: 800 ms/);
    for (const [steps, index] of [
      [0, 900],
      [2, 2400],
      [3, 4100],
    ] as const) {
      for (let step = 0; step < steps; step += 1) await page.click('#zoom-in');
      await rhythm.scrollTo(index);
      await page.drag(await rhythm.onScreen(index), await rhythm.onScreen(index + 201));
      await expectBetween(index, index + 201);
    }
    expect(await text('#zoom-readout')).toBe('759 %');

    await page.press('ArrowRight');
    await expectBetween(4100, 4302);
    await page.press('ArrowLeft', { shift: true });
    await expectBetween(4100, 4282);
    await page.click('#zoom-reset');
    await rhythm.scrollTo(1500);
    await page.tap(await rhythm.onScreen(1500));
    await expectBetween(1500, 1682);

    await page.click('#march-out');
    expect(
      await page.evaluate(`document.querySelector('.caliper-marks').getAttribute('d').split('M').length`),
    ).toBeGreaterThan(20);
    await page.screenshot('viewer-calipers');
    await isSound(page);
    await page.press('Escape');
    expect(await page.evaluate(`document.querySelector('.calipers') === null`)).toBe(true);
    expect(await text('#calipers-status')).toBe('Calipers taken away');
  }, 60_000);

  it('shows the previous ECG beside this one, and the beats of both over each other', async () => {
    const patientId = 'demo-long-qt';
    const headers = { 'content-type': 'application/json' };
    await fetch(`${address}/demo/new-ecg`, { method: 'POST', headers, body: JSON.stringify({ patientId }) });
    const page = await chromium.open(`${address}/demo/launch?patient=${patientId}`, { width: 1920, height: 1080 });
    await page.until(`document.querySelector('select[name=compare]')`);
    expect(await page.evaluate(`document.querySelector('section.tracing').textContent`)).toContain(
      'Compared with the ECG recorded',
    );
    expect(await page.evaluate(`document.querySelector('table thead').textContent`)).toMatch(
      /Recorder.*Measured here.*Previous/s,
    );
    const compare = async (how: string) =>
      await page.evaluate(`(() => { const select = document.querySelector('select[name=compare]'); select.value = '${how}';
        select.dispatchEvent(new Event('change', { bubbles: true })); })()`);
    await compare('beside');
    await page.until(`document.querySelector('.compared .ecg-notice')?.textContent.startsWith('PREVIOUS ECG')`);
    await page.screenshot('viewer-beside');
    const side = z
      .object({ x: z.number(), y: z.number() })
      .parse(await page.evaluate(`document.querySelector('.compared .ecg-trace').getBoundingClientRect().toJSON()`));
    await page.click('#calipers');
    await page.drag({ x: side.x + 10, y: side.y + 5 }, { x: side.x + 60, y: side.y + 5 });
    await page.until(`/^Previous ECG, lead I: \\d+ ms/.test(document.querySelector('#calipers-readout').textContent)`);
    await page.press('Escape');
    await isSound(page);
    await compare('beats');
    await page.until(`document.querySelectorAll('.compared .ecg-other-trace').length === 12`);
    await page.screenshot('viewer-beats');
    await isSound(page);
    expect(await page.printedSheets()).toBe(1);
    await compare('');
    await page.until(`document.querySelector('.compared').childElementCount === 0`);
  }, 60_000);

  it('scrolls through a long recording, and holds no more of it than what is near', async () => {
    const patient = { ids: [] };
    const recorded = { recordedAt: '2026-11-01T08:00:00Z', durationSeconds: 190, samplingRate: 128 };
    const ecg = simulateEcg({ finding: 'sinus rhythm', seed: 4, format: 'fhir', leads: ['I'], patient, ...recorded });
    const stored = await fetch(`${address}/demo/fhir/Observation`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/fhir+json' } },
      body: JSON.stringify(toObservation(ecg, 'Patient/demo-watch')),
    });
    const { id } = z.looseObject({ id: z.string() }).parse(await stored.json());
    const page = await chromium.open(`${address}/demo/launch?patient=demo-watch&ecg=Observation/${id}`, {
      ...{ width: 1280, height: 900 },
    });
    const drawn = `[...document.querySelectorAll('.pages > .sheet')].map((sheet) => sheet.querySelector('.ecg-page')?.dataset.page ?? '').join()`;
    const numberShown = `document.querySelector('#page').value`;
    await page.until(`${drawn} === '1,2,,'`);
    expect(await page.evaluate(`document.querySelector('#page-choice output').textContent`)).toBe('of 4');
    await page.evaluate(`(() => { const number = document.querySelector('#page'); number.value = '3';
      number.dispatchEvent(new Event('change', { bubbles: true })); })()`);
    await page.until(`${drawn} === ',2,3,4' && ${numberShown} === '3'`);
    await page.screenshot('viewer-long');
    await isSound(page);
    expect(await page.evaluate(`document.querySelector('.ecg-overview-marker').getAttribute('x')`)).toMatch(/^63\.1/);
    expect(await page.printedSheets()).toBe(1);
    // What was looked at stays in view when the paper runs faster.
    await page.evaluate(`(() => { const speed = document.querySelector('select[name=speed]'); speed.value = '50';
      speed.dispatchEvent(new Event('change', { bubbles: true })); })()`);
    await page.until(
      `${numberShown} === '5' && document.querySelector('.sheet.current .ecg-page')?.dataset.startSeconds === '120'`,
    );
  }, 60_000);

  it.each([
    { name: 'dark', viewport: { width: 1280, height: 900, dark: true } },
    { name: 'narrow', viewport: { width: 390, height: 844 } },
    { name: 'huge', viewport: { width: 2560, height: 1440 } },
  ])('looks and reads well, $name', async ({ name, viewport }) => {
    const page = await chromium.open(`${address}/demo/launch?patient=demo-dicom&ecg=${LBBB}`, viewport);
    await page.until(`document.querySelector('.sheet .ecg-trace')`);
    // By keyboard alone.
    const isReached = async () => await page.evaluate(`document.activeElement.matches('button[data-why]')`);
    for (let tabs = 0; tabs < 20 && !(await isReached()); tabs += 1) await page.press('Tab');
    await page.press('Enter');
    await page.until(`!document.querySelector('#why-caption').hidden`);
    await page.until(`document.querySelector('.ecg-highlight')`);
    await page.screenshot(`viewer-${name}`);
    await isSound(page);
  });

  /** Goes forward with Tab, as far as the page goes. */
  const tabTo = async (page: Page, selector: string) => {
    const isReached = async () => await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`);
    for (let tabs = 0; tabs < 80 && !(await isReached()); tabs += 1) await page.press('Tab');
    expect([selector, await isReached()]).toEqual([selector, true]);
  };
  const titleOf = async (page: Page) => String(await page.evaluate(`document.querySelector('h1').textContent`));
  const openWorklist = async (viewport: Parameters<Chromium['open']>[1]) => {
    // Its reports are written when the service has started.
    const isThere = async () =>
      (await (await fetch(`${address}/demo/fhir/DiagnosticReport?status=preliminary`)).text()).split('"preliminary"')
        .length > 4;
    while (!(await isThere())) await sleep(200);
    return await chromium.open(`${address}/demo/worklist`, viewport);
  };

  it('is used by keyboard alone: from the worklist to the tracing, the findings, the signature and the next report', async () => {
    const page = await openWorklist({ width: 1280, height: 900 });
    expect(await titleOf(page)).toBe('Unsigned ECG reports');
    await page.screenshot('worklist-1');
    await isSound(page);
    await tabTo(page, '#rows a');
    const chosen = String(await page.evaluate(`document.activeElement.firstChild.textContent`));
    await page.press('Enter');
    await page.until(`document.querySelector('.sheet .ecg-trace')`);
    expect(await titleOf(page)).toBe(chosen);

    const open = `fieldset.decision:not(:has(:checked)) input`;
    while (await page.evaluate(`document.querySelector(${JSON.stringify(open)})`)) {
      await tabTo(page, open);
      await page.press(' ');
    }
    await tabTo(page, 'input[name=added]');
    await page.type('left axis deviation');
    await tabTo(page, 'textarea');
    await page.type('By keyboard.');
    await tabTo(page, 'button.primary');
    await page.press('Enter');
    await page.until(`document.querySelector('.done')?.textContent.includes('Signed: the report is final')`);
    await page.screenshot('worklist-2-signed');
    await isSound(page);
    await tabTo(page, '.done a');
    await page.press('Enter');
    await page.until(`document.querySelector('h1')?.textContent !== ${JSON.stringify(chosen)}`);
    expect(await page.evaluate(`document.querySelector('.tag.warning').textContent`)).toBe('Preliminary');
    expect(
      page.requests.filter(
        (url) => url.includes('/smart-app/') && /demo-|Patient|Report%2F/.test(new URL(url).pathname),
      ),
    ).toEqual([]);
  }, 60_000);

  it('renews the worklist without taking the focus away, and marks what another has signed', async () => {
    const page = await openWorklist({ width: 390, height: 844 });
    const [first, others] = [
      `document.querySelector('#rows li:first-child a')`,
      `document.querySelectorAll('#rows li').length`,
    ];
    const count = Number(await page.evaluate(others));
    await page.evaluate(`${first}.focus()`);
    const chosen = String(await page.evaluate(`${first}.href`));

    const second = await chromium.open(`${address}/demo/worklist`, { width: 1280, height: 900, withoutScripts: true });
    await second.click('#rows li:first-child a');
    await second.until(`document.querySelector('.sheet .ecg-trace')`);
    // Without scripts too: a plain form.
    expect(await second.evaluate(`document.querySelector('.tools').hidden`)).toBe(true);
    const decisions = Number(await second.evaluate(`document.querySelectorAll('fieldset.decision').length`));
    for (let n = 0; n < decisions; n += 1) await second.click('fieldset.decision:not(:has(:checked)) label', 'Agree');
    await second.click('button.primary', 'Sign as Demo clinician');
    await second.until(`document.querySelector('.done')?.textContent.includes('Signed: the report is final')`);
    await second.screenshot('viewer-without-scripts');
    expect(second.problems).toEqual([]);

    await page.evaluate(`dispatchEvent(new Event('focus'))`);
    await page.until(`document.querySelector('#rows li.gone')`);
    expect(await page.evaluate(`document.activeElement.href`)).toBe(chosen);
    await page.screenshot('worklist-narrow');
    await isSound(page);
    await page.evaluate(`document.activeElement.blur(); dispatchEvent(new Event('focus'))`);
    await page.until(`!document.querySelector('#rows li.gone') && ${others} === ${count - 1}`);
  }, 60_000);

  it.each([
    { name: 'dark', viewport: { width: 1280, height: 900, dark: true } },
    { name: 'huge', viewport: { width: 2560, height: 1440 } },
  ])('has a worklist that looks and reads well, $name', async ({ name, viewport }) => {
    const page = await openWorklist(viewport);
    await page.screenshot(`worklist-${name}`);
    await isSound(page);
  });
});
