import fc from 'fast-check';
import { EcgError } from '../../../src/errors.ts';
import { readWfdb, type WfdbEcg } from '../../../src/formats/wfdb/read-wfdb.ts';
import { buildWfdb, checksumOf, type RecordParts } from './build-wfdb.ts';

const COUNTS = [
  [100, -200, 300, 40, 5],
  [-7, 8, -9, 10, 11],
  [2000, -2000, 0, 1, -1],
];

const NO_FILES: Readonly<Record<string, Uint8Array>> = {};

function read(header: string, files = NO_FILES): Promise<WfdbEcg> {
  return readWfdb(Buffer.from(header), async (name) => {
    const bytes = files[name];
    if (bytes === undefined) throw new EcgError('NOT_FOUND', name);
    return bytes;
  });
}

function readParts(parts: RecordParts): Promise<WfdbEcg> {
  const { header, signal } = buildWfdb(parts);
  return read(header, { 'r1.dat': signal });
}

/** Any exception but an EcgError fails the test. */
async function codeOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
    return 'none';
  } catch (error) {
    if (error instanceof EcgError) return error.code;
    throw error;
  }
}

const rows = ({ leads }: WfdbEcg) => leads.map(({ samples }) => [...samples]);
const warningsOf = ({ warnings }: WfdbEcg) =>
  warnings
    .filter(({ code }) => !code.startsWith('TIME') && !code.startsWith('AMPLITUDE'))
    .map(({ message }) => message);

