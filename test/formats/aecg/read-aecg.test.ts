import fc from 'fast-check';
import type { Ecg } from '../../../src/ecg/ecg.ts';
import { EcgError } from '../../../src/errors.ts';
import { aecgFormat, readAecg } from '../../../src/formats/aecg/read-aecg.ts';
import {
  annotatedEcg,
  leadSequence,
  rhythm,
  sequenceSet,
  series,
  smallAecg,
  subject,
  timeSequence,
  utf8,
} from './build-aecg.ts';

const read = (text: string): Ecg => readAecg(utf8(text));
const codes = (ecg: Ecg): string[] => ecg.warnings.map(({ code }) => code);
const samples = (ecg: Ecg): Record<string, number[]> =>
  Object.fromEntries(ecg.leads.map((lead) => [lead.lead, [...lead.samples]]));
const oneLead = (quantities: { origin?: string; scale?: string }, digits = '10 20 -30'): string =>
  rhythm(sequenceSet(timeSequence('0'), leadSequence('MDC_ECG_LEAD_I', digits, quantities)));
const withIncrement = (increment: string): string =>
  rhythm(sequenceSet(timeSequence('0', increment), leadSequence('MDC_ECG_LEAD_I', '1 2 3')));

function failure(text: string): EcgError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof EcgError) return error;
    throw error;
  }
  throw new Error('was read');
}

describe('Amplitudes of an aECG', () => {
  it('are origin plus scale times digit, each in its own unit', () => {
    const ecg = read(
      oneLead({ origin: '<origin value="-4" unit="mV"/>', scale: '<scale value="2.5" unit="uV"/>' }, '1600 1602'),
    );
    expect(samples(ecg)['I']).toEqual([expect.closeTo(0, 12), expect.closeTo(0.005, 12)]);
  });

  it.each([
    ['V', 10_000],
    ['mV', 10],
    ['uV', 0.01],
    ['\u00b5V', 0.01],
    ['\u03bcV', 0.01],
    ['nV', 1e-5],
  ])('in %s come to mV', (unit, millivolts) => {
    const ecg = read(oneLead({ scale: `<scale value="1" unit="${unit}"/>` }, '10'));
    expect(samples(ecg)['I']).toEqual([expect.closeTo(millivolts, 12)]);
  });

  it.each(['', '<origin value="0"/>'])('may leave the origin or the unit of a zero origin out: %j', (origin) => {
    expect(samples(read(oneLead({ origin })))['I']).toEqual([0.05, 0.1, -0.15]);
  });

  it.each([
    ['a scale that is missing', { scale: '' }, 'UNIT_UNKNOWN'],
    ['a scale without a unit', { scale: '<scale value="5"/>' }, 'UNIT_UNKNOWN'],
    ['a scale in a unit that is no voltage', { scale: '<scale value="5" unit="mmHg"/>' }, 'UNIT_UNKNOWN'],
    ['an origin without a unit', { origin: '<origin value="1"/>' }, 'UNIT_UNKNOWN'],
    ['a scale of zero', { scale: '<scale value="0" unit="uV"/>' }, 'SOURCE_INVALID'],
    ['a scale that is no number', { scale: '<scale value="5 uV" unit="uV"/>' }, 'SOURCE_INVALID'],
    ['a scale beyond all numbers', { scale: '<scale value="1e308" unit="V"/>' }, 'SOURCE_INVALID'],
    ['a null origin', { origin: '<origin nullFlavor="NI" unit="uV"/>' }, 'UNIT_UNKNOWN'],
  ])('are refused for %s', (_name, quantities, code) => {
    expect(failure(oneLead(quantities)).code).toBe(code);
  });

  it('are refused where digits are no numbers, saying where but not what', () => {
    expect(failure(oneLead({}, '1 2 secret 4')).message).toBe('lead I, sample 3: not a number');
  });
});

