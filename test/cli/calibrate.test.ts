import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { MIN_CASES } from '../../src/calibration/calibrate-labels.ts';
import { readPrivateKey, withCalibrations } from '../../src/cli/open-calibrations.ts';
import type { OpenedModels } from '../../src/cli/open-models.ts';
import { defaultModel, openNamedModels } from '../../src/cli/open-named-models.ts';
import { parseConfig } from '../../src/config.ts';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { writeCalibration } from '../../src/edges/calibration-files/calibration-file.ts';
import { interpretEcg, modelsFor } from '../../src/interpret-ecg.ts';
import { main } from '../../src/main.ts';
import { siteCalibrationSchema } from '../../src/model/site-calibration.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';

/** One more than a label needs. */
const OF_EACH = MIN_CASES + 1;
const SINUS = { finding: 'NORMAL SINUS RHYTHM', code: '426783006' };
const FIBRILLATION = { finding: 'ATRIAL FIBRILLATION', code: '164889003' };

const simulated = (finding: string, seed: number) =>
  simulateEcg({
    finding,
    seed,
    format: 'wfdb',
    patient: { ids: [] },
    recordedAt: '2026-01-01T00:00:00Z',
    noise: 'high',
  });

/** WFDB's checksum of every lead of interleaved samples. */
function checksums(signal: Int16Array): Int16Array {
  const sums = new Int16Array(12);
  for (let at = 0; at < signal.length; at += 1) sums[at % 12] = (sums[at % 12] ?? 0) + (signal[at] ?? 0);
  return sums;
}

let directory: string;
let models: OpenedModels;
const path = (name: string) => join(directory, name);

async function run(...args: readonly string[]) {
  const [said, warned]: [string[], string[]] = [[], []];
  const code = await main(args, { stdout: (line) => void said.push(line), stderr: (line) => void warned.push(line) });
  return { code, said: said.join('\n'), warned: warned.join('\n') };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cardhook-calibrate-'));
  await mkdir(path('records'));
  for (const [kind, { finding, code }] of [SINUS, FIBRILLATION].entries()) {
    for (let place = 0; place < OF_EACH; place += 1) {
      const name = `r${kind}-${place}`;
      const { leads } = simulated(finding, 1000 * kind + place);
      const signal = Int16Array.from(
        { length: 12 * 5000 },
        (_, at) => 1000 * leads[at % 12]!.samples[Math.floor(at / 12)]!,
      );
      const sums = checksums(signal);
      const lines = STANDARD_LEADS.map(
        (lead, at) => `${name}.dat 16 1000(0)/mV 16 0 ${signal[at]} ${sums[at]} 0 ${lead}`,
      );
      await writeFile(
        path(`records/${name}.hea`),
        [`${name} 12 500 5000`, ...lines, '# Age: 60', `# Dx: ${code}`].join('\n'),
      );
      await writeFile(path(`records/${name}.dat`), signal);
    }
  }
  await run('keys', 'new', '--algorithm', 'Ed25519', '--out', path('private.json'));
  await run('keys', 'new', '--algorithm', 'ES256', '--out', path('other.json'));
  for (const name of ['private', 'other']) {
    await writeFile(path(`${name}.public.json`), (await run('keys', 'public', path(`${name}.json`))).said);
  }
  models = await openNamedModels(await defaultModel(12), { stdout: () => {}, stderr: () => {} }, 1);
}, 60_000);
afterAll(async () => {
  await models.close();
  await rm(directory, { recursive: true });
});

const configured = (file: string, { tenant = 'main-campus', keys = ['private.public.json'] } = {}) =>
  withCalibrations(
    models,
    parseConfig({
      calibrationKeys: keys.map(path),
      tenants: [
        { name: tenant, fhirServer: 'http://127.0.0.1/a', authentication: 'none', calibrations: [path(file)] },
        { name: 'elsewhere', fhirServer: 'http://127.0.0.1/b', authentication: 'none' },
      ],
    }),
    pino({ level: 'silent' }),
  );

