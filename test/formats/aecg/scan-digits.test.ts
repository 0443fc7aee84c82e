import fc from 'fast-check';
import { scanDigits } from '../../../src/formats/aecg/scan-digits.ts';

const scan = (text: string): number[] => [...scanDigits(text, 'V1')];

describe('scanDigits', () => {
  it.each([
    ['nothing', '', []],
    ['only white space', ' \n\t\r ', []],
    ['integers apart by any white space', ' 1 -2\n3\t-4\r\n  5 ', [1, -2, 3, -4, 5]],
    ['plus signs and leading zeros', '+5 007', [5, 7]],
    ['decimals', '1.5 -.25 3. 0.1', [1.5, -0.25, 3, 0.1]],
    ['exponents', '1e3 -2.5E-2 +4e+1', [1000, -0.025, 40]],
    ['integers beyond fifteen digits', '1234567890123456789', [Number('1234567890123456789')]],
  ])('reads %s', (_name, text, expected) => {
    expect(scan(text)).toEqual(expected);
  });

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    '0x10',
    '1,2',
    '1;2',
    '--1',
    '-',
    '1e',
    '1e999',
    '.',
    '1.2.3',
    '１',
    '1\u00a02',
    'null',
  ])('refuses %s and says where, without the value', (token) => {
    expect(() => scanDigits(`1 2 ${token} 4`, 'V1')).toThrow(
      expect.objectContaining({
        code: 'SOURCE_INVALID',
        message: 'lead V1, sample 3: the aECG digits are not a number',
      }),
    );
  });

  it('reads every list of numbers as Number does', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))), (numbers) => {
        expect(scan(numbers.join(' ')).map(String)).toEqual(numbers.map(String));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
