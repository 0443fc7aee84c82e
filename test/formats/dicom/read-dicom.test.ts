import type { Ecg } from '../../../src/ecg/ecg.ts';
import { dicomFormat, readDicom } from '../../../src/formats/dicom/read-dicom.ts';
import { body, dicomFile, ecgDataSet, metaInformation, type TestDataSet, type TestGroup } from './build-dicom.ts';

const EXPLICIT = { syntax: 'explicit' } as const;

/** Two leads whose counts fit every sample format, signed ones below zero as well. */
const rhythm = (interpretation: string, more: TestDataSet = []): TestGroup => ({
  counts: [[1, 2, 100, 4], interpretation.startsWith('S') ? [-1, 0, -100, 5] : [1, 0, 120, 5]],
  interpretation,
  waveformVr: interpretation.endsWith('B') ? 'OB' : 'OW',
  more,
});

const millivolts = (ecg: Ecg): number[][] => ecg.leads.map(({ samples }) => [...samples]);
const codes = (ecg: Ecg): string[] => ecg.warnings.map(({ code }) => code);
const read = (groups: readonly TestGroup[], root: TestDataSet = []): Ecg =>
  readDicom(dicomFile(ecgDataSet(groups, root), EXPLICIT));
const oneLead = (counts: readonly number[], more: Partial<TestGroup> = {}): TestGroup => ({
  counts: [counts],
  ...more,
});

describe('Encodings of a DICOM waveform', () => {
  const syntaxes = ['implicit', 'explicit', 'deflated', 'bigEndian'] as const;
  const interpretations = ['SB', 'UB', 'SS', 'US', 'SL', 'UL', 'SV', 'UV'] as const;
  const cases = syntaxes.flatMap((syntax) =>
    interpretations.map((interpretation) => [syntax, interpretation] as const),
  );

  it.each(cases)('%s with samples of %s read to the same recording', (syntax, interpretation) => {
    const ecg = readDicom(dicomFile(ecgDataSet([rhythm(interpretation)]), { syntax }));
    const second = interpretation.startsWith('S') ? [-0.001, 0, -0.1, 0.005] : [0.001, 0, 0.12, 0.005];
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['I', 'II']);
    for (const [index, expected] of [[0.001, 0.002, 0.1, 0.004], second].entries()) {
      for (const [sample, value] of expected.entries()) {
        expect(ecg.leads[index]?.samples[sample]).toBeCloseTo(value, 9);
      }
    }
    expect(ecg).toMatchObject({
      samplingRate: 500,
      recordedAt: '2024-03-01T10:15:00.000+01:00',
      patient: { ids: ['T-1'] },
    });
  });

  it.each(syntaxes)('%s with sequences of undefined length reads as with defined ones', (syntax) => {
    const dataSet = ecgDataSet([rhythm('SS')]);
    expect(readDicom(dicomFile(dataSet, { syntax, undefinedLength: true }))).toEqual(
      readDicom(dicomFile(dataSet, { syntax })),
    );
  });

  it.each(['implicit', 'explicit'] as const)('a bare %s data set is recognised and read', (syntax) => {
    const dataSet = ecgDataSet([rhythm('SS')]);
    const bare = body(dataSet, { syntax });
    expect(dicomFormat.sniff(bare)).toBe(true);
    expect(readDicom(bare)).toEqual(readDicom(dicomFile(dataSet, { syntax })));
  });

  it('reads file meta information that lacks the preamble, and a preamble that lacks it', () => {
    const dataSet = ecgDataSet([rhythm('SS')]);
    const whole = readDicom(dicomFile(dataSet, EXPLICIT));
    const noPreamble = Buffer.concat([metaInformation(EXPLICIT), body(dataSet, EXPLICIT)]);
    const noMeta = Buffer.concat([new Uint8Array(128), Buffer.from('DICM'), body(dataSet, EXPLICIT)]);
    expect(dicomFormat.sniff(noPreamble)).toBe(true);
    expect(readDicom(noPreamble)).toEqual(whole);
    expect(readDicom(noMeta)).toEqual(whole);
  });

  it('reads samples stored as UN, OB or OW in little endian', () => {
    const [un, ob, ow] = ['UN', 'OB', 'OW'].map((waveformVr) => read([{ ...rhythm('SS'), waveformVr }]));
    expect(un).toEqual(ow);
    expect(ob).toEqual(ow);
  });

  it('reads a whole waveform sequence that an archive stored as UN', () => {
    const dataSet = ecgDataSet([rhythm('SS')]);
    const implicit = dataSet.map((element) => body([element], { syntax: 'implicit' }));
    const sequence = implicit.at(-1)?.subarray(8) ?? new Uint8Array();
    const unknown: TestDataSet = [...dataSet.slice(0, -1), ['x54000100', 'UN', sequence]];
    expect(readDicom(dicomFile(unknown, EXPLICIT))).toEqual(readDicom(dicomFile(dataSet, EXPLICIT)));
  });

  it('takes implicit samples that look like a sequence item for what they are', () => {
    const ecg = readDicom(dicomFile(ecgDataSet([{ counts: [[-2], [-8192]] }]), { syntax: 'implicit' }));
    expect(millivolts(ecg)).toEqual([[-0.002], [-8.192]]);
  });

  it('refuses big endian samples whose byte order is open', () => {
    const bigEndian = { syntax: 'bigEndian' } as const;
    for (const group of [
      { ...rhythm('SB'), waveformVr: 'OW' },
      { ...rhythm('SS'), waveformVr: 'OB' },
    ]) {
      expect(() => readDicom(dicomFile(ecgDataSet([group]), bigEndian))).toThrow(
        expect.objectContaining({ code: 'SOURCE_INVALID' }),
      );
    }
  });

  it('refuses a private transfer syntax and the compressed sample formats', () => {
    const file = dicomFile(ecgDataSet([rhythm('SS')]), EXPLICIT);
    const text = file.toString().replace('1.2.840.10008.1.2.1\0', '1.2.840.113619.5.2\0\0');
    expect(() => readDicom(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'FORMAT_UNSUPPORTED' }));
    for (const law of ['MB', 'AB']) {
      const group = { ...rhythm('UB'), more: [['x54001006', 'CS', law]] } as const;
      expect(() => read([group])).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
    }
  });

  it('does not recognise XML, JSON, an archive, text or nothing', () => {
    const others = [
      '<?xml version="1.0"?><AnnotatedECG/>',
      '{"resourceType":"Observation"}',
      'PK\u0003\u0004',
      '\b\0',
      '',
    ];
    for (const other of others) {
      const bytes = Buffer.from(other.padEnd(200, ' '));
      expect(dicomFormat.sniff(bytes)).toBe(false);
      expect(() => readDicom(bytes)).toThrow(expect.objectContaining({ code: 'FORMAT_UNSUPPORTED' }));
    }
  });
});

