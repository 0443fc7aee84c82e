import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInterpret } from '../../src/cli/interpret.ts';
import type { Ecg, EcgFormatName } from '../../src/ecg/ecg.ts';
import { ecgIn, PATIENT, writeAs } from '../formats/synthetic-ecg.ts';

const MODEL = 'untrained-12-lead';

describe('cardhook interpret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardhook-interpret-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  let files = 0;
  const fileOf = (content: string | Uint8Array): string => {
    files += 1;
    const file = join(folder, `file-${files}`);
    writeFileSync(file, content);
    return file;
  };
  const ecgFile = (format: EcgFormatName, changes: Partial<Ecg> = {}): string =>
    fileOf(writeAs(format, { ...ecgIn(format), ...changes }));
  const ecg = ecgFile('dicom');

  const run = async (...args: string[]) => {
    const [stdout, stderr]: [string[], string[]] = [[], []];
    const exitCode = await runInterpret([...args, '--model', MODEL], {
      stdout: (line) => void stdout.push(line),
      stderr: (line) => void stderr.push(line),
    });
    return { exitCode, stdout, stderr };
  };
  const runJson = async (...args: string[]) => {
    const { exitCode, stdout } = await run('--json', ...args);
    return { exitCode, documents: stdout.map((line): unknown => JSON.parse(line)) };
  };
  const subjectsOf = async (...args: string[]): Promise<unknown[]> => {
    const { stdout } = await run('--fhir', ...args);
    const { entry } = JSON.parse(stdout[0] ?? '{}') as { entry: { resource: { subject?: { reference?: string } } }[] };
    return [...new Set(entry.flatMap(({ resource }) => resource.subject?.reference ?? []))];
  };

  it('prints the reading for people, never without what the model is', async () => {
    const { exitCode, stdout, stderr } = await run(ecg);
    expect(exitCode).toBe(0);
    expect(stdout[0]).toBe(ecg);
    expect(stdout.join('\n')).toContain('trust: untrained');
    expect(stdout.join('\n')).toContain('UNTRAINED network');
    expect(stdout.at(-1)).toContain('a finding that is not listed is not excluded');
    expect(stderr.join('\n')).toContain('UNTRAINED network');
  });

  it('prints the same reading as JSON from every format', async () => {
    const { exitCode, documents } = await runJson(ecg, ecgFile('aecg'), ecgFile('fhir'));
    expect(exitCode).toBe(0);
    expect(documents).toMatchObject(
      (['dicom', 'aecg', 'fhir'] as const).map((format) => ({
        format,
        durationSeconds: 10,
        model: { name: MODEL, trust: 'untrained' },
        sentence: expect.stringMatching(/./),
        findings: expect.any(Array),
        warnings: [],
      })),
    );
    const [first, ...others] = documents.map((document) => ({ ...Object(document), file: '', format: '' }) as unknown);
    for (const other of others) expect(other).toEqual(first);
  });

  it('prints the transaction that would be written back, for the patient of the file or of the call', async () => {
    const { stdout } = await run('--fhir', ecg);
    expect(JSON.parse(stdout[0] ?? '')).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
    expect(await subjectsOf(ecg)).toEqual([PATIENT]);
    expect(await subjectsOf(ecg, '--subject', 'Patient/9')).toEqual(['Patient/9']);
    expect(await subjectsOf(ecgFile('aecg', { patient: { ids: ['47/11'] } }))).toEqual(['Patient?identifier=47%2F11']);
  });

  it('writes nothing about a patient that the server cannot tell', async () => {
    const ofNobody = ecgFile('dicom', { patient: { ids: [] } });
    const observation: unknown = JSON.parse(Buffer.from(writeAs('fhir', ecgIn('fhir'))).toString());
    const references = [
      'Group/1',
      'https://elsewhere.example/fhir/Patient/1',
      'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
    ];
    const ofOthers = references.map((reference) =>
      fileOf(JSON.stringify({ ...Object(observation), subject: { reference } })),
    );
    for (const file of [ofNobody, ...ofOthers]) {
      const { exitCode, stdout, stderr } = await run('--fhir', file);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: [] });
      expect(stderr.at(-1)).toMatch(/give --subject Patient\/ID \(PATIENT_MISMATCH\)$/);
    }
    await expect(run('--fhir', ecg, '--subject', 'foo bar')).rejects.toMatchObject({ code: 'PATIENT_MISMATCH' });
  });

  it('says of each file why it is not interpreted, goes on, and exits with 1', async () => {
    const short = ecgFile('dicom', {
      leads: ecgIn('dicom').leads.map(({ lead, samples }) => ({ lead, samples: samples.slice(0, 1000) })),
    });
    const { exitCode, documents } = await runJson(join(folder, 'none'), short, ecg);
    expect(exitCode).toBe(1);
    expect(documents).toMatchObject([
      { error: { code: 'NOT_FOUND' } },
      { file: short, error: { code: 'RECORDING_TOO_SHORT' } },
      { file: ecg, format: 'dicom' },
    ]);
    const forPeople = await run(short);
    expect(forPeople).toMatchObject({ exitCode: 1, stdout: [] });
    expect(forPeople.stderr.at(-1)).toMatch(/^.*: not interpreted, .* \(RECORDING_TOO_SHORT\)$/);
  });

  it('shows no control characters of a file or its name to a terminal', async () => {
    const named = join(folder, 'a\u001b[31mb');
    writeFileSync(named, writeAs('dicom', ecgIn('dicom')));
    const { stdout, stderr } = await run(named, `${named}-none`);
    expect([...stdout, ...stderr].filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
  });

  it('draws the tracing and prints the report beside the reading', async () => {
    const [svg, pdf] = [join(folder, 'a.svg'), join(folder, 'a.pdf')];
    const { exitCode, stdout } = await run(ecg, '--svg', svg, '--pdf', pdf);
    expect(exitCode).toBe(0);
    expect(stdout[0]).toBe(ecg);
    const drawn = readFileSync(svg, 'utf8');
    expect(drawn).toContain('width="297mm"');
    expect(drawn).toContain('UNTRAINED NETWORK');
    expect(drawn).toContain('25 mm/s, 10 mm/mV');
    expect(readFileSync(pdf, 'latin1')).toMatch(/^%PDF-/);
    await expect(run(ecg, '--svg', svg)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('draws as asked: layout, speed and gain', async () => {
    const svg = join(folder, 'b.svg');
    await run(ecg, '--svg', svg, '--layout', '12x1', '--speed', '50', '--gain', '5');
    const drawn = readFileSync(svg, 'utf8');
    expect(drawn).toContain('50 mm/s, 5 mm/mV');
    // Ten seconds at 50 mm/s are two pages of twelve leads.
    expect(drawn.match(/class="ecg-trace"/g)).toHaveLength(24);
  });

  it('draws each ECG of a file that holds several, under a name of its own', async () => {
    const entry = [1, 2].map((id) => ({
      fullUrl: `https://ehr.example/fhir/Observation/${id}`,
      resource: { ...JSON.parse(Buffer.from(writeAs('fhir', ecgIn('fhir'))).toString()), id: String(id) } as unknown,
    }));
    const bundle = fileOf(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
    expect((await run(bundle, '--svg', join(folder, 'c.svg'))).exitCode).toBe(0);
    for (const name of ['c.svg', 'c-2.svg']) expect(readFileSync(join(folder, name), 'utf8')).toMatch(/<\/svg>\n$/);
  });

  it('writes no picture of what it does not interpret', async () => {
    const svg = join(folder, 'd.svg');
    const { exitCode, stderr } = await run(fileOf('no ECG'), '--svg', svg);
    expect(exitCode).toBe(1);
    expect(stderr.at(-1)).toMatch(/not interpreted, .*\(FORMAT_UNSUPPORTED\)$/);
    expect(existsSync(svg)).toBe(false);
  });

  it('refuses a model that is not there', async () => {
    const quiet = { stdout: () => {}, stderr: () => {} };
    await expect(runInterpret([ecg, '--model', 'nobody'], quiet)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  it.each([
    [[]],
    [['a', '--json', '--fhir']],
    [['a', '--subject', 'Patient/1']],
    [['a', 'b', '--svg', 'c']],
    [['a', '--speed', '50']],
    [['a', '--svg', 'b', '--layout', '4x3']],
    [['a', '--svg', 'b', '--speed', '30']],
  ])('shows its usage for %j', async (args) => {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stderr[0]).toMatch(/^usage: cardhook interpret/);
  });
});
