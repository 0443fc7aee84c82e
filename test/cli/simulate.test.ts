import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEcgFile } from '../../src/cli/read-ecg-file.ts';
import { runSimulate } from '../../src/cli/simulate.ts';
import { simulateExample, toBinary16, writeShard } from '../../src/cli/simulate-shard.ts';

describe('cardhook simulate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardhook-simulate-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const code = await runSimulate(args, { stdout: (line) => lines.push(line), stderr: (line) => lines.push(line) });
    return { code, output: lines.join('\n') };
  };

  it('lists what it can simulate', async () => {
    const { code, output } = await run('--list');
    expect(code).toBe(0);
    expect(output.split('\n')).toContain('atrial fibrillation');
  });

  it.each(['dcm', 'xml', 'json'])('writes a .%s file that reads as the ECG it simulated', async (extension) => {
    const file = join(folder, `af.${extension}`);
    expect((await run('--finding', 'Atrial Fibrillation', '--seconds', '12', '--out', file)).code).toBe(0);
    const [found] = await readEcgFile(file);
    if (found === undefined || 'error' in found) throw new Error('not readable');
    expect(found.ecg.leads).toHaveLength(12);
    expect(found.ecg.leads[0]?.samples).toHaveLength(6000);
  });

  it('refuses a finding it does not know, and overwrites nothing', async () => {
    const file = join(folder, 'once.json');
    await expect(run('--finding', 'hiccups', '--out', file)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await run('--finding', 'sinus rhythm', '--out', file);
    await expect(run('--finding', 'sinus rhythm', '--out', file)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it.each([
    [['--finding', 'sinus rhythm']],
    [['--finding', 'sinus rhythm', '--out', 'x.txt']],
    [['--finding', 'sinus rhythm', '--out', 'x.dcm', '--noise', 'loud']],
    [['--finding', 'sinus rhythm', '--out', 'x.dcm', '--seconds', '1e9']],
    [['--dataset', 'x', '--count', 'many']],
    [[]],
  ])('shows its usage for %j', async (args) => {
    const { code, output } = await run(...args);
    expect(code).toBe(2);
    expect(output).toContain('usage: cardhook simulate');
  });

  it('describes the data set it writes', async () => {
    const dataset = join(folder, 'dataset');
    expect((await run('--dataset', dataset, '--count', '2', '--seed', '9', '--workers', '1')).code).toBe(0);
    const files = ['dataset.json', 'shard-00000.input.f16', 'shard-00000.labels.u8'];
    expect(readdirSync(dataset).sort()).toEqual(files);
    expect(statSync(join(dataset, 'shard-00000.input.f16')).size).toBe(2 * 12 * 5000 * 2);
    const description: unknown = JSON.parse(readFileSync(join(dataset, 'dataset.json'), 'utf8'));
    expect(description).toMatchObject({ count: 2, seed: 9, shape: [12, 5000], labelCount: 150 });
  });
});

describe('a shard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardhook-shard-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('holds the examples of its numbers, whoever makes it', async () => {
    await writeShard({ folder, number: 0, seed: 4, records: 2 });
    const second = simulateExample(4, 1);
    expect(new Uint8Array(readFileSync(join(folder, 'shard-00000.labels.u8'))).slice(150)).toEqual(second.labels);
    const inputs = readFileSync(join(folder, 'shard-00000.input.f16'));
    const halves = Array.from({ length: 50 }, (_, n) => inputs.readUInt16LE(2 * (60_000 + 100 * n)));
    expect(halves).toEqual(Array.from({ length: 50 }, (_, n) => toBinary16(second.input[100 * n]!)));
  });

  it('is z-scored and labelled with 0, 1 and 255', () => {
    const { input, labels } = simulateExample(4, 7);
    const mean = input.reduce((sum, value) => sum + value, 0) / input.length;
    expect(mean).toBeCloseTo(0, 6);
    expect([...labels].filter((label) => ![0, 1, 255].includes(label))).toEqual([]);
    expect(labels).toHaveLength(150);
  });

  it.each([
    [0, 0x0000],
    [1, 0x3c00],
    [-2, 0xc000],
    [20, 0x4d00],
    [0.1, 0x2e66],
    [-19.99, 0xccff],
    [1e-6, 0x0000],
  ])('writes %d as binary16', (value, bits) => {
    expect(toBinary16(value)).toBe(bits);
  });
});
