/**
 * The viewer in a real Chromium, launched by the sandbox EHR of `cardhook serve --demo`, all on loopback: how long it takes
 * from a click to the tracing, and how evenly frames follow each other while it is zoomed and moved.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DEMO_PATIENTS } from '../src/edges/demo/demo-patients.ts';
import { toObservation } from '../src/formats/fhir/write-observation.ts';
import { simulateEcg } from '../src/simulator/simulate-ecg.ts';
import { type Chromium, startChromium } from '../test/browser/chromium.ts';
import type { Page, ScreenPoint } from '../test/browser/page.ts';
import { cpuMs } from './process-cpu.ts';
import { print } from './table.ts';

const LAUNCHES = 100;
const AIM_MS = 300;
const GESTURE_STEPS = 240;
/** Of a screen of 60 Hz. */
const FRAME_MS = 1000 / 60;
const WINDOW = { width: 1280, height: 900 };
const MIDDLE = { x: 640, y: 500 };
const TWELVE_LEADS = DEMO_PATIENTS.filter(({ recorder }) => recorder === undefined);

export async function run(): Promise<void> {
  const service = spawn(process.execPath, [fileURLToPath(new URL('../src/cardhook.js', import.meta.url)), ...ARGS]);
  let chromium: Chromium | undefined;
  try {
    const address = await addressOf(service);
    chromium = await startChromium();
    print(`viewer on ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, `);
    print(`Chromium headless, drawing in software; load of the machine ${loadavg()[0]?.toFixed(1)} at start\n`);
    await measureLaunches(chromium, { address, pid: service.pid ?? 0 });
    await measureFrames(chromium, address);
    await measureLong(chromium, address);
    print(`load of the machine ${loadavg()[0]?.toFixed(1)} at the end\n`);
  } finally {
    await chromium?.close();
    if (service.exitCode === null && service.kill('SIGTERM')) await once(service, 'exit');
  }
}

const ARGS = ['serve', '--demo', '--port', '0'];

/** From a real click on a launch link, over all redirects of the launch. */
async function measureLaunches(
  chromium: Chromium,
  { address, pid }: { readonly address: string; readonly pid: number },
): Promise<void> {
  const page = await chromium.open(`${address}/smart-app/nothing`, WINDOW);
  const opened: z.infer<typeof openedSchema>[] = [];
  const changed: number[] = [];
  const before = { service: await cpuMs(pid), browser: await chromium.cpuMs() };
  for (let index = 0; index < LAUNCHES; index += 1) {
    const { id } = TWELVE_LEADS[index % TWELVE_LEADS.length]!;
    await page.evaluate(`(() => { const link = Object.assign(document.createElement('a'), { href: '/demo/launch?patient=${id}', textContent: 'Open in viewer', id: 'bench' });
      link.addEventListener('click', ({ timeStamp }) => sessionStorage.setItem('clicked', performance.timeOrigin + timeStamp));
      document.body.prepend(link); scrollTo(0, 0); })()`);
    await page.click('#bench');
    await page.until(`location.pathname.startsWith('/smart-app/') && !document.querySelector('#bench')
      && document.readyState === 'complete' && performance.getEntriesByName('first-contentful-paint').length > 0`);
    opened.push(openedSchema.parse(await page.evaluate(OPENED)));

    changed.push(z.number().parse(await page.evaluate(CHANGED_AFTER_MS)));
  }
  await printCpu(chromium, { pid, before });
  printTimes(
    'click to first byte of the page',
    opened.map(({ answeredMs }) => answeredMs),
  );
  printTimes(
    'click to tracing on the screen',
    opened.map(({ shownMs }) => shownMs),
  );
  printTimes(
    'click to zoom and calipers',
    opened.map(({ readyMs }) => readyMs),
  );
  printTimes('another layout to tracing', changed);
}

/** Without what waits for a turn on a busy machine; the service is also the EHR's FHIR and OAuth server here. */
async function printCpu(
  chromium: Chromium,
  { pid, before }: { readonly pid: number; readonly before: { readonly service: number; readonly browser: number } },
): Promise<void> {
  const service = ((await cpuMs(pid)) - before.service) / LAUNCHES;
  const browser = ((await chromium.cpuMs()) - before.browser) / LAUNCHES;
  print(`  processor time of opening and one change of layout: service ${service.toFixed(0)} ms, `);
  print(`browser ${browser.toFixed(0)} ms (all their threads)\n`);
}

const openedSchema = z.object({ answeredMs: z.number(), shownMs: z.number(), readyMs: z.number() });

/** Shown: painted, and no earlier than the whole page was parsed. Scripts are modules, and have run at `DOMContentLoaded`. */
const OPENED = `(() => {
  if (!document.querySelector('.sheet .ecg-trace')) throw new Error('no tracing');
  const [{ responseStart, domInteractive, domContentLoadedEventEnd }] = performance.getEntriesByType('navigation');
  const [{ startTime }] = performance.getEntriesByName('first-contentful-paint');
  const clicked = Number(sessionStorage.getItem('clicked')) - performance.timeOrigin;
  const shown = Math.max(startTime, domInteractive);
  return { answeredMs: responseStart - clicked, shownMs: shown - clicked, readyMs: Math.max(shown, domContentLoadedEventEnd) - clicked };
})()`;

