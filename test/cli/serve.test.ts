import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '..', '..');
const UNTRAINED = { models: { twelveLead: 'untrained-12-lead' }, inference: { executionProvider: 'cpu', workers: 1 } };

type Service = ChildProcessByStdio<null, Readable, Readable>;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cardhook-serve-'));
});
afterAll(() => rm(directory, { recursive: true }));

function run(args: readonly string[], nodeOptions: readonly string[] = []): Service {
  return spawn(process.execPath, [...nodeOptions, join(ROOT, 'src/cardhook.js'), 'serve', ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function configured(config: unknown): Promise<string> {
  const path = join(directory, `${crypto.randomUUID()}.json`);
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  return path;
}

async function ended(service: Service): Promise<{ readonly code: unknown; readonly said: string }> {
  const [said, [code]] = await Promise.all([text(service.stderr), once(service, 'exit')]);
  return { code, said };
}

/** The address the log names once the service is ready. */
async function ready(service: Service): Promise<string> {
  for await (const line of createInterface(service.stdout)) {
    const { msg, address } = JSON.parse(line);
    if (msg === 'ready') return address;
  }
  throw new Error('not ready');
}

describe('cardhook serve', () => {
  it.each([
    ['a file that is not there', ['--config', '/none.json'], '/none.json cannot be read (ENOENT)'],
    ['a port that is no number', ['--demo', '--port', ''], 'at port'],
  ])('ends with one plain line for %s', async (_case, args, message) => {
    const { code, said } = await ended(run(args));
    expect([code, said]).toEqual([1, expect.stringContaining(message)]);
    expect(said).not.toMatch(/^ {4}at /m);
  });

  it('names every fault of its configuration', async () => {
    const path = await configured({ tenants: [{ name: 'A b', fhirServer: 'ftp://x' }], hots: 'x' });
    const { code, said } = await ended(run(['--config', path]));
    expect(code).toBe(1);
    for (const part of ['hots', 'tenants[0].name', 'tenants[0].fhirServer']) expect(said).toContain(part);
  });

  it('says what to do where the models are missing', async () => {
    const path = await configured({ models: { directory } });
    const { code, said } = await ended(run(['--config', path]));
    expect([code, said]).toEqual([1, expect.stringMatching(/no model ecgfounder-12-lead.*docs\/models\.md/)]);
  });

  it('ends where its port is in use, although models are running by then', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, said } = await ended(run(['--config', await configured({ ...UNTRAINED, port })]));
    other.close();
    expect([code, said]).toEqual([1, expect.stringContaining(`port ${port} of 127.0.0.1 is in use`)]);
  });

  it('ends where its address is not one of this machine', async () => {
    const { code, said } = await ended(run(['--config', await configured({ ...UNTRAINED, host: '203.0.113.7' })]));
    expect([code, said]).toEqual([1, expect.stringContaining('of 203.0.113.7 cannot be opened (EADDRNOTAVAIL)')]);
  });

  it('stops on SIGTERM without waiting for connections that a client keeps open', async () => {
    const service = run(['--config', await configured({ ...UNTRAINED, port: 0 })]);
    const address = await ready(service);
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(get(`${address}/readyz`, { agent }), 'response');
    expect([response.statusCode, response.headers['x-powered-by']]).toEqual([200, undefined]);
    response.resume();
    await once(response, 'end');
    service.kill('SIGTERM');
    expect((await once(service, 'exit'))[0]).toBe(0);
    agent.destroy();
  });

  it('stops on an unforeseen error, and logs where it arose but not what it says', async () => {
    const bomb = "data:text/javascript,process.once('SIGUSR2',()=>{throw new Error(['Jane','Doe'].join(' '))})";
    const service = run(['--config', await configured({ ...UNTRAINED, port: 0 })], ['--import', bomb]);
    await ready(service);
    service.kill('SIGUSR2');
    const [logged, { code, said }] = await Promise.all([text(service.stdout), ended(service)]);
    expect(code).toBe(1);
    expect(logged).toContain('unforeseen error, stopping');
    expect(logged + said).not.toContain('Jane Doe');
  });
});
