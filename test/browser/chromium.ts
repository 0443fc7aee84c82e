import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { connectDevtools } from './devtools.ts';
import { openPage, type Page, type Viewport } from './page.ts';

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

export const hasChromium = existsSync(EXECUTABLE);

export interface Chromium {
  open(url: string, viewport: Viewport): Promise<Page>;
  /** Processor time of all its processes so far. */
  cpuMs(): Promise<number>;
  close(): Promise<void>;
}

const processesSchema = z.object({ processInfo: z.array(z.looseObject({ cpuTime: z.number() })) });

/** Debian's Chromium, headless, over the DevTools protocol with Node's own WebSocket. */
export async function startChromium(): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'cardhook-chromium-'));
  const browser = spawn(EXECUTABLE, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], { stdio: 'pipe' });
  const connection = await connectDevtools(await debuggerAddress(browser));
  return {
    async open(url, viewport) {
      const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
      return await openPage(connection.session(String(sessionId)), url, viewport);
    },
    async cpuMs() {
      const { processInfo } = processesSchema.parse(await connection.send('SystemInfo.getProcessInfo'));
      return processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
    },
    async close() {
      const exited = once(browser, 'exit');
      await Promise.race([connection.send('Browser.close'), exited]);
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function debuggerAddress(browser: ChildProcess): Promise<string> {
  if (browser.stderr === null) throw new Error('Chromium has no output');
  for await (const line of createInterface(browser.stderr)) {
    const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      browser.stderr.resume();
      return address;
    }
  }
  throw new Error('Chromium did not start');
}
