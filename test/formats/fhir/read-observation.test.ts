import { fhirFormat, readObservation } from '../../../src/formats/fhir/read-observation.ts';
import { errorCodeOf } from '../error-code.ts';
import {
  jsonBytes,
  LEAD_I,
  LEAD_II,
  leadComponent,
  mdc,
  observation,
  quantityComponent,
  sampledData,
  UCUM,
  wave,
} from './observations.ts';

const read = (component: readonly unknown[], changes = {}) => readObservation(observation(component, changes));
const codesOf = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code);
const samplesOf = (ecg: ReturnType<typeof read>) =>
  Object.fromEntries(ecg.leads.map(({ lead, samples }) => [lead, [...samples]]));
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });

describe('readObservation', () => {
  it('reads leads of components in standard order, in mV', () => {
    const ecg = read([leadComponent(LEAD_II, '100 -200'), leadComponent(LEAD_I, '1000 500')]);
    expect(ecg).toMatchObject({
      format: 'fhir',
      samplingRate: 500,
      recordedAt: '2024-03-01T10:15:00+01:00',
      patient: { ids: ['Patient/p1'] },
      warnings: [],
    });
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['I', 'II']);
    expect(samplesOf(ecg)).toEqual({ I: [1, 0.5], II: [0.1, -0.2] });
  });

  it('reads a single lead from the value, by the code of the Observation', () => {
    const ecg = read([], { code: mdc('131329'), valueSampledData: sampledData('1000 0') });
    expect(samplesOf(ecg)).toEqual({ I: [1, 0] });
  });

  it('applies origin and factor as FHIR defines them', () => {
    const origin = { value: -4, unit: 'mV', system: UCUM, code: 'mV' };
    expect(samplesOf(read([leadComponent(LEAD_I, '1000 2000', { origin, factor: 0.0025 })]))).toEqual({ I: [-1.5, 1] });
  });

  it('reads E, U and L as missing samples', () => {
    const ecg = read([leadComponent(LEAD_I, '1000 E U L 0', { lowerLimit: -5000, upperLimit: 5000 })]);
    expect(samplesOf(ecg)).toEqual({ I: [1, Number.NaN, Number.NaN, Number.NaN, 0] });
    expect(codesOf(ecg)).toEqual(['GAPS']);
  });

  it('reads R5 intervals and deinterleaves dimensions whose leads are named', () => {
    const data = { period: undefined, interval: 4, intervalUnit: 'ms', dimensions: 2 };
    const ecg = read([leadComponent({ text: 'I II' }, '1000 1 0 2 -1000 3', data)]);
    expect(ecg.samplingRate).toBe(250);
    expect(samplesOf(ecg)).toMatchObject({ I: [1, 0, -1], II: [0.001, 0.002, 0.003] });
  });
});