describe('Leads of an aECG', () => {
  it('are known by their reference id in any case, and stand in the usual order', () => {
    const ids = ['MDC_ECG_LEAD_V6', 'MDC_ECG_LEAD_aVR', 'MDC_ECG_LEAD_AVF', 'MDC_ECG_LEAD_I'];
    const ecg = read(rhythm(sequenceSet(timeSequence('0'), ...ids.map((id) => leadSequence(id, '1 2')))));
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['I', 'aVR', 'aVF', 'V6']);
  });

  it('that are not there are not made up', () => {
    const ids = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
    const ecg = read(
      rhythm(sequenceSet(timeSequence('0'), ...ids.map((id) => leadSequence(`MDC_ECG_LEAD_${id}`, '1 2')))),
    );
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(ids);
  });

  it('of unknown codes are left out with a warning that quotes no strange text', () => {
    const others = ['MDC_RESP', 'Jane &lt;Doe'].map((code) =>
      leadSequence(code, '1', { scale: '<scale value="1" unit="mmHg"/>' }),
    );
    const ecg = read(rhythm(sequenceSet(timeSequence('0'), leadSequence('MDC_ECG_LEAD_I', '1 2'), ...others)));
    const skipped = ecg.warnings.filter(({ code }) => code === 'CHANNEL_SKIPPED').map(({ message }) => message);
    expect(skipped).toEqual([
      'sequence MDC_RESP is not a known lead',
      'sequence without a readable code is not a known lead',
    ]);
  });

  it('that are all unknown, or none, are refused as such', () => {
    expect(failure(rhythm(sequenceSet(timeSequence('0'), leadSequence('MDC_RESP', '1')))).code).toBe('LEAD_UNKNOWN');
    expect(failure(rhythm(sequenceSet(timeSequence('0')))).code).toBe('NO_WAVEFORM');
    expect(failure(rhythm()).code).toBe('NO_WAVEFORM');
    expect(failure(smallAecg('')).code).toBe('NO_WAVEFORM');
  });

  it('of unequal length are filled up with missing samples', () => {
    const ecg = read(
      rhythm(
        sequenceSet(
          timeSequence('0'),
          leadSequence('MDC_ECG_LEAD_I', '20 40 60'),
          leadSequence('MDC_ECG_LEAD_II', '20'),
        ),
      ),
    );
    expect(samples(ecg)).toEqual({ I: [0.1, 0.2, 0.3], II: [0.1, Number.NaN, Number.NaN] });
    expect(codes(ecg)).toEqual(expect.arrayContaining(['LEADS_UNEQUAL_LENGTH', 'GAPS']));
  });

  it('given twice are taken once, the longer of the two', () => {
    const twice = [leadSequence('MDC_ECG_LEAD_I', '20'), leadSequence('MDC_ECG_LEAD_I', '40 60')];
    const ecg = read(rhythm(sequenceSet(timeSequence('0'), ...twice)));
    expect(samples(ecg)).toEqual({ I: [0.2, 0.3] });
    expect(codes(ecg)).toContain('DUPLICATE_LEAD');
  });
});

describe('The sampling rate of an aECG', () => {
  it.each([
    ['seconds', '<increment value="0.002" unit="s"/>', 500],
    ['milliseconds', '<increment value="2" unit="ms"/>', 500],
    ['microseconds with an exponent', '<increment value="1e3" unit="us"/>', 1000],
  ])('comes from an increment in %s', (_name, increment, rate) => {
    const ecg = read(withIncrement(increment));
    expect(ecg.samplingRate).toBe(rate);
    expect(codes(ecg)).not.toContain('SAMPLING_RATE_ADJUSTED');
  });

  it('is mended with a warning where an increment in ms claims to be in s', () => {
    const ecg = read(withIncrement('<increment value="2" unit="s"/>'));
    expect(ecg.samplingRate).toBe(500);
    expect(codes(ecg)).toContain('SAMPLING_RATE_ADJUSTED');
  });

  it('is not mended where no factor of a thousand explains it', () => {
    expect(failure(withIncrement('<increment value="1000" unit="s"/>')).code).toBe('SOURCE_INVALID');
    expect(read(withIncrement('<increment value="0.15" unit="s"/>')).samplingRate).toBeCloseTo(6.67, 2);
  });

  it('may come after the leads', () => {
    const ecg = read(rhythm(sequenceSet(leadSequence('MDC_ECG_LEAD_I', '1 2'), timeSequence('20240301101500'))));
    expect(ecg).toMatchObject({ samplingRate: 500, recordedAt: '2024-03-01T10:15:00' });
  });

  it('without a time sequence follows from the period of the series, with a warning', () => {
    const period = '<effectiveTime><low value="20240301101500"/><high value="20240301101501"/></effectiveTime>';
    const ecg = read(rhythm(period, sequenceSet(leadSequence('MDC_ECG_LEAD_I', '1 2 3 4'))));
    expect(ecg.samplingRate).toBe(4);
    const brief = period.replace('01"/></eff', '00.008"/></eff');
    const ofMilliseconds = read(annotatedEcg(series('RHYTHM', brief, sequenceSet(leadSequence('I', '1 2 3 4')))));
    expect(ofMilliseconds.samplingRate).toBe(500);
    expect(codes(ecg)).toContain('SAMPLING_RATE_ADJUSTED');
  });

  it('is refused where nothing states it', () => {
    expect(failure(rhythm(sequenceSet(leadSequence('MDC_ECG_LEAD_I', '1 2')))).code).toBe('SOURCE_INVALID');
  });

  it.each(['0', '-0.002', 'NaN', 'Infinity', '0x2', '1e-320', '2 ms', '1e-9'])(
    'is refused for an increment of %s',
    (value) => {
      expect(failure(withIncrement(`<increment value="${value}" unit="s"/>`)).code).toBe('SOURCE_INVALID');
    },
  );

  it('is refused without a unit', () => {
    expect(failure(withIncrement('<increment value="0.002"/>')).code).toBe('UNIT_UNKNOWN');
  });
});