const CHANGED_AFTER_MS = `new Promise((resolve) => {
  const layout = document.querySelector('select[name=layout]');
  const before = document.querySelector('.sheet > svg');
  const begun = performance.now();
  const look = () => document.querySelector('.sheet > svg') === before ? requestAnimationFrame(look)
    : requestAnimationFrame(() => resolve(performance.now() - begun));
  layout.value = layout.value === '6x2' ? '12x1' : '6x2';
  layout.dispatchEvent(new Event('change', { bubbles: true }));
  look();
})`;

/** Real input events, one for every frame or so. */
async function measureFrames(chromium: Chromium, address: string): Promise<void> {
  const page = await chromium.open(`${address}/demo/launch?patient=${TWELVE_LEADS[0]?.id}`, WINDOW);
  await page.until(`document.querySelector('.tools') && !document.querySelector('.tools').hidden`);
  await page.evaluate(`document.querySelector('.paper').scrollIntoView({ block: 'end' })`);
  const steps = Array.from({ length: GESTURE_STEPS }, (_, index) => index);
  printFrames('nothing moves', await framesDuring(page, () => sleep(2000)));
  printFrames(
    'zoom by wheel, 1 to 8 and back',
    await framesDuring(page, async () => {
      for (const step of steps) {
        await page.turnWheel(MIDDLE, step < GESTURE_STEPS / 2 ? -9 : 9);
        await sleep(FRAME_MS / 2);
      }
    }),
  );
  for (let step = 0; step < 3; step += 1) await page.click('#zoom-in');
  await sleep(500);
  const around = steps.map((step): ScreenPoint => {
    const angle = (step / 60) * 2 * Math.PI;
    return { x: MIDDLE.x + 250 * Math.sin(angle), y: MIDDLE.y + 150 * Math.cos(angle) };
  });
  printFrames('moved by mouse at 338 %', await framesDuring(page, () => page.drag(...around)));
  await page.click('#calipers');
  printFrames('caliper drawn at 338 %', await framesDuring(page, () => page.drag(...around)));
}

/** Ten minutes of one lead: opened where it begins, then scrolled through, page after page. */
async function measureLong(chromium: Chromium, address: string): Promise<void> {
  const recorded = { recordedAt: '2026-01-01T08:00:00Z', durationSeconds: 600, samplingRate: 250 };
  const ecg = simulateEcg({
    finding: 'sinus rhythm',
    seed: 1,
    format: 'fhir',
    leads: ['I'],
    patient: { ids: [] },
    ...recorded,
  });
  const stored = await fetch(`${address}/demo/fhir/Observation`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/fhir+json' } },
    body: JSON.stringify(toObservation(ecg, 'Patient/demo-watch')),
  });
  const { id } = z.looseObject({ id: z.string() }).parse(await stored.json());
  const page = await chromium.open(`${address}/demo/launch?patient=demo-watch&ecg=Observation/${id}`, WINDOW);
  await page.until(`document.querySelector('.tools') && !document.querySelector('.tools').hidden`);
  const bytes = z.number().parse(await page.evaluate(`performance.getEntriesByType('navigation')[0].decodedBodySize`));
  print(`  ten minutes of one lead: ${(bytes / 1000).toFixed(0)} kB of page, `);
  print(`${await page.evaluate(`document.querySelector('#page').max`)} pages\n`);
  await page.evaluate(`document.querySelector('.paper').scrollIntoView({ block: 'end' })`);
  printFrames(
    'scrolled through ten minutes',
    await framesDuring(page, async () => {
      for (let step = 0; step < GESTURE_STEPS; step += 1) {
        await page.evaluate(`document.querySelector('.paper').scrollBy(0, 36)`);
        await sleep(FRAME_MS / 2);
      }
    }),
  );
}

/** Times between frames, ms. */
async function framesDuring(page: Page, act: () => Promise<unknown>): Promise<readonly number[]> {
  await page.evaluate(`(() => { const watch = { isOn: true, times: [] }; window.watch = watch;
    const note = (now) => { if (!watch.isOn) return; watch.times.push(now); requestAnimationFrame(note); };
    requestAnimationFrame(note); })()`);
  await act();
  const times = z.array(z.number()).parse(await page.evaluate(`(window.watch.isOn = false, window.watch.times)`));
  return times.slice(1).map((time, index) => time - times[index]!);
}

function printTimes(name: string, times: readonly number[]): void {
  const within = times.filter((ms) => ms < AIM_MS).length;
  print(`  ${name.padEnd(36)}${percentiles(times)}  n ${times.length}, below ${AIM_MS} ms: ${within}\n`);
}

function printFrames(name: string, frames: readonly number[]): void {
  const late = frames.filter((ms) => ms > 1.5 * FRAME_MS).length;
  print(`  ${name.padEnd(36)}${percentiles(frames)}  n ${frames.length}, later than a frame: ${late}\n`);
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return [['p50', 0.5] as const, ['p95', 0.95] as const, ['p99', 0.99] as const]
    .map(([label, share]) => `${label} ${at(share).toFixed(1).padStart(6)} ms`)
    .join('  ');
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('no output');
  let address = '';
  for await (const line of createInterface(stdout)) {
    address ||= /Open (http:\S+) in a browser/.exec(line)?.[1] ?? '';
    if (line.startsWith('Stop with')) break;
  }
  // Reports are written, and ECGs read, before the first patient is opened.
  await sleep(5000);
  return address;
}
