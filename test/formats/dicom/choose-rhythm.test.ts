import type { Ecg } from '../../../src/ecg/ecg.ts';
import { readDicom } from '../../../src/formats/dicom/read-dicom.ts';
import { dicomFile, ecgDataSet, type TestChannel, type TestDataSet, type TestGroup } from './build-dicom.ts';

const RATE = 500;
const read = (...groups: readonly TestGroup[]): Ecg => readDicom(dicomFile(ecgDataSet(groups), { syntax: 'explicit' }));
const constant = (count: number, seconds: number): number[] => new Array(seconds * RATE).fill(count);
const named = (...labels: readonly string[]): readonly TestChannel[] => labels.map((label) => ({ label }));
const labelled = (label: string, originality = 'ORIGINAL'): TestDataSet => [
  ['x003a0004', 'CS', originality],
  ['x003a0020', 'SH', label],
];
const offset = (milliseconds: number): TestDataSet => [['x00181068', 'DS', String(milliseconds)]];
const group = (labels: readonly string[], count: number, seconds: number, more: TestDataSet = []): TestGroup => ({
  channels: named(...labels),
  counts: labels.map(() => constant(count, seconds)),
  more,
});
const warning = (ecg: Ecg, code: string): string | undefined => ecg.warnings.find((one) => one.code === code)?.message;
const sampleAt = (ecg: Ecg, lead: string, seconds: number): number | undefined =>
  ecg.leads.find((one) => one.lead === lead)?.samples[Math.round(seconds * RATE)];

const TWELVE = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

describe('Which multiplex group is the rhythm', () => {
  it.each([
    ['derived', labelled('', 'DERIVED')],
    ['labelled as a median beat', labelled('MEDIAN BEAT')],
    ['labelled as an average', labelled('Average complex')],
    ['shorter', []],
  ])('is the other one where the first is %s', (_, more) => {
    const ecg = read(group(['I', 'II'], 1, 1, more), group(['I', 'II'], 2, 10));
    expect(ecg.leads[0]?.samples).toHaveLength(5000);
    expect(sampleAt(ecg, 'I', 0)).toBe(0.002);
    expect(warning(ecg, 'SERIES_CHOSEN')).toMatch(/rhythm: 2; left out: 1/);
  });

  it.each([
    ['derived', labelled('', 'DERIVED')],
    ['a median beat', labelled('MEDIAN BEAT')],
  ])('is none where the only one is %s', (_, more) => {
    expect(() => read(group(['I', 'II'], 1, 10, more))).toThrow(expect.objectContaining({ code: 'NO_WAVEFORM' }));
  });

  it('is a derived one only where it is labelled as the rhythm and there is no original', () => {
    expect(sampleAt(read(group(['I'], 1, 5, labelled('RHYTHM', 'DERIVED'))), 'I', 0)).toBe(0.001);
    const ecg = read(group(['I'], 1, 10, labelled('RHYTHM', 'DERIVED')), group(['I'], 2, 5));
    expect(sampleAt(ecg, 'I', 0)).toBe(0.002);
  });

  it('is said nothing of where there is one group', () => {
    expect(warning(read(group(['I'], 1, 5)), 'SERIES_CHOSEN')).toBeUndefined();
  });

  it('is the twelve-lead one of several sampling rates, not the longer strip', () => {
    const strip: TestGroup = { channels: named('II'), counts: [new Array(3000).fill(7)], samplingRate: 100 };
    const ecg = read(strip, group(TWELVE, 1, 10));
    expect(ecg.samplingRate).toBe(RATE);
    expect(ecg.leads).toHaveLength(12);
    expect(warning(ecg, 'SERIES_CHOSEN')).toMatch(/rhythm: 2; left out: 1/);
  });

  it('is the longer one where an unlabelled beat has more leads', () => {
    const ecg = read(group(TWELVE, 1, 1), group(['II'], 2, 10));
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(['II']);
    expect(ecg.leads[0]?.samples).toHaveLength(5000);
  });
});

describe('A rhythm split over multiplex groups', () => {
  it('is joined where the groups are of one length', () => {
    const ecg = read(group(TWELVE.slice(0, 6), 1, 5), group(TWELVE.slice(6), 2, 5));
    expect(ecg.leads.map(({ lead }) => lead)).toEqual(TWELVE);
    expect(sampleAt(ecg, 'V6', 4)).toBe(0.002);
    expect(warning(ecg, 'SERIES_CHOSEN')).toMatch(/rhythm: 1, 2; left out: none/);
    expect(warning(ecg, 'GAPS')).toBeUndefined();
  });

  it('in three by four columns with a strip is placed at its time offsets, the rest missing', () => {
    const columns = [0, 1, 2, 3].map((column) =>
      group(TWELVE.slice(column * 3, column * 3 + 3), column + 1, 2.5, offset(column * 2500)),
    );
    const ecg = read(...columns, group(['II'], 8, 10, offset(0)));
    expect(ecg.leads).toHaveLength(12);
    expect(ecg.leads.every(({ samples }) => samples.length === 5000)).toBe(true);
    expect([sampleAt(ecg, 'I', 2.4), sampleAt(ecg, 'I', 2.6)]).toEqual([0.001, Number.NaN]);
    expect([sampleAt(ecg, 'V6', 7.4), sampleAt(ecg, 'V6', 7.6)]).toEqual([Number.NaN, 0.004]);
    expect([sampleAt(ecg, 'II', 1), sampleAt(ecg, 'II', 9)]).toEqual([0.008, 0.008]);
    expect(warning(ecg, 'DUPLICATE_LEAD')).toMatch(/: II$/);
    expect(warning(ecg, 'GAPS')).toContain('V6 3750');
  });

  it('in consecutive pieces of a lead is put together without a complaint', () => {
    const ecg = read(group(['I'], 1, 5, offset(1000)), group(['I'], 2, 5, offset(6000)));
    expect(ecg.leads[0]?.samples).toHaveLength(5000);
    expect([sampleAt(ecg, 'I', 4.9), sampleAt(ecg, 'I', 5.1)]).toEqual([0.001, 0.002]);
    expect(warning(ecg, 'DUPLICATE_LEAD')).toBeUndefined();
  });

  it('whose copies of a lead disagree keeps the first and says so', () => {
    const ecg = read(group(['I', 'I'], 1, 5), group(['I'], 2, 5));
    expect(sampleAt(ecg, 'I', 0)).toBe(0.001);
    expect(warning(ecg, 'DUPLICATE_LEAD')).toMatch(/: I$/);
    expect(warning(read(group(['I', 'I'], 1, 5)), 'DUPLICATE_LEAD')).toBeUndefined();
  });

  it('is refused where its time offsets ask for a day of gaps', () => {
    const far = group(['I'], 1, 5, offset(86_400_000));
    expect(() => read(group(['II'], 1, 5, offset(0)), far)).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID' }),
    );
  });
});
