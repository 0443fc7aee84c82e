import type { Ecg } from '../../../src/ecg/ecg.ts';
import { readDicom } from '../../../src/formats/dicom/read-dicom.ts';
import { codeItem, dicomFile, ecgDataSet, type TestDataSet } from './build-dicom.ts';

const read = (items: readonly TestDataSet[]): Ecg =>
  readDicom(dicomFile(ecgDataSet([{ counts: [[1, 2]] }], [['x0040b020', 'SQ', items]]), { syntax: 'explicit' }));
const numeric = (
  [scheme, code, meaning]: readonly [string, string, string],
  value: string,
  unit: string,
  more: TestDataSet = [],
): TestDataSet => [
  ['x004008ea', 'SQ', unit === '' ? [] : [codeItem('UCUM', unit, unit)]],
  ['x0040a043', 'SQ', [codeItem(scheme, code, meaning)]],
  ...more,
  ['x0040a30a', 'DS', value],
];
const text = (statement: string, more: TestDataSet = []): TestDataSet => [...more, ['x00700006', 'ST', statement]];
const QT = ['MDC', '2:16160', 'QT'] as const;
const invalid = (ecg: Ecg): string | undefined => ecg.warnings.find(({ code }) => code === 'VALUE_INVALID')?.message;

describe('Annotations of a DICOM waveform', () => {
  it('become measurements under their 11073 names, in ms, /min and deg', () => {
    const { measurements } = read([
      numeric(['SCPECG', '5.13.5-7', 'PR'], '161', 'ms'),
      numeric(QT, '0.368', 's'),
      numeric(['MDC', '147842', 'HR'], '61', 'bpm'),
      numeric(['MDC', 'MDC_ECG_TIME_PD_QRS', ''], '75', 'ms'),
      numeric(['SCPECG', '5.10.3-13', 'QRS axis'], '-61', 'deg'),
    ]);
    expect(measurements).toEqual([
      { name: 'MDC_ECG_TIME_PD_PR', value: 161, unit: 'ms' },
      { name: 'MDC_ECG_TIME_PD_QT', value: 368, unit: 'ms' },
      { name: 'MDC_ECG_HEART_RATE', value: 61, unit: '/min' },
      { name: 'MDC_ECG_TIME_PD_QRS', value: 75, unit: 'ms' },
      { name: 'MDC_ECG_ANGLE_QRS_FRONT', value: -61, unit: 'deg' },
    ]);
  });

  it('keep the meaning and the unit of a code that is not known', () => {
    const { measurements } = read([numeric(['99VENDOR', '17', 'Sokolow index'], '2.1', 'mV')]);
    expect(measurements).toEqual([{ name: 'Sokolow index', value: 2.1, unit: 'mV' }]);
  });

  it.each([
    ['in a unit of another kind', numeric(['SCPECG', '5.10.3-13', 'QRS axis'], '-61', 'ms')],
    ['an interval in degrees', numeric(QT, '400', 'deg')],
    ['a rate in ms', numeric(['MDC', '2:16770', 'HR'], '61', 'ms')],
    ['without a unit', numeric(QT, '400', '')],
    ['without a name', numeric(['99VENDOR', '17', ''], '1', 'ms')],
    ['of several values', numeric(QT, '400\\410', 'ms')],
  ])('leave out a measurement %s and say so', (_, item) => {
    const ecg = read([item]);
    expect(ecg.measurements).toEqual([]);
    expect(invalid(ecg)).toMatch(/: 1$/);
  });

  it('count once under one name', () => {
    expect(read([numeric(QT, '400', 'ms'), numeric(QT, '410', 'ms')]).measurements).toEqual([
      { name: 'MDC_ECG_TIME_PD_QT', value: 400, unit: 'ms' },
    ]);
  });

  it.each(['', '0', '29999'])('take an interval of "%s" ms for one that was not measured', (value) => {
    const ecg = read([numeric(QT, value, 'ms')]);
    expect(ecg.measurements).toEqual([]);
    expect(invalid(ecg)).toBeUndefined();
  });

  it('become statements where they are text', () => {
    expect(read([text('SINUS RHYTHM '), text('NORMAL ECG')]).statements).toEqual(['SINUS RHYTHM', 'NORMAL ECG']);
  });

  it('count only where they apply to all channels and all of the time', () => {
    const oneChannel: TestDataSet = [['x0040a0b0', 'US', [1, 2]]];
    const allChannels: TestDataSet = [['x0040a0b0', 'US', [1, 0, 2, 0]]];
    const aPoint: TestDataSet = [['x0040a130', 'CS', 'POINT']];
    const ecg = read([
      text('beat', aPoint),
      text('lead', oneChannel),
      text('whole', allChannels),
      numeric(QT, '400', 'ms', oneChannel),
    ]);
    expect(ecg.statements).toEqual(['whole']);
    expect(ecg.measurements).toEqual([]);
  });

  it('are bounded in number', () => {
    const items = Array.from({ length: 300 }, (_, index) => [
      text(`statement ${index}`),
      numeric(['99VENDOR', '17', `Index ${index}`], '1', 'mV'),
    ]).flat();
    const ecg = read(items);
    expect(ecg.statements).toHaveLength(200);
    expect(ecg.measurements).toHaveLength(200);
  });

  it('are refused with a value that is no number', () => {
    expect(() => read([numeric(QT, 'four', 'ms')])).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });
});
