import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSigningKeys } from '../../src/edges/smart/signing-keys.ts';
import { main } from '../../src/main.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cardhook-keys-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { code: await main(['keys', ...args], { stdout: write, stderr: write }), said: lines.join('\n') };
}

describe('cardhook keys new', () => {
  it.each(['ES384', 'RS384'])('writes a private key for %s that its owner alone can read', async (algorithm) => {
    const path = join(directory, `${algorithm}.json`);
    const { code, said } = await run('new', '--algorithm', algorithm, '--out', path);
    const [key] = await parseSigningKeys(JSON.parse(await readFile(path, 'utf8')));
    expect([code, said]).toEqual([0, `${path}: ${algorithm}, kid ${key?.kid}`]);
    expect(key?.algorithm).toBe(algorithm);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('never overwrites a key', async () => {
    const path = join(directory, 'kept.json');
    await run('new', '--out', path);
    const before = await readFile(path, 'utf8');
    expect(await run('new', '--out', path)).toEqual({
      code: 1,
      said: expect.stringContaining('exists and is not overwritten'),
    });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it.each([[[]], [['old']], [['new']], [['new', '--algorithm', 'HS256', '--out', '/none']]])(
    'explains itself after %j',
    async (args) => {
      expect(await run(...args)).toEqual({ code: 2, said: expect.stringContaining('usage: cardhook keys new') });
    },
  );
});

describe('a signing key', () => {
  it.each([{}, { keys: [] }, { kty: 'EC', kid: 'a', alg: 'ES384', d: 'secret' }, 'x', undefined])(
    'that is none is refused without a word of it: %j',
    async (json) => {
      await expect(parseSigningKeys(json)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.not.stringContaining('secret'),
      });
    },
  );
});