describe('readWfdb', () => {
  it('reads leads in mV, by gain, at the rate of the header', async () => {
    const ecg = await readParts({ counts: COUNTS });
    expect(ecg.format).toBe('wfdb');
    expect(ecg.samplingRate).toBe(500);
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['I', 'II', 'V1']);
    expect(rows(ecg)).toEqual(COUNTS.map((row) => row.map((count) => count / 1000)));
    expect(warningsOf(ecg)).toEqual([]);
  });

  it.each(['16', '24', '32', '61', '160', '212'])('reads storage format %s', async (format) => {
    const ecg = await readParts({ counts: COUNTS, format });
    expect(rows(ecg)).toEqual(COUNTS.map((row) => row.map((count) => count / 1000)));
  });

  it.each([
    ['16', -32768],
    ['24', -8388608],
    ['32', -2147483648],
    ['61', -32768],
    ['80', -128],
    ['160', -32768],
    ['212', -2048],
  ])('takes the least count of format %s for a missing sample', async (format, missing) => {
    const ecg = await readParts({ counts: [[1, missing, -1]], format });
    expect(rows(ecg)).toEqual([[0.001, Number.NaN, -0.001]]);
    expect(warningsOf(ecg)).toEqual(['missing samples: I 1']);
  });

  it('skips the preamble that a byte offset states', async () => {
    expect(rows(await readParts({ counts: COUNTS, preamble: 24 }))).toEqual(rows(await readParts({ counts: COUNTS })));
  });

  it('puts leads in standard order whatever their order and case', async () => {
    const ecg = await readParts({ counts: COUNTS, names: ['AVF', 'avl', 'AVR'] });
    expect(ecg.leads.map(({ lead, samples }) => [lead, samples[0]])).toEqual([
      ['aVR', 2],
      ['aVL', -0.007],
      ['aVF', 0.1],
    ]);
  });

  it.each([
    ['1000(0)/mV', 0.1],
    ['1000/mv', 0.1],
    ['1.0e3/mV', 0.1],
    ['1(50)/uV', 0.05],
    ['1/\u00b5V', 0.1],
    ['1e5(-100)/V', 2],
    ['-1000/mV', -0.1],
  ])('understands the gain %s', async (gain, expected) => {
    expect((await readParts({ counts: [[100, 0]], gain })).leads[0]?.samples[0]).toBeCloseTo(expected, 12);
  });

  it('takes the ADC zero for the baseline where none is stated', async () => {
    const header = 'r1 1 500 2\nr1.dat 16 200/mV 11 1024 995 2043 0 II\n';
    const ecg = await read(header, { 'r1.dat': Uint8Array.of(995 & 255, 3, 1048 & 255, 4) });
    expect(rows(ecg)).toEqual([[-29 / 200, 24 / 200]]);
  });

  it.each(['0/mV', '0', '0(0)/mV'])('takes 200 counts for one unit at gain %s, and says so', async (gain) => {
    const ecg = await readParts({ counts: [[100, 0]], gain });
    expect(rows(ecg)).toEqual([[0.5, 0]]);
    expect(warningsOf(ecg)).toEqual(['not calibrated, 200 counts taken for one unit as the format says: I']);
  });

  it('takes mV where a gain has no unit, and says so', async () => {
    const ecg = await readParts({ counts: [[100, 0]], gain: '200' });
    expect(rows(ecg)).toEqual([[0.5, 0]]);
    expect(warningsOf(ecg)).toEqual(['no unit, mV taken as the format says: I']);
  });

  it('reads signals from several files', async () => {
    const header = 'r1 2 500 2\na.dat 16 1000/mV 16 0 1 3 0 I\nb.dat 80 100/mV 8 0 -3 -7 0 II\n';
    const ecg = await read(header, { 'a.dat': Uint8Array.of(1, 0, 2, 0), 'b.dat': Uint8Array.of(125, 124) });
    expect(rows(ecg)).toEqual([
      [0.001, 0.002],
      [-0.03, -0.04],
    ]);
  });

  it('reads several samples a frame, and leaves out signals that are no lead', async () => {
    const header = 'r1 2 250 2\nr1.dat 16x2 1000/mV 16 0 1 10 0 I\nr1.dat 16 10/mmHg 16 0 9 17 0 ABP\n';
    const ecg = await read(header, { 'r1.dat': Uint8Array.of(1, 0, 2, 0, 9, 0, 3, 0, 4, 0, 8, 0) });
    expect(ecg.samplingRate).toBe(500);
    expect(rows(ecg)).toEqual([[0.001, 0.002, 0.003, 0.004]]);
    expect(warningsOf(ecg)).toEqual(['signals that name no ECG lead: 1']);
  });

  it('goes by the size of the signal file, unverified, where the header leaves the length open', async () => {
    const { signal } = buildWfdb({ counts: [[1, 2, 3]] });
    const ecg = await read('r1 1 500\nr1.dat 16 1000/mV 16 0 0 999 0 I\n', { 'r1.dat': signal });
    expect(rows(ecg)).toEqual([[0.001, 0.002, 0.003]]);
    expect(warningsOf(ecg)).toEqual(['the first sample is not the stated one: I']);
  });

  it('accepts a checksum written unsigned, and signals without one', async () => {
    const unsigned = checksumOf([-5, -6]) + 65536;
    const files = { 'r1.dat': buildWfdb({ counts: [[-5, -6]] }).signal };
    expect(await codeOf(read(`r1 1 500 2\nr1.dat 16 1000/mV 16 0 -5 ${unsigned} 0 I\n`, files))).toBe('none');
    expect(await codeOf(read('r1 1 500 2\nr1.dat 16 1000/mV\n', files))).toBe('LEAD_UNKNOWN');
  });

  it.each([
    ['13:05:00 25/04/1989', '1989-04-25T13:05:00'],
    ['13:5:0.250 25/4/1989', '1989-04-25T13:05:00.250'],
    ['13:05:00', undefined],
    ['25:05:00 25/04/1989', undefined],
    ['13:05:00 31/02/1989', undefined],
  ])('reads base time and date %s', async (stated, recordedAt) => {
    expect((await readParts({ counts: COUNTS, recordLine: `r1 3 500 5 ${stated}` })).recordedAt).toBe(recordedAt);
  });

  it('keeps comments, and takes sex and diagnoses from them', async () => {
    const comments = ['# Age: 61', '#Sex: F', '# Dx: 426783006', '#', '## free text'];
    const ecg = await readParts({ counts: COUNTS, comments });
    expect(ecg.comments).toEqual(['Age: 61', 'Sex: F', 'Dx: 426783006', 'free text']);
    expect(ecg.patient).toEqual({ ids: [], sex: 'female' });
    expect(ecg.statements).toEqual(['Dx: 426783006']);
    const unknown = await readParts({ counts: COUNTS, comments: ['# Sex: Unknown', '# Dx:'] });
    expect(unknown).toMatchObject({ patient: { ids: [] }, statements: [] });
  });

  it('reads carriage returns, tabs and comments before the record line', async () => {
    const { header, signal } = buildWfdb({ counts: COUNTS });
    const ecg = await read(`# first\r\n${header.replaceAll('\n', '\r\n').replaceAll(' 16 ', '\t16  ')}`, {
      'r1.dat': signal,
    });
    expect(ecg.leads).toHaveLength(3);
  });
});

