import type { Ecg } from '../../../src/ecg/ecg.ts';
import { readDicom } from '../../../src/formats/dicom/read-dicom.ts';
import { dicomFile, ecgDataSet, type TestDataSet } from './build-dicom.ts';

const read = (root: TestDataSet): Ecg =>
  readDicom(dicomFile(ecgDataSet([{ counts: [[1, 2]] }], root), { syntax: 'explicit' }));

describe('The patient of a DICOM waveform', () => {
  it('has ids, name, birth date and sex as the source states them', () => {
    const other: TestDataSet = [['x00100020', 'LO', 'MRN 2']];
    const { patient } = read([
      ['x00100010', 'PN', 'Curie^Marie^Salomea^Dr^II'],
      ['x00100020', 'LO', ' P-1 '],
      ['x00100030', 'DA', '18671107'],
      ['x00100040', 'CS', 'F'],
      ['x00101002', 'SQ', [other]],
    ]);
    expect(patient).toEqual({
      ids: ['P-1', 'MRN 2'],
      name: 'Curie, Marie Salomea II',
      birthDate: '1867-11-07',
      sex: 'female',
    });
  });

  it('is empty where the source leaves its type 2 elements blank', () => {
    const { patient, device } = read([
      ['x00080070', 'LO', ''],
      ['x00100010', 'PN', '^^^^'],
      ['x00100020', 'LO', '  '],
      ['x00100030', 'DA', '00000000'],
      ['x00100040', 'CS', 'X'],
    ]);
    expect(patient).toEqual({ ids: [] });
    expect(device).toBeUndefined();
  });

  it.each([
    ['ISO_IR 100', 'Buc^J\xe9r\xf4me', 'latin1', 'Buc, Jérôme'],
    ['ISO_IR 192', 'Wang^XiaoDong=王^小东', 'utf8', 'Wang, XiaoDong'],
    ['ISO_IR 192', '=山田^太郎', 'utf8', '山田, 太郎'],
    ['GB18030', 'cdf5^d0a1b6ab', 'hex', '王, 小东'],
    ['ISO_IR 144', 'bb^ee', 'hex', 'Л, ю'],
    ['\\ISO 2022 IR 87', '1b2442 3b33 4544 1b2842^1b2442 4240 4f3a 1b2842', 'hex', '山田, 太郎'],
    ['\\ISO 2022 IR 149', '1b242943 b1e8^1b242943 b1e6', 'hex', '김, 길'],
    ['', 'Buc^J\xe9r\xf4me', 'latin1', 'Buc, Jérôme'],
    ['ISO_IR 999', 'Plain', 'latin1', 'Plain'],
  ] as const)('has a name in the character set "%s"', (characterSet, name, encoding, expected) => {
    const parts = name.split('^').map((part) => Buffer.from(part.replaceAll(' ', ''), encoding));
    const bytes = Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('^'), part])));
    const { patient } = read([
      ['x00080005', 'CS', characterSet],
      ['x00100010', 'PN', bytes],
    ]);
    expect(patient.name).toBe(expected);
  });
});

describe('The time of a DICOM waveform', () => {
  const timeOf = (root: TestDataSet): string | undefined => read([['x0008002a', 'DT', ''], ...root]).recordedAt;

  it('is that of the acquisition, else the content, else the study', () => {
    const study: TestDataSet = [
      ['x00080020', 'DA', '20240103'],
      ['x00080030', 'TM', '010203'],
    ];
    const content: TestDataSet = [
      ['x00080023', 'DA', '20240102'],
      ['x00080033', 'TM', '010203.5'],
    ];
    const acquisition: TestDataSet = [
      ['x00080022', 'DA', '20240101'],
      ['x00080032', 'TM', '0102'],
    ];
    expect(timeOf([...acquisition, ...content, ...study])).toBe('2024-01-01T01:02:00.000');
    expect(timeOf([...content, ...study])).toBe('2024-01-02T01:02:03.500');
    expect(timeOf(study)).toBe('2024-01-03T01:02:03.000');
    expect(timeOf([])).toBeUndefined();
  });

  it('takes the time of day of a later element of the same day where the earlier has none', () => {
    const bare: TestDataSet = [['x00080022', 'DA', '20240101']];
    const sameDay: TestDataSet = [
      ['x00080023', 'DA', '20240101'],
      ['x00080033', 'TM', '1015'],
    ];
    const otherDay: TestDataSet = [
      ['x00080023', 'DA', '20240102'],
      ['x00080033', 'TM', '1015'],
    ];
    expect(timeOf([...bare, ...sameDay])).toBe('2024-01-01T10:15:00.000');
    expect(timeOf([...bare, ...otherDay])).toBe('2024-01-01');
  });

  it('has the offset of the data set where it states none', () => {
    const root: TestDataSet = [
      ['x00080020', 'DA', '20240103'],
      ['x00080030', 'TM', '010203'],
      ['x00080201', 'SH', '-0500'],
    ];
    expect(timeOf(root)).toBe('2024-01-03T01:02:03.000-05:00');
  });
});

describe('The device of a DICOM waveform', () => {
  it('has manufacturer, model, serial number and software', () => {
    const { device } = read([
      ['x00080070', 'LO', 'Acme'],
      ['x00081090', 'LO', 'E1'],
      ['x00181000', 'LO', '9'],
      ['x00181020', 'LO', '1.0\\2.0'],
    ]);
    expect(device).toEqual({ manufacturer: 'Acme', model: 'E1', serialNumber: '9', software: '1.0, 2.0' });
  });
});
