import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRead } from '../../src/cli/read.ts';
import {
  jsonBytes,
  LEAD_I,
  LEAD_II,
  leadComponent,
  observation,
  quantityComponent,
} from '../formats/fhir/observations.ts';

const ECG = observation(
  [
    leadComponent(LEAD_I, '1000 -500 E 100'),
    leadComponent(LEAD_II, 'E E E E'),
    quantityComponent({ coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, 60, '/min'),
  ],
  { note: [{ text: 'Sinus \u001b[31mrhythm' }], device: { display: 'Recorder 5' } },
);

describe('cardhook read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardhook-read-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const fileOf = (name: string, content: Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const ecg = fileOf('ecg.json', jsonBytes(ECG));
  const pdf = fileOf('report.pdf', Buffer.from('%PDF-1.7'));

  const run = async (...args: string[]) => {
    const stdout: string[] = [];
    const stderr: string[] = [];
    const exitCode = await runRead(args, {
      stdout: (line) => void stdout.push(line),
      stderr: (line) => void stderr.push(line),
    });
    return { exitCode, stdout, stderr };
  };
  const runJson = async (...files: string[]) => {
    const { exitCode, stdout, stderr } = await run('--json', ...files);
    expect(stderr).toEqual([]);
    return { exitCode, documents: stdout.map((line): unknown => JSON.parse(line)) };
  };

  it('prints the ECG as one line of JSON with statistics in mV', async () => {
    const { exitCode, documents } = await runJson(ecg);
    expect(exitCode).toBe(0);
    expect(documents).toEqual([
      {
        file: ecg,
        format: 'fhir',
        recordedAt: '2024-03-01T10:15:00+01:00',
        samplingRateHz: 500,
        durationSeconds: 0.008,
        patient: { ids: ['Patient/p1'] },
        device: { model: 'Recorder 5' },
        leads: [
          {
            lead: 'I',
            n: 4,
            first10_mV: [1, -0.5, null, 0.1],
            min_mV: -0.5,
            max_mV: 1,
            mean_mV: 0.2,
            sum_mV: 0.6,
            gaps: 1,
          },
          {
            lead: 'II',
            n: 4,
            first10_mV: [null, null, null, null],
            min_mV: null,
            max_mV: null,
            mean_mV: null,
            sum_mV: 0,
            gaps: 4,
          },
        ],
        measurements: { MDC_ECG_HEART_RATE: { value: 60, unit: '/min' } },
        statements: ['Sinus \u001b[31mrhythm'],
        warnings: [{ code: 'GAPS', message: 'missing samples: I 1, II 4' }],
      },
    ]);
  });

  it('prints a refusal as JSON and exits with 1, after reading the other files', async () => {
    const { exitCode, documents } = await runJson(pdf, join(folder, 'none'), folder, ecg);
    expect(exitCode).toBe(1);
    expect(documents).toMatchObject([
      { file: pdf, error: { code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining('PDF') } },
      { error: { code: 'NOT_FOUND' } },
      { file: folder, error: { code: 'SOURCE_INVALID' } },
      { file: ecg, format: 'fhir' },
    ]);
  });

  it('prints each ECG of a container under its reference, and exits with 1 only when none can be read', async () => {
    const missing = { resourceType: 'DocumentReference', id: 'd1', content: [{ attachment: { url: 'Binary/b1' } }] };
    const bundleOf = (...resources: object[]) =>
      jsonBytes({ resourceType: 'Bundle', entry: resources.map((resource) => ({ resource })) });
    const some = fileOf('some.json', bundleOf(missing, ECG));
    expect(await runJson(some)).toMatchObject({
      exitCode: 0,
      documents: [
        { file: `${some}#DocumentReference/d1`, error: { code: 'NO_WAVEFORM' } },
        { file: `${some}#Observation/o1`, format: 'fhir' },
      ],
    });
    expect((await run(fileOf('none.json', bundleOf(missing)))).exitCode).toBe(1);
  });

  it('prints lines for people, without the control characters a source may hold', async () => {
    const { exitCode, stdout, stderr } = await run(ecg, pdf);
    expect(exitCode).toBe(1);
    expect(stdout).toEqual([
      ecg,
      '  format    fhir, 2 leads, 500 Hz, 0.0 s',
      '  recorded  2024-03-01T10:15:00+01:00',
      '  patient   Patient/p1',
      '  device    Recorder 5',
      '  measured  MDC_ECG_HEART_RATE 60 /min',
      '  stated    Sinus  [31mrhythm',
      '  warning   GAPS: missing samples: I 1, II 4',
      '  lead      min mV    max mV   missing',
      '  I         -0.500     1.000         1',
      '  II             -         -         4',
    ]);
    expect(stderr).toEqual([expect.stringContaining(`${pdf}: refused, a PDF`)]);
  });

  it('refuses a file beyond 64 MiB without reading it', async () => {
    const huge = fileOf('huge.dcm', new Uint8Array());
    truncateSync(huge, 64 * 1024 * 1024 + 1);
    expect((await runJson(huge)).documents).toMatchObject([{ error: { code: 'SOURCE_TOO_LARGE' } }]);
  });

  it('shows how it is used when no file is named', async () => {
    expect(await run('--json')).toEqual({ exitCode: 2, stdout: [], stderr: ['usage: cardhook read FILE… [--json]'] });
  });
});