describe('readObservation refuses', () => {
  const oneLead = (changes: object) => observation([leadComponent(LEAD_I, '1 2 3', { ...changes })]);

  it.each([
    ['an origin without unit', 'UNIT_UNKNOWN', oneLead({ origin: { value: 2048 } })],
    ['an origin in mmHg', 'UNIT_UNKNOWN', oneLead({ origin: { value: 0, system: UCUM, code: 'mm[Hg]', unit: 'mV' } })],
    ['a unit that contradicts its code', 'UNIT_UNKNOWN', oneLead({ origin: { value: 0, code: 'uV', unit: 'mV' } })],
    ['dimensions of leads that are not named', 'LEAD_UNKNOWN', oneLead({ dimensions: 3 })],
    [
      'a sample count that dimensions do not divide',
      'SOURCE_INVALID',
      observation([leadComponent({ text: 'I II' }, '1 2 3', { dimensions: 2 })]),
    ],
    ['a token that is no number', 'SOURCE_INVALID', oneLead({ data: '1 NaN 3' })],
    ['a factor of zero', 'SOURCE_INVALID', oneLead({ factor: 0 })],
    ['amplitudes beyond any number', 'SOURCE_INVALID', oneLead({ data: '1e300', factor: 1e300 })],
    ['a period of zero', 'SOURCE_INVALID', oneLead({ period: 0 })],
    ['a period that is text', 'SOURCE_INVALID', oneLead({ period: '2' })],
    ['no period', 'SOURCE_INVALID', oneLead({ period: undefined })],
    ['a code map', 'FORMAT_UNSUPPORTED', oneLead({ codeMap: 'http://example.org/map' })],
    ['uneven offsets', 'FORMAT_UNSUPPORTED', oneLead({ offsets: '0 1 5' })],
    ['65 dimensions', 'SOURCE_INVALID', oneLead({ dimensions: 65 })],
    [
      'an ECG whose leads carry no known code',
      'LEAD_UNKNOWN',
      observation([leadComponent({ text: 'channel 1' }, '1 2')]),
    ],
    [
      'a plethysmogram',
      'NO_WAVEFORM',
      observation([leadComponent(mdc('150452', 'MDC_PULS_OXIM_PLETH'), '1 2')], { code: { text: 'SpO2' } }),
    ],
    ['components without samples', 'NO_WAVEFORM', observation([leadComponent(LEAD_I, '  ')])],
    ['an Observation without SampledData', 'NO_WAVEFORM', observation([])],
    ['another resource', 'NO_WAVEFORM', { resourceType: 'Patient' }],
    [
      'an Observation entered in error',
      'SOURCE_INVALID',
      observation([leadComponent(LEAD_I, '1 2')], { status: 'entered-in-error' }),
    ],
    ['what is no resource', 'SOURCE_INVALID', null],
    [
      'a stated sampling frequency that contradicts the period',
      'SOURCE_INVALID',
      observation([leadComponent(LEAD_I, '1 2'), quantityComponent({ text: 'Sampling rate' }, 250, 'Hz')]),
    ],
  ])('%s', (_, code, resource) => expect(errorCodeOf(() => readObservation(resource))).toBe(code));

  it('without quoting patient data', () => {
    const resource = observation([], { subject: { reference: ['Patient/secret'] } });
    expect(() => readObservation(resource)).toThrow('Observation.subject.reference: Invalid input: expected string');
  });
});

