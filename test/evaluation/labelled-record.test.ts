import { parseLabels, parseSnomedCodes } from '../../src/evaluation/labelled-record.ts';
import { parseCsv } from '../../src/evaluation/parse-csv.ts';
import { errorCodeOf } from '../formats/error-code.ts';

describe('parseCsv', () => {
  it('reads quoted commas, quotes and line ends, and any line end', () => {
    expect(parseCsv('\ufeffa,b\r\n"1,5","say ""x""\nthere"\r\n,\n')).toEqual([
      { a: '1,5', b: 'say "x"\nthere' },
      { a: '', b: '' },
    ]);
  });

  it('reads a last line that does not end, and nothing from nothing', () => {
    expect(parseCsv('a,b\n1,2')).toEqual([{ a: '1', b: '2' }]);
    expect(parseCsv('a,b')).toEqual([]);
    expect(parseCsv('')).toEqual([]);
  });

  it.each(['a,b\n1', 'a,b\n1,2,3', 'a\n"1', 'a\n1"2"', 'a\n"1"2'])('refuses %j', (text) => {
    expect(errorCodeOf(() => parseCsv(text))).toBe('SOURCE_INVALID');
  });
});

describe('parseLabels', () => {
  it('reads the layout of PTB-XL', () => {
    const csv = 'record,patient_id,age,scp_codes\n1_hr,77,56,"{""NORM"": 80.0, ""SR"": 0}"\n2_hr,77,,"{}"\n';
    expect(parseLabels(csv)).toEqual([
      {
        record: '1_hr',
        source: 'PTB-XL',
        scheme: 'scp-ecg',
        statements: [
          { code: 'NORM', likelihood: 80 },
          { code: 'SR', likelihood: 0 },
        ],
        ageYears: 56,
        patient: 'PTB-XL 77',
      },
      { record: '2_hr', source: 'PTB-XL', scheme: 'scp-ecg', statements: [], patient: 'PTB-XL 77' },
    ]);
  });

  it('reads the layout of the Challenges', () => {
    const csv = 'record,source,age,snomed_ct,name\nE1,Georgia,NaN,426177001|270492004,"a|b"\n';
    expect(parseLabels(csv)).toEqual([
      {
        record: 'E1',
        source: 'Georgia',
        scheme: 'snomed-ct',
        statements: [{ code: '426177001' }, { code: '270492004' }],
      },
    ]);
  });

  it.each([
    'record,age\n1,2\n',
    'record,patient_id,age,scp_codes\n1,2,3,NORM\n',
    'record,patient_id,age,scp_codes\n1,2,3,"{""NORM"":101}"\n',
    'record,patient_id,age,scp_codes\n1,2,3,[]\n',
    'record,source,age,snomed_ct\n,x,3,4\n',
  ])('refuses %j', (csv) => {
    expect(errorCodeOf(() => parseLabels(csv))).toBe('SOURCE_INVALID');
  });
});

describe('parseSnomedCodes', () => {
  it('takes commas and bars, and leaves out what is empty', () => {
    expect(parseSnomedCodes(' 1, 2|3,, ')).toEqual([{ code: '1' }, { code: '2' }, { code: '3' }]);
  });
});
