import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveModel } from '../src/edges/model-files/model-store.ts';
import { fullSizeModel } from './full-size-model.ts';

const MODEL = 'full-size';
const START_TIMEOUT_MS = 120_000;

export interface RunningService {
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `cardhook serve` with an untrained network of full size and one open tenant, in a process of its own. */
export async function startHookService(
  folder: string,
  { fhirServer, budgetMs }: { readonly fhirServer: string; readonly budgetMs: number },
): Promise<RunningService> {
  const port = await freePort();
  await saveModel(join(folder, 'models'), fullSizeModel(MODEL), 'keep');
  const config = {
    port,
    tenants: [{ name: 'bench', fhirServer, hookBudgetMs: budgetMs, authentication: 'none' }],
    models: { directory: join(folder, 'models'), twelveLead: MODEL },
    inference: { executionProvider: 'cpu' },
    databaseDirectory: join(folder, 'database'),
    logLevel: 'error',
  };
  const file = join(folder, 'cardhook.json');
  await writeFile(file, JSON.stringify(config));
  const main = fileURLToPath(new URL('../src/cardhook.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'serve', '--config', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  };
  const address = `http://127.0.0.1:${port}`;
  try {
    await ready(address);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, pid: child.pid ?? 0, stop };
}

async function ready(address: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const response = await fetch(`${address}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the service does not start');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