describe('readObservation warns of', () => {
  it('a period in seconds and leads in chunks, as HealthKit writes both', () => {
    const chunk = (data: string) => leadComponent(LEAD_I, data, { period: 0.001953125 });
    const ecg = read([chunk('1000 0'), chunk('0 -1000'), quantityComponent({ text: 'Sampling Frequency' }, 512, 'Hz')]);
    expect(ecg.samplingRate).toBe(512);
    expect(samplesOf(ecg)).toEqual({ I: [1, 0, 0, -1] });
    expect(codesOf(ecg)).toEqual(['SAMPLING_RATE_ADJUSTED', 'DUPLICATE_LEAD']);
  });

  it('a median beat beside the rhythm, which is not joined to it', () => {
    const ecg = read([leadComponent(LEAD_I, wave(60)), leadComponent(LEAD_I, wave(500))]);
    expect(ecg.leads[0]?.samples).toHaveLength(500);
    expect(codesOf(ecg)).toEqual(['DUPLICATE_LEAD']);
  });

  it('copies of a lead, which are not one after the other', () => {
    const ecg = read([leadComponent(LEAD_I, '1000 0 -500'), leadComponent(LEAD_I, '1000 0 -500')]);
    expect(samplesOf(ecg)).toEqual({ I: [1, 0, -0.5] });
    expect(codesOf(ecg)).toEqual(['DUPLICATE_LEAD']);
  });

  it('a last chunk that is shorter, joined where the effective period says so', () => {
    const effectivePeriod = { start: '2024-03-01T10:15:00Z', end: '2024-03-01T10:15:02.4Z' };
    const changes = { effectiveDateTime: undefined, effectivePeriod };
    const ecg = read([leadComponent(LEAD_I, wave(1000)), leadComponent(LEAD_I, wave(200))], changes);
    expect(ecg.leads[0]?.samples).toHaveLength(1200);
  });

  it('a lead that occurs twice among leads that do not: the longest, else the first stands', () => {
    const ecg = read([
      leadComponent(LEAD_I, '1000 0'),
      leadComponent(LEAD_II, '2000 0'),
      leadComponent(LEAD_II, '3000 0'),
    ]);
    expect(samplesOf(ecg)).toEqual({ I: [1, 0], II: [2, 0] });
    expect(codesOf(ecg)).toEqual(['DUPLICATE_LEAD']);
  });

  it('leads of unequal length, which end in a gap', () => {
    const ecg = read([leadComponent(LEAD_I, '1000 0 500'), leadComponent(LEAD_II, '2000 0')]);
    expect(samplesOf(ecg)).toEqual({ I: [1, 0, 0.5], II: [2, 0, Number.NaN] });
    expect(codesOf(ecg)).toEqual(['LEADS_UNEQUAL_LENGTH', 'GAPS']);
  });

  it('leads of another rate, which are left out', () => {
    const slow = leadComponent(LEAD_II, wave(100), { period: 4 });
    const ecg = read([slow, leadComponent(LEAD_I, '1000 0'), leadComponent(mdc('131389'), '500 0')]);
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['I', 'III']);
    expect(codesOf(ecg)).toEqual(['SERIES_CHOSEN']);
  });

  it('a code that contradicts its display, and leaves it out where that lead is there under both', () => {
    const mislabelled = leadComponent(mdc('131331', 'MDC_ECG_ELEC_POTL_I'), '1000 0');
    expect(samplesOf(read([mislabelled]))).toEqual({ V1: [1, 0] });
    const ecg = read([mislabelled, leadComponent(mdc('131331', 'MDC_ECG_ELEC_POTL_V1'), '2000 0')]);
    expect(samplesOf(ecg)).toEqual({ V1: [2, 0] });
    expect(codesOf(ecg)).toEqual(['LEAD_CODE_CONFLICT', 'CHANNEL_SKIPPED']);
  });

  it('one code on leads of different names, none of which is read by it', () => {
    const copied = ['I', 'II', 'III'].map((name) =>
      leadComponent(mdc('131331', `MDC_ECG_ELEC_POTL_${name}`), '1000 0'),
    );
    expect(errorCodeOf(() => read(copied))).toBe('LEAD_UNKNOWN');
    expect(samplesOf(read([...copied, leadComponent(LEAD_II, '2000 0')]))).toEqual({ II: [2, 0] });
  });

  it('waveforms that are no lead and leads without samples', () => {
    const ecg = read([
      leadComponent(LEAD_I, '1000 0'),
      leadComponent({ text: 'Respiration' }, '1 2'),
      leadComponent(LEAD_II, ''),
    ]);
    expect(ecg.warnings).toEqual([
      { code: 'CHANNEL_SKIPPED', message: 'no lead could be told, left out: component 2' },
      { code: 'CHANNEL_SKIPPED', message: 'no samples, left out: component 3' },
    ]);
  });

  it('blank dimensions and an origin without value', () => {
    const origin = { unit: 'uV', system: UCUM, code: 'uV' };
    const ecg = read([leadComponent(LEAD_I, '1000 0', { dimensions: '', origin })]);
    expect(samplesOf(ecg)).toEqual({ I: [1, 0] });
    expect(codesOf(ecg)).toEqual(['VALUE_INVALID', 'VALUE_INVALID']);
  });

  it('an effective period that ends before it starts or does not fit the samples', () => {
    const effectivePeriod = { start: '2024-03-01T10:15:30Z', end: '2024-03-01T10:15:00Z' };
    const changes = { effectiveDateTime: undefined, effectivePeriod };
    const ecg = read([leadComponent(LEAD_I, wave(500))], changes);
    expect(ecg.recordedAt).toBe('2024-03-01T10:15:30Z');
    expect(codesOf(ecg)).toEqual(['VALUE_INVALID', 'VALUE_INVALID']);
    const interleaved = leadComponent(LEAD_I, wave(500), { dimensions: '' });
    expect(errorCodeOf(() => read([interleaved], changes))).toBe('SOURCE_INVALID');
  });

  it('a time that is none, has no zone, or is missing', () => {
    const warningsFor = (effectiveDateTime: unknown) => {
      const ecg = read([leadComponent(LEAD_I, '1000 0')], { effectiveDateTime });
      return [ecg.recordedAt, ...codesOf(ecg)];
    };
    expect(warningsFor('yesterday')).toEqual([undefined, 'VALUE_INVALID', 'TIME_MISSING']);
    expect(warningsFor('2024-03-01T25:00:00Z')).toEqual([undefined, 'VALUE_INVALID', 'TIME_MISSING']);
    expect(warningsFor('2024-03-01T10:00:00')).toEqual(['2024-03-01T10:00:00', 'TIME_ZONE_MISSING']);
    expect(warningsFor('2024-03')).toEqual(['2024-03', 'TIME_ZONE_MISSING']);
    expect(warningsFor(undefined)).toEqual([undefined, 'TIME_MISSING']);
  });

  it('a day that is not in the calendar, which is no time of recording', () => {
    const ecg = read([leadComponent(LEAD_I, '1000 0')], { effectiveDateTime: '2024-02-30T10:15:00Z' });
    expect(ecg.recordedAt).toBeUndefined();
    expect(codesOf(ecg)).toEqual(['VALUE_INVALID', 'TIME_MISSING']);
  });

  it('amplitudes that are no ECG', () => {
    expect(codesOf(read([leadComponent(LEAD_I, '0 450000')]))).toEqual(['AMPLITUDE_IMPLAUSIBLE']);
  });
});

