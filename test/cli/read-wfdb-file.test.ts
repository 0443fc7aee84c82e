import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEcgFile } from '../../src/cli/read-ecg-file.ts';
import { buildWfdb } from '../formats/wfdb/build-wfdb.ts';

describe('a WFDB record on disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'cardhook-wfdb-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const { header, signal } = buildWfdb({ counts: [[1, 2, 3]] });
  const folderOf = (name: string) => {
    const folder = join(root, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'r1.hea'), header);
    return folder;
  };

  it('is read by the name of its header, with the signal files beside it', async () => {
    const folder = folderOf('whole');
    writeFileSync(join(folder, 'r1.dat'), signal);
    expect(await readEcgFile(join(folder, 'r1.hea'))).toMatchObject([{ ecg: { format: 'wfdb', samplingRate: 500 } }]);
  });

  it('is refused without its signal file, and as a signal file alone', async () => {
    const folder = folderOf('alone');
    writeFileSync(join(folder, 'other.dat'), signal);
    expect(await readEcgFile(join(folder, 'r1.hea'))).toMatchObject([{ error: { code: 'NOT_FOUND' } }]);
    expect(await readEcgFile(join(folder, 'other.dat'))).toMatchObject([{ error: { code: 'FORMAT_UNSUPPORTED' } }]);
  });

  it('is refused when a link leads out of its folder', async () => {
    const folder = folderOf('linked');
    writeFileSync(join(root, 'outside.dat'), signal);
    symlinkSync(join(root, 'outside.dat'), join(folder, 'r1.dat'));
    expect(await readEcgFile(join(folder, 'r1.hea'))).toMatchObject([{ error: { code: 'SOURCE_INVALID' } }]);
  });
});