describe('cardhook calibrate', () => {
  const calibrate = (out: string, ...more: readonly string[]) =>
    run(
      ...['calibrate', path('records'), '--tenant', 'main-campus', '--target', 'specificity=0.8'],
      ...['--key', path('private.json'), '--out', path(out), '--svg', path('reliability.svg'), ...more],
    );

  it('fits what the records decide, says what it refuses and why, and signs it without a word of whose ECGs they are', async () => {
    const { code, said, warned } = await calibrate('calibration.json');
    expect([code, warned]).toEqual([0, expect.stringContaining('calibration.json.jws written, signed with key')]);
    expect(said).toMatch(/\| ATRIAL FIBRILLATION \| 31 \| 31 \| before \|.*\n\| {2}\| {2}\| {2}\| after \| 0\.\d+ \|/);
    const text = await readFile(path('calibration.json'), 'utf8');
    const calibration = siteCalibrationSchema.parse(JSON.parse(text));
    expect(calibration).toMatchObject({
      tenant: 'main-campus',
      target: { measure: 'specificity', atLeast: 0.8 },
      data: { source: 'labelled records', cases: 62 },
    });
    expect(calibration.labels.map(({ output }) => output)).toContain(5);
    expect(text).not.toMatch(/r[01]-\d/);
    expect(await readFile(path('reliability.svg'), 'utf8')).toContain('ATRIAL FIBRILLATION');
  }, 60_000);

  it('is used for the tenant it was made for, whose readings then carry its version, and for nobody else', async () => {
    const calibration = siteCalibrationSchema.parse(JSON.parse(await readFile(path('calibration.json'), 'utf8')));
    const all = await configured('calibration.json');
    const ecg = simulated(FIBRILLATION.finding, 5000);
    const here = await interpretEcg(ecg, modelsFor(all, 'main-campus'), { ageYears: 60 });
    const elsewhere = await interpretEcg(ecg, modelsFor(all, 'elsewhere'), { ageYears: 60 });
    expect(here.manifest.version).toBe(`${elsewhere.manifest.version}+site.${calibration.version}`);
    expect(elsewhere.manifest).toBe(models.twelveLead?.manifest);
    const label = calibration.labels.find(({ output }) => output === 5);
    const found = here.interpretation.findings.find(({ index }) => index === 5);
    expect(found?.threshold).toBe(label?.threshold);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['another tenant', () => configured('calibration.json', { tenant: 'north-wing' }), 'made for tenant main-campus'],
    [
      'a key that did not sign it',
      () => configured('calibration.json', { keys: ['other.public.json'] }),
      'not as one of',
    ],
    ['a private key', () => configured('calibration.json', { keys: ['private.json'] }), 'no public JWK'],
    ['a file that is not there', () => configured('none.json'), 'none.json'],
  ])('is refused with %s', async (_case, attempt, message) => {
    await expect(attempt()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['a threshold', (text: string) => text.replace(/"threshold": 0\.\d/, '"threshold": 0.0')],
    ['a space', (text: string) => `${text} `],
  ])('is refused once %s was changed by hand', async (_case, change) => {
    const text = await readFile(path('calibration.json'), 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    await writeFile(path('changed.json'), changed);
    await writeFile(path('changed.json.jws'), await readFile(path('calibration.json.jws')));
    await expect(configured('changed.json')).rejects.toMatchObject({
      message: expect.stringContaining('is not as one of calibrationKeys signed it'),
    });
  });

  it('never overwrites one', async () => {
    const before = await readFile(path('calibration.json'), 'utf8');
    const signer = await readPrivateKey(path('private.json'));
    const again = writeCalibration(path('calibration.json'), siteCalibrationSchema.parse(JSON.parse(before)), signer);
    await expect(again).rejects.toMatchObject({ message: expect.stringContaining('is not overwritten') });
    expect(await readFile(path('calibration.json'), 'utf8')).toBe(before);
  });

  it.each([
    [[]],
    [['DIR', '--tenant', 'a']],
    [['DIR', '--tenant', 'a', '--target', 'specificity=1']],
    [['DIR', '--tenant', 'a', '--target', 'accuracy=0.9']],
    [['DIR', '--target', 'ppv=0.5']],
    [['DIR', '--tenant', 'a', '--target', 'ppv=0.5', '--out', 'x']],
    [['DIR', '--config', 'x', '--tenant', 'a', '--target', 'ppv=0.5']],
    [['--config', 'x', '--tenant', 'a', '--target', 'ppv=0.5', '--limit', '0']],
  ])('explains itself after %j', async (args) => {
    const { code, warned } = await run('calibrate', ...args);
    expect([code, warned]).toEqual([2, expect.stringContaining('usage: cardhook calibrate')]);
  });
});
