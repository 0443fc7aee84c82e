import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModel } from '../../src/cli/model.ts';
import { ECGFOUNDER_CONFIG } from '../../src/model/net1d.ts';
import { randomNet1d } from '../../src/model/random-net1d.ts';
import { releasedCheckpoint } from '../model/checkpoint/torch-writer.ts';

const CONFIG = {
  ...ECGFOUNDER_CONFIG,
  in_channels: 1,
  base_filters: 4,
  filter_list: [4],
  m_blocks_list: [1],
  groups_width: 4,
};
const checkpoint = releasedCheckpoint(randomNet1d(CONFIG, 1).weights);
const sha256 = createHash('sha256').update(checkpoint).digest('hex');

/** A download server on loopback: the one true outside edge of this command. */
const answers: RequestListener = (request, response) => {
  if (request.url === '/moved.pth') return void response.writeHead(302, { location: '/one.pth' }).end();
  if (request.url === '/cut.pth') {
    response.writeHead(200, { 'content-length': checkpoint.length });
    response.write(checkpoint.subarray(0, 1000), () => response.destroy());
    return undefined;
  }
  if (request.url !== '/one.pth') return void response.writeHead(404).end();
  return void response.writeHead(200, { 'content-length': checkpoint.length }).end(checkpoint);
};

describe('cardhook model pull', () => {
  let directory: string;
  let server: Server;
  let origin: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cardhook-pull-test-'));
    server = createServer(answers);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  async function pull(...args: string[]) {
    const stderr: string[] = [];
    const io = { stdout: () => {}, stderr: (line: string) => void stderr.push(line) };
    const code = await runModel(['pull', ...args, '--models', directory], io);
    return { code, stderr: stderr.join('\n') };
  }

  it.each(['one.pth', 'moved.pth'])('downloads, checks and imports %s', async (file) => {
    expect((await pull('mine', '--url', `${origin}/${file}`, '--sha256', sha256.toUpperCase())).code).toBe(0);
    expect(await readdir(directory)).toEqual(['mine']);
  });

  it('says the checksum of a file nobody has published one for', async () => {
    expect((await pull('mine', '--url', `${origin}/one.pth`)).stderr).toContain(sha256);
  });

  it.each([
    ['with another checksum', 'one.pth', ['--sha256', '0'.repeat(64)], 'CHECKPOINT_INVALID'],
    ['that breaks off', 'cut.pth', [], 'MODEL_UNAVAILABLE'],
    ['that is not there', 'none.pth', [], 'MODEL_UNAVAILABLE'],
  ])('installs nothing of a download %s', async (_case, file, options, code) => {
    await expect(pull('mine', '--url', `${origin}/${file}`, ...options)).rejects.toMatchObject({ code });
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes web addresses only', async () => {
    await expect(pull('mine', '--url', 'file:///etc/passwd')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('knows the official models by name and asks for a URL for others', async () => {
    expect(await pull('other')).toMatchObject({ code: 2, stderr: expect.stringContaining('ecgfounder-12-lead') });
  });
});