describe('Amplitudes of a DICOM waveform', () => {
  const channel = { code: ['MDC', '2:1', 'Lead I'] } as const;

  it('are (count × sensitivity × correction + baseline) in the unit of the sensitivity', () => {
    const more: TestDataSet = [
      ['x003a0212', 'DS', '2'],
      ['x003a0213', 'DS', '-100'],
    ];
    const ecg = read([oneLead([10, -20], { channels: [{ ...channel, sensitivity: '2.5', more }] })]);
    expect(millivolts(ecg)).toEqual([[-0.05, -0.2]]);
  });

  it.each([
    ['mV', '0.001'],
    ['uV', '1'],
    ['\u00b5V', '1'],
    ['nV', '1000'],
    ['V', '0.000001'],
  ])('come out the same from a sensitivity in %s', (unit, sensitivity) => {
    const ecg = read([oneLead([1500], { channels: [{ ...channel, unit, sensitivity }] })]);
    expect(ecg.leads[0]?.samples[0]).toBeCloseTo(1.5, 12);
  });

  it('are refused without a sensitivity or a unit', () => {
    const noUnit = { ...channel, unit: '' };
    for (const uncalibrated of [{ ...channel, sensitivity: null }, noUnit]) {
      expect(() => read([oneLead([1], { channels: [uncalibrated] })])).toThrow(
        expect.objectContaining({ code: 'UNIT_UNKNOWN' }),
      );
    }
  });

  it.each(['0', '1e400', 'two', '2,5'])('are refused with a sensitivity of %s', (sensitivity) => {
    expect(() => read([oneLead([1], { channels: [{ ...channel, sensitivity }] })])).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID' }),
    );
  });

  it('leave out a pressure channel with a warning, and are refused where nothing else is there', () => {
    const pressure = { code: ['MDC', '2:2', 'Lead II'], unit: 'mm[Hg]' } as const;
    const ecg = read([{ counts: [[1], [2]], channels: [channel, pressure] }]);
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['I']);
    expect(codes(ecg)).toContain('CHANNEL_SKIPPED');
    expect(() => read([oneLead([1], { channels: [pressure] })])).toThrow(
      expect.objectContaining({ code: 'UNIT_UNKNOWN' }),
    );
  });

  it.each([
    ['DISCONNECTED', ['II']],
    ['INVALID\\UNCALIBRATED', ['II']],
    ['OK\\INVALID', ['I', 'II']],
    ['QUESTIONABLE', ['I', 'II']],
  ])('with the channel status %s are those of %p', (status, leads) => {
    const unfit = { ...channel, more: [['x003a0205', 'CS', status]] } as const;
    const ecg = read([{ counts: [[1], [2]], channels: [unfit, { code: ['MDC', '2:2', ''] }] }]);
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(leads);
  });

  it('with 12 of 16 bits stored keep their extended sign, and get the sign that was not extended', () => {
    const more: TestDataSet = [['x003a021a', 'US', [12]]];
    const twelveBit = { channels: [{ ...channel, more }] };
    expect(millivolts(read([oneLead([-2, 100], twelveBit)]))).toEqual([[-0.002, 0.1]]);
    expect(millivolts(read([oneLead([0xffe, 100], twelveBit)]))).toEqual([[-0.002, 0.1]]);
    expect(millivolts(read([oneLead([0x3000, 100], twelveBit)]))).toEqual([[12.288, 0.1]]);
  });

  it('say which channels are skewed by a sample or more', () => {
    const skewed = (tag: string, skew: string): Ecg =>
      read([oneLead([1], { channels: [{ ...channel, more: [[tag, 'DS', skew]] }] })]);
    expect(codes(skewed('x003a0215', '0.5'))).not.toContain('VALUE_INVALID');
    expect(codes(skewed('x003a0215', '-1'))).toContain('VALUE_INVALID');
    expect(codes(skewed('x003a0214', '0.01'))).toContain('VALUE_INVALID');
  });
});