describe('The time of an aECG', () => {
  const lead = leadSequence('MDC_ECG_LEAD_I', '1 2 3 4 5');
  const time = (name: string, value: string): string => `<effectiveTime><${name} value="${value}"/></effectiveTime>`;
  const recordedAt = (document: string, ofSeries: string, head: string): string | undefined =>
    read(annotatedEcg(document, series('RHYTHM', ofSeries, sequenceSet(timeSequence(head), lead)))).recordedAt;

  it('is that of the time sequence, then of the series, then of the document', () => {
    const document = time('center', '20240301');
    const ofSeries = time('low', '20240302080000');
    expect(recordedAt(document, ofSeries, '20240303090000.250+0100')).toBe('2024-03-03T09:00:00.250+01:00');
    expect(recordedAt(document, ofSeries, '0')).toBe('2024-03-02T08:00:00');
    expect(recordedAt(document, '', '0')).toBe('2024-03-01');
    expect(recordedAt('', '', '0')).toBeUndefined();
  });

  it('is rather a time of day than a bare date', () => {
    expect(recordedAt(time('low', '2024-03-01T10:00:00'), time('low', '20240301'), '0')).toBe('2024-03-01T10:00:00');
  });

  it('counts back from the end where only the end is stated', () => {
    expect(recordedAt(time('high', '20240301101500+0000'), '', '0')).toBe('2024-03-01T10:14:59.99Z');
  });

  it('is looked for elsewhere, with a warning, where the time sequence holds nonsense', () => {
    const ecg = read(
      annotatedEcg(series('RHYTHM', time('low', '20240302080000'), sequenceSet(timeSequence('20241399000000'), lead))),
    );
    expect(ecg.recordedAt).toBe('2024-03-02T08:00:00');
    expect(codes(ecg)).toContain('VALUE_INVALID');
  });
});

describe('The subject and device of an aECG', () => {
  const withSubject = (content: string): Ecg =>
    read(
      annotatedEcg(
        subject(content),
        series('RHYTHM', sequenceSet(timeSequence('0'), leadSequence('MDC_ECG_LEAD_I', '1'))),
      ),
    );
  const person = (content: string): string => `<subjectDemographicPerson>${content}</subjectDemographicPerson>`;

  it('are read as stated', () => {
    const { patient } = withSubject(
      `<id root="1.2.3" extension="SBJ-1"/>${person('<name>Clark</name><administrativeGenderCode code="M"/><birthTime value="19530508"/>')}`,
    );
    expect(patient).toEqual({ ids: ['SBJ-1'], name: 'Clark', sex: 'male', birthDate: '1953-05-08' });
  });

  it('read an id without an extension by its root, and a PatientID of the person', () => {
    const { patient } = withSubject(`<id root="1.2.3.4"/>${person('<PatientID>00042</PatientID><PatientID/>')}`);
    expect(patient.ids).toEqual(['1.2.3.4', '00042']);
  });

  it('read a name of parts in its order', () => {
    const { patient } = withSubject(
      person('<name><given>Ann</given> <given>B.</given><family>O&apos;Hara</family></name>'),
    );
    expect(patient.name).toBe("Ann B. O'Hara");
  });

  it.each([
    ['F', 'female'],
    ['m', 'male'],
    ['UN', 'other'],
    ['', undefined],
    ['X', undefined],
  ])('read gender %p as %p', (code, sex) => {
    expect(withSubject(person(`<administrativeGenderCode code="${code}"/>`)).patient.sex).toBe(sex);
  });

  it('leave out what is blank or null', () => {
    const { patient } = withSubject(
      `<id nullFlavor="UNK" extension="x"/>${person('<name> </name><birthTime value=""/><administrativeGenderCode nullFlavor="NI"/>')}`,
    );
    expect(patient).toEqual({ ids: [] });
  });

  it('leave out a birth time that is no date, with a warning', () => {
    const ecg = withSubject(person('<birthTime value="19991399"/>'));
    expect(ecg.patient.birthDate).toBeUndefined();
    expect(codes(ecg)).toContain('VALUE_INVALID');
  });

  it('are refused where the document names two subjects', () => {
    expect(
      failure(
        annotatedEcg(
          subject('<id extension="A"/>'),
          subject('<id extension="B"/>'),
          series('RHYTHM', sequenceSet(timeSequence('0'), leadSequence('MDC_ECG_LEAD_I', '1'))),
        ),
      ).code,
    ).toBe('SOURCE_INVALID');
  });

  it.each([
    [
      'manufacturedSeriesDevice',
      '<seriesAuthor><manufacturedSeriesDevice><id extension="7"/><manufacturerModelName>M</manufacturerModelName><softwareName>1.0</softwareName></manufacturedSeriesDevice><manufacturerOrganization><name>A&amp;B</name></manufacturerOrganization></seriesAuthor>',
      { manufacturer: 'A&B', model: 'M', serialNumber: '7', software: '1.0' },
    ],
    [
      'manufacturedDevice',
      '<manufacturedProduct><manufacturedDevice><manufacturerModelName>M</manufacturerModelName><SerialNumber>8</SerialNumber><softwareName/></manufacturedDevice></manufacturedProduct>',
      { model: 'M', serialNumber: '8' },
    ],
    ['nothing', '', undefined],
  ])('read the device from %s', (_name, author, device) => {
    const set = sequenceSet(timeSequence('0'), leadSequence('MDC_ECG_LEAD_I', '1'));
    expect(read(annotatedEcg(series('RHYTHM', `<author>${author}</author>`, set))).device).toEqual(device);
  });
});

