import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectCases } from '../../src/cli/collect-cases.ts';
import { runEvaluate } from '../../src/cli/evaluate.ts';
import { findRecords } from '../../src/cli/find-records.ts';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { EcgError } from '../../src/errors.ts';
import { ECGFOUNDER_REFERENCE } from '../../src/evaluation/reference-table.ts';
import { seededRandom } from '../../src/random.ts';
import { buildWfdb } from '../formats/wfdb/build-wfdb.ts';

const SAMPLE_COUNT = 5000;

describe('cardhook evaluate', () => {
  const root = mkdtempSync(join(tmpdir(), 'cardhook-evaluate-'));
  afterAll(() => rmSync(root, { recursive: true }));

  /** A record of ten seconds of noise; the same seed is the same signal. */
  const writeRecord = (path: string, seed: number, comments: readonly string[] = []) => {
    const random = seededRandom(seed);
    const counts = STANDARD_LEADS.map(() => Array.from({ length: SAMPLE_COUNT }, () => Math.floor(1000 * random())));
    const { header, signal } = buildWfdb({ counts, names: STANDARD_LEADS, comments });
    const name = path.split('/').at(-1) ?? '';
    writeFileSync(join(root, `${path}.hea`), header.replaceAll('r1', name));
    writeFileSync(join(root, `${path}.dat`), signal);
  };
  mkdirSync(join(root, 'ptbxl'));
  mkdirSync(join(root, 'georgia'));
  for (const [index, record] of ['1_hr', '1_lr', '2_hr', '3_hr', '4_hr', '5_hr', '6_hr', '7_hr'].entries()) {
    writeRecord(`ptbxl/${record}`, record === '3_hr' ? 2 : index);
  }
  writeFileSync(join(root, 'ptbxl/7_hr.dat'), 'damaged');
  const codes = ['NORM', 'NORM', 'AFIB', 'QUESTION', 'NORM', 'AFIB', 'AFIB', 'SR'];
  const rows = codes.map((code, index) => `${index + 1}_hr,p${index},${index === 4 ? 12 : 60},"{""${code}"": 100}"`);
  writeFileSync(join(root, 'ptbxl/labels.csv'), ['record,patient_id,age,scp_codes', ...rows].join('\n'));
  writeRecord('georgia/E1', 20, ['# Age: 70', '# Dx: 426177001']);
  writeRecord('georgia/E2', 21, ['# Dx: Unknown']);

  const run = async (...args: string[]) => {
    const stdout: string[] = [];
    const stderr: string[] = [];
    const exitCode = await runEvaluate(args, {
      stdout: (line) => void stdout.push(line),
      stderr: (line) => void stderr.push(line),
    });
    return { exitCode, stdout, stderr };
  };

  it('accounts for every record: as a case, as left out for a reason, or as failed', async () => {
    const { records, missing } = await findRecords(root);
    const progress: number[] = [];
    const { cases, excluded, failed } = await collectCases(records, {
      table: ECGFOUNDER_REFERENCE,
      score: async ({ leads }) => {
        if (leads[0]?.samples[0] === undefined) throw new EcgError('SIGNAL_UNUSABLE', 'empty');
        return [leads[0].samples[0]];
      },
      concurrency: 2,
      onProgress: (done) => void progress.push(done),
    });
    expect(missing).toEqual(['ptbxl/8_hr']);
    expect(cases.map(({ source, unit }) => [source, unit])).toEqual([
      ['georgia', 'record georgia/E1'],
      ['PTB-XL', 'PTB-XL p0'],
      ['PTB-XL', 'PTB-XL p1'],
      ['PTB-XL', 'PTB-XL p5'],
    ]);
    expect(excluded).toEqual([
      { reason: 'without a reference', records: ['georgia/E2'] },
      { reason: 'the 100 Hz copy of another record', records: ['ptbxl/1_lr'] },
      { reason: 'the signal of ptbxl/2_hr again', records: ['ptbxl/3_hr'] },
      { reason: 'its reference has a code that the table does not know', records: ['ptbxl/4_hr'] },
      { reason: 'under 18 years, where the label logic abstains', records: ['ptbxl/5_hr'] },
    ]);
    expect(failed).toMatchObject([{ record: 'ptbxl/7_hr', code: 'SOURCE_INVALID' }]);
    expect(progress.at(-1)).toBe(records.length);
  });

  it('runs a model over the records and reports as JSON', async () => {
    const { exitCode, stdout } = await run(root, '--model', 'untrained-12-lead', '--json', '--bootstrap', '10');
    expect(exitCode).toBe(0);
    expect(stdout).toHaveLength(1);
    expect(JSON.parse(stdout[0] ?? '')).toMatchObject({
      model: { name: 'untrained-12-lead', trust: 'untrained' },
      found: 11,
      evaluated: { georgia: 1, 'PTB-XL': 3 },
      bootstrap: { replicates: 10, seed: 1 },
      tested: [],
    });
  });

  it('exits with 1 where nothing could be evaluated', async () => {
    const empty = join(root, 'empty');
    mkdirSync(empty);
    expect((await run(empty, '--model', 'untrained-12-lead')).exitCode).toBe(1);
  });

  it.each([
    [[]],
    [['a', 'b']],
    [['a', '--bootstrap', 'x']],
    [['a', '--bootstrap', '100001']],
    [['a', '--seed', '1.5']],
  ])('shows how it is used when called with %j', async (args) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toEqual([]);
    expect(stderr[0]).toMatch(/^usage: cardhook evaluate DIR/);
  });
});
