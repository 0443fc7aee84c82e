import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const NOTICE = 'demonstration model, trained on simulated ECGs, not for clinical use';
const ROOT = join(import.meta.dirname, '..', '..', '..');

/** `npm start` on a port of its own choice, as a stranger would run it. */
describe('what npm start prints', () => {
  let service: ChildProcess;
  const printed: string[] = [];

  beforeAll(async () => {
    service = spawn(process.execPath, ['src/cardhook.js', 'serve', '--demo', '--port', '0'], { cwd: ROOT });
    if (service.stdout === null) throw new Error('no output');
    for await (const line of createInterface(service.stdout)) {
      printed.push(line);
      if (line.startsWith('Stop with')) break;
    }
  });
  afterAll(async () => {
    service.kill('SIGTERM');
    const [code] = await once(service, 'exit');
    expect(code).toBe(0);
  });

  const run = async (line: string) => JSON.parse((await promisify(execFile)('sh', ['-c', line])).stdout);
  const lines = (part: string) => printed.filter((line) => line.includes('curl') && line.includes(part));

  it('answers patient-view with one card for each form of ECG', async () => {
    const asked = lines('/cds-services/ecg-patient-view');
    expect(asked).toHaveLength(3);
    for (const line of asked) {
      const { cards } = await run(line);
      expect(cards).toHaveLength(1);
      expect(cards[0].summary).toMatch(/^Simulation-trained guess, ECG \d+ h ago: ./);
      expect(cards[0].detail).toContain(NOTICE);
    }
  });

  it('answers order-sign with cards, possibly none', async () => {
    for (const line of lines('/cds-services/ecg-order-sign')) expect((await run(line)).cards).toBeInstanceOf(Array);
  });

  it('writes one report however often the line is run', async () => {
    const [write] = lines('$interpret');
    const [search] = lines('DiagnosticReport');
    const first = await run(write ?? '');
    expect(first).toMatchObject({ resourceType: 'DiagnosticReport', status: 'preliminary' });
    expect(first.conclusion).toContain(NOTICE);
    expect((await run(write ?? '')).id).toBe(first.id);
    expect((await run(search ?? '')).entry).toHaveLength(1);
  });
});