describe('Reading an aECG', () => {
  it('does not mind prefixes, single quotes or a foreign prefix of xsi', () => {
    const text = smallAecg()
      .replaceAll('<', '<v3:')
      .replaceAll('<v3:/', '</v3:')
      .replaceAll('xsi:type="', 'i:type="v3:')
      .replaceAll('"', "'");
    expect(samples(read(text))).toEqual(samples(read(smallAecg())));
  });

  it('takes other documents for what they are', () => {
    expect(failure('<RestingECG/>').code).toBe('FORMAT_UNSUPPORTED');
    expect(failure(annotatedEcg()).code).toBe('NO_WAVEFORM');
    expect(aecgFormat.sniff(utf8(smallAecg()))).toBe(true);
    expect(aecgFormat.sniff(utf8('<RestingECG/>'))).toBe(false);
  });

  it('refuses more bytes than it would hold, before it looks at them', () => {
    expect(() => readAecg(new Uint8Array(32 * 1024 * 1024 + 1))).toThrow(
      expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }),
    );
  });

  it('bounds the warnings that a file can cause', () => {
    const strangers = Array.from({ length: 500 }, (_, index) => leadSequence(`STRANGER_${index}`, '1'));
    expect(
      read(rhythm(sequenceSet(timeSequence('0'), leadSequence('MDC_ECG_LEAD_I', '1'), ...strangers))).warnings.length,
    ).toBeLessThan(120);
  });

  it('refuses a file cut off at any byte', () => {
    const bytes = utf8(
      annotatedEcg(
        subject('<id extension="é"/>'),
        series(
          'RHYTHM',
          sequenceSet(timeSequence('20240301101500'), leadSequence('MDC_ECG_LEAD_II', '1 <!-- c --> 2')),
        ),
      ),
    );
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => readAecg(bytes.subarray(0, length))).toThrow(EcgError);
    }
    expect(readAecg(bytes).leads).toHaveLength(1);
  });

  it('gives an ECG or an EcgError, whatever happens to a file', () => {
    const bytes = utf8(
      annotatedEcg(
        subject('<id extension="x"/>'),
        series(
          'RHYTHM',
          sequenceSet(timeSequence('20240301101500'), leadSequence('MDC_ECG_LEAD_I', '1 2 3')),
          sequenceSet(timeSequence('20240301101501'), leadSequence('MDC_ECG_LEAD_I', '4 5 6')),
        ),
      ),
    );
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      cut: fc.nat(20),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc.constantFrom('<', '>', '"', '&', '&#0;', '<![CDATA[', '<!--', 'e308', '-', '9'.repeat(30), '/>').map(utf8),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const mutated = changes.reduce<number[]>((now, { at, cut, put }) => now.toSpliced(at, cut, ...put), [...bytes]);
        expect(readOrCode(Uint8Array.from(mutated))).toBe('as it should be');
      }),
      { seed: 7, numRuns: 3000 },
    );
  });
});

function readOrCode(bytes: Uint8Array): string {
  try {
    readAecg(bytes);
    return 'as it should be';
  } catch (error) {
    return error instanceof EcgError ? 'as it should be' : String(error);
  }
}