describe('Missing samples of a DICOM waveform', () => {
  const padded = (counts: readonly number[], padding: number, interpretation = 'SS'): Ecg =>
    read([oneLead(counts, { interpretation, more: [['x5400100a', `OW:${interpretation}`, [padding]]] })]);

  it('are those of the padding value, compared before scaling', () => {
    const ecg = padded([1, 999, 2], 999);
    expect(millivolts(ecg)).toEqual([[0.001, Number.NaN, 0.002]]);
    expect(codes(ecg)).toContain('GAPS');
    expect(millivolts(padded([7, 0xffff], 0xffff, 'US'))).toEqual([[0.007, Number.NaN]]);
  });

  it('are not zeros, even where the padding value says so', () => {
    expect(millivolts(padded([1, 0, 2], 0))).toEqual([[0.001, 0, 0.002]]);
  });

  it('are 0x8000 in signed 16 bits even where no padding value says so', () => {
    expect(millivolts(read([oneLead([1, -0x8000])]))).toEqual([[0.001, Number.NaN]]);
    expect(millivolts(read([oneLead([1, -0x8000], { interpretation: 'SL' })]))).toEqual([[0.001, -32.768]]);
  });

  it('need a padding value of the size of a sample', () => {
    const group = oneLead([1], { interpretation: 'SL', more: [['x5400100a', 'OW:SS', [1]]] });
    expect(() => read([group])).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });
});

describe('Leads of a DICOM waveform', () => {
  const leadsOf = (channels: TestGroup['channels'] = []): string[] =>
    read([{ counts: channels.map((_, index) => [index]), channels }]).leads.map(({ lead }) => lead);

  it('are known by SCP-ECG, MDC and 32-bit MDC codes', () => {
    expect(
      leadsOf([
        { code: ['SCPECG', '5.6.3-9-1', ''] },
        { code: ['MDC', '2:2', ''] },
        { code: ['MDC', '131133', ''] },
        { code: ['MDC', '131390', ''] },
        { code: ['MDC', '2:319', ''] },
        { code: ['MDC', 'MDC_ECG_LEAD_AVF', ''] },
      ]),
    ).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF']);
  });

  it('are known by label or meaning under a private code, NULs and spaces aside', () => {
    expect(
      leadsOf([
        { code: ['99VENDOR', '1', 'Lead I (Einthoven)'] },
        { code: ['99VENDOR', '2', ''], label: ' Lead II \0' },
        { label: 'V1' },
      ]),
    ).toEqual(['I', 'II', 'V1']);
  });

  it('do not come from a number of another scheme', () => {
    expect(() => leadsOf([{ code: ['99VENDOR', '2:1', 'Channel one'] }])).toThrow(
      expect.objectContaining({ code: 'LEAD_UNKNOWN' }),
    );
  });

  it('follow the code where the label says otherwise, with a warning', () => {
    const ecg = read([oneLead([1], { channels: [{ code: ['MDC', '2:1', 'Lead I'], label: 'V6' }] })]);
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['I']);
    expect(codes(ecg)).toContain('LEAD_CODE_CONFLICT');
  });

  it('leave out a channel whose label or meaning says that it is inverted, whatever its code', () => {
    const channels = [
      { code: ['MDC', '2:62', 'Lead aVR'], label: '-aVR' },
      { code: ['MDC', '2:1', 'Lead I (inverted)'] },
      { label: 'II' },
    ] as const;
    const ecg = read([{ counts: [[1], [2], [3]], channels }]);
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['II']);
    expect(codes(ecg).filter((code) => code === 'CHANNEL_SKIPPED')).toHaveLength(2);
  });

  it('leave out a channel that is none, with a warning', () => {
    const ecg = read([{ counts: [[1], [2]], channels: [{ label: 'RESP' }, { label: 'II' }] }]);
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['II']);
    expect(codes(ecg)).toContain('CHANNEL_SKIPPED');
  });
});

