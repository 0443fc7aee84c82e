import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runConvert } from '../../src/cli/convert.ts';
import { readEcgFile } from '../../src/cli/read-ecg-file.ts';
import type { Ecg, EcgFormatName } from '../../src/ecg/ecg.ts';
import { ecgIdentity } from '../../src/ecg/ecg-identity.ts';
import { ecgIn, PATIENT, writeAs } from '../formats/synthetic-ecg.ts';

const FORMATS: readonly EcgFormatName[] = ['fhir', 'aecg', 'dicom'];
const DIRECTIONS = FORMATS.flatMap((from) => FORMATS.map((to) => [from, to] as const));

describe('cardhook convert', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhook-convert-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const sourceIn = (format: EcgFormatName, changes: Partial<Ecg> = {}): string => {
    const file = join(folder, `source-${format}`);
    writeFileSync(file, writeAs(format, { ...ecgIn(format), ...changes }));
    return file;
  };
  const run = async (...args: string[]) => {
    const [stdout, stderr]: [string[], string[]] = [[], []];
    const exitCode = await runConvert(args, {
      stdout: (line) => void stdout.push(line),
      stderr: (line) => void stderr.push(line),
    });
    return { exitCode, stdout, stderr };
  };
  const readBack = async (file: string): Promise<Ecg> => {
    const [found] = await readEcgFile(file);
    if (found === undefined || 'error' in found) throw new Error('not readable');
    return found.ecg;
  };

  it.each(DIRECTIONS)('writes what it read from %s as %s, and nothing of the ECG is lost', async (from, to) => {
    const out = join(folder, 'out');
    expect(await run(sourceIn(from), '--to', to, '--out', out)).toEqual({ exitCode: 0, stdout: [], stderr: [] });
    const ecg = await readBack(out);
    expect(ecg).toMatchObject({ format: to, samplingRate: 500, patient: { ids: [PATIENT] } });
    expect(ecgIdentity(ecg, PATIENT)).toBe(ecgIdentity(ecgIn(from), PATIENT));
  });

  it('says on stderr what is odd about the ECG', async () => {
    const { recordedAt: _time, ...timeless } = ecgIn('dicom');
    const file = join(folder, 'timeless.dcm');
    writeFileSync(file, writeAs('dicom', timeless));
    const { exitCode, stderr } = await run(file, '--to', 'aecg', '--out', join(folder, 'out'));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: ['cardhook: the source does not say when it was recorded'],
    });
  });

  it('never overwrites, not even its own source', async () => {
    const source = sourceIn('aecg');
    const before = readFileSync(source);
    await expect(run(source, '--to', 'dicom', '--out', source)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(source)).toEqual(before);
  });

  it('needs a patient on the server for FHIR, from the file or from the call', async () => {
    const source = sourceIn('dicom', { patient: { ids: ['4711'] } });
    const out = join(folder, 'out.json');
    for (const subject of [[], ['--subject', 'Patient/a b'], ['--subject', 'Group/1']]) {
      await expect(run(source, '--to', 'fhir', '--out', out, ...subject)).rejects.toMatchObject({
        code: 'PATIENT_MISMATCH',
      });
    }
    expect(existsSync(out)).toBe(false);
    expect((await run(source, '--to', 'fhir', '--out', out, '--subject', 'Patient/9')).exitCode).toBe(0);
    expect((await readBack(out)).patient.ids).toEqual(['Patient/9']);
  });

  it('takes a file of one ECG', async () => {
    const entry = { resource: JSON.parse(Buffer.from(writeAs('fhir', ecgIn('fhir'))).toString()) as unknown };
    const bundle = join(folder, 'bundle.json');
    writeFileSync(bundle, JSON.stringify({ resourceType: 'Bundle', entry: [entry, entry] }));
    const out = join(folder, 'out');
    await expect(run(bundle, '--to', 'dicom', '--out', out)).rejects.toThrow('holds several ECGs');
    await expect(run(join(folder, 'none'), '--to', 'dicom', '--out', out)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    [[]],
    [['--to', 'dicom', '--out', 'x']],
    [['a', '--to', 'dicom']],
    [['a', '--out', 'x']],
    [['a', 'b', '--to', 'dicom', '--out', 'x']],
    [['a', '--to', 'pdf', '--out', 'x']],
    [['a', '--to', 'toString', '--out', 'x']],
    [['a', '--to', '__proto__', '--out', 'x']],
  ])('shows its usage for %j', async (args) => {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stderr[0]).toMatch(/^usage: cardhook convert/);
  });
});