describe('readObservation keeps', () => {
  it('measurements under their 11073 reference id, in UCUM units', () => {
    const ecg = read([
      leadComponent(LEAD_I, '1000 0'),
      quantityComponent(loinc('76282-3'), 61, '{beats}/min'),
      quantityComponent(loinc('8867-4'), 62, '/min'),
      quantityComponent(loinc('8634-8'), 0.4, 's'),
      quantityComponent(mdc('147204'), -30, 'deg'),
      quantityComponent({ text: 'MDC_ECG_TIME_PD_P' }, 96, 'ms'),
      quantityComponent(loinc('8633-0'), 96, 'furlong'),
      quantityComponent(loinc('8625-6'), 0, 'ms'),
      quantityComponent(loinc('8636-3'), -420, 'ms'),
      quantityComponent({ text: 'Body weight' }, 80, 'kg'),
    ]);
    expect(ecg.measurements).toEqual([
      { name: 'MDC_ECG_HEART_RATE', value: 61, unit: '/min' },
      { name: 'MDC_ECG_TIME_PD_QT', value: 400, unit: 'ms' },
      { name: 'MDC_ECG_ANGLE_QRS_FRONT', value: -30, unit: 'deg' },
      { name: 'MDC_ECG_TIME_PD_P', value: 96, unit: 'ms' },
    ]);
    expect(ecg.warnings).toMatchObject([
      { code: 'VALUE_INVALID', message: expect.stringMatching(/PD_QRS, .*PD_QTC$/) },
    ]);
  });

  it('statements, device and the subject by reference, identifier and name', () => {
    const ecg = read(
      [
        leadComponent(LEAD_I, '1000 0'),
        { code: { text: 'Electrocardiogram Classification' }, valueString: 'sinusRhythm' },
      ],
      {
        interpretation: [{ text: 'Normal' }, { coding: [{ display: 'Abnormal' }] }],
        note: [{ text: ' Sinus rhythm ' }, {}],
        device: { display: 'Recorder 5' },
        subject: { reference: '#patient', identifier: { value: '4711' }, display: 'P. van de Heuvel' },
      },
    );
    expect(ecg.statements).toEqual(['Normal', 'Abnormal', 'sinusRhythm', 'Sinus rhythm']);
    expect(ecg.device).toEqual({ model: 'Recorder 5' });
    expect(ecg.patient).toEqual({ ids: ['4711'], name: 'P. van de Heuvel' });
  });

  it('the ECG where elements it can do without are malformed or null', () => {
    const changes = { note: 'text', interpretation: { text: 'STU3' }, device: null, effectivePeriod: null };
    expect(samplesOf(read([leadComponent(LEAD_I, '1000 0', { factor: null })], changes))).toEqual({ I: [1, 0] });
  });
});

describe('fhirFormat', () => {
  it('sniffs and reads an Observation in JSON', () => {
    const bytes = jsonBytes(observation([leadComponent(LEAD_I, '1000 0')]));
    expect(fhirFormat.sniff(bytes)).toBe(true);
    expect(fhirFormat.read(bytes).leads).toHaveLength(1);
    expect(fhirFormat.sniff(Buffer.from('<AnnotatedECG/>'))).toBe(false);
  });
});
