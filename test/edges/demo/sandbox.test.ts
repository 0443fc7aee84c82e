import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DEMO_PATIENTS } from '../../../src/edges/demo/demo-patients.ts';
import { axeViolations } from '../../browser/axe.ts';
import { type Chromium, hasChromium, startChromium } from '../../browser/chromium.ts';
import type { Page } from '../../browser/page.ts';
import { choosePatient } from './start-sandbox.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const FIBRILLATION = DEMO_PATIENTS.find(({ story }) => /atrial fibrillation/i.test(story))?.id ?? '';

/** `npm start` and a browser, as a stranger would try it. */
(hasChromium ? describe : describe.skip)('the sandbox EHR of npm start', () => {
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
    if (address === '') throw new Error('npm start did not start');
    chromium = await startChromium();
  }, 60_000);
  afterAll(async () => {
    await chromium?.close();
    if (service.exitCode === null && service.kill('SIGTERM')) await once(service, 'exit');
  });

  it.each([
    { name: 'wide', viewport: { width: 1280, height: 900 } },
    { name: 'narrow', viewport: { width: 390, height: 844 } },
    { name: 'dark', viewport: { width: 1280, height: 900, dark: true } },
  ])(
    'shows the whole mission, $name',
    async ({ name, viewport }) => {
      const page = await chromium.open(address, viewport);
      const look = async (scene: string) => {
        await page.screenshot(`sandbox-${name}-${scene}`);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(await axeViolations(page)).toEqual([]);
      };
      await page.until(`document.querySelectorAll('.patients button').length === ${DEMO_PATIENTS.length}`);
      await look('1-patients');

      await choosePatient(page, address, FIBRILLATION);
      await page.until(`document.querySelector('.columns .card h4')`);
      await page.until(`document.querySelector('.records table')?.textContent.includes('HL7 aECG')`);
      await look('2-chart');

      await page.click('.records button', 'Show tracing');
      await page.until(`document.querySelector('dialog[open] img')?.naturalWidth > 0`);
      await look('2-tracing');
      await page.press('Escape');
      await page.until(`!document.querySelector('dialog')`);
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Show tracing');

      await page.click('button', 'Add');
      await page.until(`document.querySelector('.drafts li')`);
      await page.click('button', 'Sign (1 order)');
      await page.until(`document.querySelector('.orders .card') || ${shows('asked, no advice.')}`);
      await look('3-signing');
      if (await page.evaluate(`!!document.querySelector('.orders .card')`)) await page.click('button', 'Sign anyway');
      await page.until(`document.querySelector('.on-record li')`);

      const onRecord = `fetch('/demo/fhir/DiagnosticReport?patient=${FIBRILLATION}')
        .then((answer) => answer.json()).then(({ entry = [] }) => entry.length)`;
      // The ECG that was on record when Cardhook started has its report by now, without anyone asking.
      await page.until(onRecord);
      const reports = Number(await page.evaluate(onRecord));
      await page.click('button', 'A new ECG arrives');
      await page.until(shows('The ECG is in the chart, with its preliminary report.'));
      await page.until(`!document.querySelector('[aria-busy]')`);
      expect(await page.evaluate(`document.querySelectorAll('.reports > li').length`)).toBe(reports + 1);
      await look('4-report');

      await page.click('.developer summary', 'Requests and responses');
      await page.click('.calls summary', 'order-sign');
      await page.until(`document.querySelector('.exchange pre')?.textContent.includes('"draftOrders"')`);
      await look('5-requests');
      expectQuiet(page);
    },
    60_000,
  );

  it('takes an order back on the card it gets for it, and the feedback is taken', async () => {
    const page = await chromium.open(address, { width: 1280, height: 900 });
    await choosePatient(page, address, 'demo-heart-block');
    await page.until(`document.querySelector('.columns .card h4')`);
    await page.evaluate(`(() => { const order = document.querySelector('.orders select');
      order.value = [...order.options].find(({ text }) => text.includes('metoprolol')).value;
      order.dispatchEvent(new Event('change', { bubbles: true })); })()`);
    await page.click('button', 'Add');
    await page.until(
      `document.querySelector('.orders .card.info, .orders .card.warning')?.textContent.includes('AV block')`,
    );
    await page.click('button', 'Sign (1 order)');
    await page.until(`document.querySelector('.orders')?.textContent.includes('Nothing is signed yet.')`);
    await page.until(`document.querySelector('.orders .card')?.textContent.includes('AV block')`);
    await page.screenshot('sandbox-wide-6-advice');
    expect(await axeViolations(page)).toEqual([]);
    await page.click('.orders .card button', 'Order 12-lead ECG');
    await page.until(`document.querySelector('.drafts')?.textContent.includes('12-lead ECG')`);
    await page.click('.orders .card button', 'Remove the order for metoprolol');
    await page.until(`document.querySelectorAll('.drafts li').length === 1`);
    await page.until(`performance.getEntriesByType('resource').some(({ name, responseStatus }) =>
      name.endsWith('/feedback') && responseStatus === 200)`);
    expectQuiet(page);
  }, 60_000);

  it('can be used by keyboard alone', async () => {
    const page = await chromium.open(address, { width: 1280, height: 900 });
    const focused = () => page.evaluate(`document.activeElement.textContent.trim()`);
    await page.until(`document.querySelector('.patients button')`);
    await page.press('Tab');
    expect(await focused()).toBe('Skip to the chart');
    await page.press('Tab');
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
    await page.press('Enter');
    await page.until(`document.activeElement.id === 'patient-title'`);
    await page.until(`document.querySelector('.columns .card h4')`);
    const stops: unknown[] = [];
    do {
      await page.press('Tab');
      stops.push(await focused());
    } while (stops.at(-1) !== 'Add' && stops.length < 30);
    expect(stops[0]).toBe('Ask again');
    await page.press('Enter');
    await page.until(`document.querySelector('.drafts li')`);
    expect(await focused()).toBe('Add');
    await page.press('Tab');
    expect(await focused()).toBe('Remove');
    expectQuiet(page);
  }, 60_000);

  function expectQuiet(page: Page): void {
    expect(page.problems).toEqual([]);
    expect(page.requests.filter((url) => !url.startsWith(address) && !url.startsWith('data:'))).toEqual([]);
  }
});

function shows(words: string): string {
  return `document.querySelector('main').textContent.includes(${JSON.stringify(words)})`;
}
