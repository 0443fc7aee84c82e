import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Send, Session } from './devtools.ts';

export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  /** Whether the page's scripts are kept from running. */
  readonly withoutScripts?: boolean;
}

/** CSS pixels from the upper left corner of the window. */
export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

export interface Page {
  /** The value of a JavaScript expression, promises awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression is truthy. */
  until(expression: string): Promise<void>;
  /** A real click in the middle of the first visible element that matches a selector and contains a text. */
  click(selector: string, text?: string): Promise<void>;
  /** The left button of a mouse, pressed at the first point, moved along the others and let go. */
  drag(...points: readonly ScreenPoint[]): Promise<void>;
  /** A finger, put down and lifted in one place. */
  tap(at: ScreenPoint): Promise<void>;
  /** A turn of the wheel with Ctrl held: closer if negative. */
  turnWheel(at: ScreenPoint, deltaY: number): Promise<void>;
  /** A key by its DOM name: Tab, Enter, Escape … */
  press(key: string, held?: { readonly shift: boolean }): Promise<void>;
  /** Characters, as a keyboard sends them to what has the focus. */
  type(text: string): Promise<void>;
  /** The whole page as artifacts/screenshots/NAME.png, for looking at. */
  screenshot(name: string): Promise<void>;
  /** How many sheets it prints on. */
  printedSheets(): Promise<number>;
  /** Console errors, warnings, exceptions and failed loads so far. */
  readonly problems: readonly string[];
  /** Addresses asked for so far. */
  readonly requests: readonly string[];
}

/** For looking at; git ignores them. */
const SCREENSHOTS = join(import.meta.dirname, '..', '..', 'artifacts', 'screenshots');
const WAIT_MS = 20_000;
const MODIFIERS = { ctrl: 2, shift: 8 };

/** Opens an address in a page of a given size and colour scheme, and waits until it is loaded. */
export async function openPage(
  { send, onEvent }: Session,
  url: string,
  { width, height, dark, withoutScripts = false }: Viewport,
): Promise<Page> {
  const problems: string[] = [];
  const requests: string[] = [];
  onEvent((method, parameters) => {
    const text = JSON.stringify(parameters);
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') problems.push(text);
    if (method === 'Runtime.consoleAPICalled' && /"type":"(error|warning|assert)"/.test(text)) problems.push(text);
    const request = z.looseObject({ request: z.looseObject({ url: z.string() }) }).safeParse(parameters);
    if (method === 'Network.requestWillBeSent' && request.success) requests.push(request.data.request.url);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await send('Emulation.setScriptExecutionDisabled', { value: withoutScripts });
  const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
  await send('Emulation.setEmulatedMedia', { features });
  const page = pageOf(send, { problems, requests });
  await send('Page.navigate', { url });
  await page.until(`location.href !== 'about:blank' && document.readyState === 'complete'`);
  return page;
}

function pageOf(send: Send, observed: Pick<Page, 'problems' | 'requests'>): Page {
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = z
      .object({ result: z.looseObject({ value: z.unknown().optional() }), exceptionDetails: z.unknown().optional() })
      .parse(await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }));
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  };
  const until = async (expression: string) => {
    const deadline = Date.now() + WAIT_MS;
    while (!(await evaluate(expression))) {
      if (Date.now() > deadline) throw new Error(`did not come true: ${expression}\n${observed.problems.join('\n')}`);
      await sleep(50);
    }
  };
  return {
    ...observed,
    evaluate,
    until,
    async click(selector, text = '') {
      const found = `[...document.querySelectorAll(${JSON.stringify(selector)})].find((element) =>
        element.checkVisibility() && element.textContent.includes(${JSON.stringify(text)}))`;
      await until(`!!${found}`);
      const box = `(() => { const found = ${found}; found.scrollIntoView({ block: 'center' });
        const { x, y, width, height } = found.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; })()`;
      const middle = z.object({ x: z.number(), y: z.number() }).parse(await evaluate(box));
      const event = { ...middle, button: 'left', clickCount: 1 };
      await send('Input.dispatchMouseEvent', { ...event, type: 'mousePressed' });
      await send('Input.dispatchMouseEvent', { ...event, type: 'mouseReleased' });
    },
    async drag(...points) {
      const event = { button: 'left', clickCount: 1 };
      await send('Input.dispatchMouseEvent', { ...event, ...points[0], type: 'mousePressed' });
      for (const point of points.slice(1)) {
        await send('Input.dispatchMouseEvent', { ...event, ...point, type: 'mouseMoved', buttons: 1 });
      }
      await send('Input.dispatchMouseEvent', { ...event, ...points.at(-1), type: 'mouseReleased' });
    },
    async tap(at) {
      await send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
      await send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    },
    async turnWheel(at, deltaY) {
      const event = { ...at, deltaX: 0, deltaY, modifiers: MODIFIERS.ctrl };
      await send('Input.dispatchMouseEvent', { ...event, type: 'mouseWheel' });
    },
    async press(key, held = { shift: false }) {
      const text = { Enter: { text: '\r' }, ' ': { text: ' ' } }[key] ?? {};
      const code = { Tab: 9, Enter: 13, Escape: 27, ' ': 32 }[key] ?? 0;
      const event = {
        key,
        code: key === ' ' ? 'Space' : key,
        windowsVirtualKeyCode: code,
        modifiers: held.shift ? MODIFIERS.shift : 0,
      };
      await send('Input.dispatchKeyEvent', { ...event, type: 'keyDown', ...text });
      await send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
    },
    async type(text) {
      await send('Input.insertText', { text });
    },
    async printedSheets() {
      const { data } = await send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
      const pdf = Buffer.from(String(data), 'base64');
      await mkdir(SCREENSHOTS, { recursive: true });
      await writeFile(join(SCREENSHOTS, 'printed.pdf'), pdf);
      return pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    },
    async screenshot(name) {
      // Between two pages there is nothing to take.
      await until(`document.readyState === 'complete' && document.documentElement.scrollWidth > 0`);
      const deadline = Date.now() + WAIT_MS;
      while (!(await isLaidOut(send)) && Date.now() < deadline) await sleep(20);
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true });
      await mkdir(SCREENSHOTS, { recursive: true });
      await writeFile(join(SCREENSHOTS, `${name}.png`), Buffer.from(String(data), 'base64'));
    },
  };
}

const layoutSchema = z.looseObject({ cssContentSize: z.looseObject({ width: z.number() }) });

async function isLaidOut(send: Send): Promise<boolean> {
  return layoutSchema.parse(await send('Page.getLayoutMetrics')).cssContentSize.width > 0;
}