describe('Channels of a DICOM waveform', () => {
  it('say why none of them can be used', () => {
    const channels = [{ label: 'I', unit: 'uv' }];
    expect(() => read([oneLead([1], { channels })])).toThrow(
      expect.objectContaining({
        code: 'UNIT_UNKNOWN',
        message:
          'no lead can be used: channel 1 of multiplex group 1 skipped: its unit is not V, mV, uV or nV, written just so',
      }),
    );
  });
});

describe('SOP class of a DICOM waveform', () => {
  it('does not decide: a resting ECG as hemodynamic waveform at 240 Hz without labels is read', () => {
    const ecg = read(
      [
        oneLead([5, -0x8000], {
          samplingRate: 240,
          channels: [{ code: ['MDC', '2:1', ''], sensitivity: '0.00488', unit: 'mV' }],
        }),
      ],
      [['x00080016', 'UI', '1.2.840.10008.5.1.4.1.1.9.2.1']],
    );
    expect(ecg.samplingRate).toBe(240);
    expect(millivolts(ecg)).toEqual([[5 * 0.00488, Number.NaN]]);
    expect(codes(ecg)).toContain('SOP_CLASS_UNUSUAL');
  });

  it('is told where its limits are exceeded, and only then', () => {
    const limit = (group: TestGroup, sopClass = '1.1'): boolean =>
      codes(read([group], [['x00080016', 'UI', `1.2.840.10008.5.1.4.1.1.9.${sopClass}`]])).includes(
        'STANDARD_LIMIT_EXCEEDED',
      );
    expect(limit(oneLead([1, 2]))).toBe(false);
    expect(limit(oneLead([1, 2], { samplingRate: 100 }))).toBe(true);
    expect(limit(oneLead(new Array(16_385).fill(1)))).toBe(true);
    expect(limit(oneLead([1, 2], { samplingRate: 100 }), '1.3')).toBe(false);
  });
});

describe('A DICOM waveform that contradicts itself', () => {
  it.each<[string, TestDataSet]>([
    ['more samples than it holds', [['x003a0010', 'UL', [5000]]]],
    ['fewer samples than it holds', [['x003a0010', 'UL', [2]]]],
    ['more channels than it defines', [['x003a0005', 'US', [3]]]],
    ['no samples', [['x003a0010', 'UL', [0]]]],
    ['no sampling frequency', [['x003a001a', 'DS', '']]],
    ['another number of bits', [['x54001004', 'US', [32]]]],
    ['an integer of three bytes', [['x003a0010', 'UL', Uint8Array.of(4, 0, 0, 0, 0, 0)]]],
  ])('is refused where it states %s', (_, more) => {
    expect(() => read([rhythm('SS', more)])).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });

  it.each<[string, TestDataSet]>([
    ['samples', [['x003a0010', 'UL', [0xffffffff]]]],
    ['channels', [['x003a0005', 'US', [65]]]],
  ])('is refused where it states too many %s, before memory is taken for them', (_, more) => {
    expect(() => read([rhythm('SS', more)])).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }));
  });

  it('is refused beyond 64 multiplex groups', () => {
    expect(() => read(new Array(65).fill(oneLead([1])))).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }));
  });
});

describe('A DICOM object without an ECG', () => {
  it('is refused as having no waveform', () => {
    const image: TestDataSet = [
      ['x00080005', 'CS', 'ISO_IR 100'],
      ['x00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      ['x7fe00010', 'OW', new Uint8Array(64)],
    ];
    expect(() => readDicom(dicomFile(image, EXPLICIT))).toThrow(expect.objectContaining({ code: 'NO_WAVEFORM' }));
  });
});
