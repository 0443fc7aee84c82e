import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('../../src/cardhook.js', import.meta.url));
/** As orchestrators wait before they start again what has ended. */
const RESTART_MS = 1_000;

export interface SupervisedService {
  readonly address: string;
  /** How often it ended by itself and was started again. */
  readonly restarts: () => number;
  /** ECGs that it has logged as written back, or as having their report already. */
  readonly written: () => number;
  readonly pid: () => number;
  /** SIGTERM, and waits. */
  stop(): Promise<void>;
}

const lineSchema = z.looseObject({ address: z.string().optional(), outcome: z.string().optional() });

/** `cardhook serve` as a user starts it, at one address; started again whenever it ends, as an orchestrator does. */
export async function superviseService(
  folder: string,
  config: object,
  environment: Readonly<Record<string, string>>,
): Promise<SupervisedService> {
  const file = join(folder, 'cardhook.json');
  await writeFile(file, JSON.stringify(config));
  let written = 0;
  const isUp = Promise.withResolvers<string>();
  let address: string | undefined;
  let restarts = 0;
  let isStopping = false;
  let child: ChildProcess;
  const start = () => {
    const port = address === undefined ? '0' : new URL(address).port;
    child = spawn(process.execPath, [MAIN, 'serve', '--config', file, '--port', port], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    createInterface({ input: child.stdout! }).on('line', (text) => {
      const line = lineSchema.parse(JSON.parse(text));
      if (line.outcome === 'written' || line.outcome === 'unchanged') written += 1;
      if (process.env['FAULTS_LOG'] !== undefined) process.stderr.write(`${text}\n`);
      if (line.address === undefined) return;
      address = line.address;
      isUp.resolve(line.address);
    });
    child.once('exit', async () => {
      if (isStopping) return;
      if (address === undefined) return isUp.reject(new Error('the service does not start'));
      restarts += 1;
      await wait(RESTART_MS);
      if (!isStopping) start();
    });
  };
  start();
  return {
    address: await isUp.promise,
    restarts: () => restarts,
    written: () => written,
    pid: () => child.pid ?? 0,
    stop: async () => {
      isStopping = true;
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