describe('readWfdb refuses', () => {
  const { header, signal } = buildWfdb({ counts: COUNTS });
  const readChanged = (from: string | RegExp, to: string) =>
    codeOf(read(header.replace(from, to), { 'r1.dat': signal }));

  it('a damaged sample, by the checksum of its signal', async () => {
    const damaged = Uint8Array.from(signal, (byte, i) => (i === 9 ? byte ^ 1 : byte));
    expect(await codeOf(read(header, { 'r1.dat': damaged }))).toBe('SOURCE_INVALID');
  });

  it('signals that were exchanged after the checksums were made', async () => {
    expect(await readChanged(/ I\n(.*) II\n/, ' II\n$1 I\n')).toBe('none');
    const lines = header.split('\n');
    const exchanged = [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n');
    expect(await codeOf(read(exchanged, { 'r1.dat': signal }))).toBe('SOURCE_INVALID');
  });

  it('a signal file cut at any byte, or longer than stated', async () => {
    for (let length = 0; length < signal.length; length += 1) {
      expect(await codeOf(read(header, { 'r1.dat': signal.subarray(0, length) }))).toBe('SOURCE_INVALID');
    }
    expect(await codeOf(read(header, { 'r1.dat': Uint8Array.of(...signal, 0, 0, 0, 0, 0, 0) }))).toBe('SOURCE_INVALID');
  });

  it('a header cut at any byte, unless all that is lost is the name of the last lead, which is then left out', async () => {
    const lastLine = header.lastIndexOf('r1.dat 16 1000(0)/mV');
    for (let length = 0; length < header.length - 1; length += 1) {
      const reading = read(header.slice(0, length), { 'r1.dat': signal });
      const code = await codeOf(reading);
      if (length < lastLine) expect(code).toBe('SOURCE_INVALID');
      if (code === 'none') expect(warningsOf(await reading)).toEqual(['signals that name no ECG lead: 1']);
    }
  });

  it.each<[string, string | RegExp, string, string]>([
    ['a path', 'r1.dat', '../r1.dat', 'SOURCE_INVALID'],
    ['an absolute path', 'r1.dat', '/etc/passwd', 'SOURCE_INVALID'],
    ['a backslash', 'r1.dat', '..\\r1.dat', 'SOURCE_INVALID'],
    ['a hidden file', 'r1.dat', '.r1', 'SOURCE_INVALID'],
    ['standard input', 'r1.dat', '-', 'SOURCE_INVALID'],
    ['a file that is not there', /r1\.dat/g, 'r2.dat', 'NOT_FOUND'],
    ['signals of one file in two places', /(r1\.dat.* )II/, 'r2.dat 16 1000 16 0 0 0 0 II', 'SOURCE_INVALID'],
    ['another number of signals', 'r1 3', 'r1 2', 'SOURCE_INVALID'],
    ['no sampling rate', 'r1 3 500 5', 'r1 3', 'SOURCE_INVALID'],
    ['a rate of 0', 'r1 3 500', 'r1 3 0', 'SOURCE_INVALID'],
    ['several segments', 'r1 3', 'r1/2 3', 'FORMAT_UNSUPPORTED'],
    ['a skew', 'r1.dat 16', 'r1.dat 16:2', 'FORMAT_UNSUPPORTED'],
    ['formats that differ in one file', 'r1.dat 16', 'r1.dat 212', 'SOURCE_INVALID'],
    ['an unknown storage format', /dat 16/g, 'dat 311', 'FORMAT_UNSUPPORTED'],
    ['a lead twice', ' II\n', ' I\n', 'SOURCE_INVALID'],
    ['a lead that is no voltage', '/mV', '/mmHg', 'UNIT_UNKNOWN'],
    ['a unit that would be mega', '/mV', '/MV', 'UNIT_UNKNOWN'],
    ['a gain that is no number', '1000(0)', 'gain(0)', 'SOURCE_INVALID'],
    ['a gain that makes no scale', '1000(0)', '1e-305(0)', 'SOURCE_INVALID'],
    ['more samples than fit', ' 500 5', ' 500 99999999999', 'SOURCE_TOO_LARGE'],
    ['too many signals', 'r1 3', 'r1 65', 'SOURCE_TOO_LARGE'],
  ])('%s', async (_what, from, to, code) => {
    expect(await readChanged(from, to)).toBe(code);
  });

  it('records without a lead, a signal or a line', async () => {
    expect(await codeOf(readParts({ counts: COUNTS, names: ['MLII', 'ABP', 'PLETH'] }))).toBe('LEAD_UNKNOWN');
    expect(await codeOf(read('r1 0 500 5\n'))).toBe('LEAD_UNKNOWN');
    expect(await codeOf(read(''))).toBe('SOURCE_INVALID');
    expect(await codeOf(read(`r1 1 500 5\n${'#'.repeat(2 ** 20)}`))).toBe('SOURCE_TOO_LARGE');
  });

  it('garbage, with an EcgError', async () => {
    const mutation = fc.tuple(fc.nat(header.length - 1), fc.constantFrom(...' \n\t0123456789-+/x:.()eIV#~\\\0é'));
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { maxLength: 6 }), fc.uint8Array({ maxLength: 40 }), async (edits, bytes) => {
        const characters = [...header];
        for (const [at, character] of edits) characters[at] = character;
        await codeOf(read(characters.join(''), { 'r1.dat': edits.length % 2 === 0 ? bytes : signal }));
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
