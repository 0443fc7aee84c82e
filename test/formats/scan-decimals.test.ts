import fc from 'fast-check';
import { scanDecimals } from '../../src/formats/scan-decimals.ts';

const scan = (text: string): number[] => [...scanDecimals(Buffer.from(text), { place: 'lead V1' })];
const scanWithGaps = (text: string): number[] => [
  ...scanDecimals(Buffer.from(text), { place: 'SampledData.data', missing: 'EUL' }),
];

describe('scanDecimals', () => {
  it.each([
    ['nothing', '', []],
    ['only white space', ' \n\t\r ', []],
    ['integers apart by any white space', ' 1 -2\n3\t-4\r\n  5\u00a06 ', [1, -2, 3, -4, 5, 6]],
    ['plus signs and leading zeros', '+5 007', [5, 7]],
    ['decimals', '1.5 -.25 3. 0.1', [1.5, -0.25, 3, 0.1]],
    ['exponents', '1e3 -2.5E-2 +4e+1', [1000, -0.025, 40]],
    ['integers beyond fifteen digits', '1234567890123456789', [Number('1234567890123456789')]],
  ])('reads %s', (_name, text, expected) => {
    expect(scan(text)).toEqual(expected);
  });

  it('gives a missing sample for E, U and L where they may stand, never a number', () => {
    expect(scanWithGaps('1 E U L 2e0 E')).toEqual([1, Number.NaN, Number.NaN, Number.NaN, 2, Number.NaN]);
    expect(() => scan('1 E')).toThrow('lead V1, sample 2: not a number');
  });

  it('gives exactly the double that Number gives', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))), (numbers) => {
        expect(scan(numbers.map(String).join(' '))).toEqual(numbers.map((number) => Number(String(number))));
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.nat({ max: 12 }), (mantissa, places) => {
        const text = (mantissa / 10 ** places).toFixed(places);
        expect(scan(text)).toEqual([Number(text)]);
      }),
    );
  });

  it.each([
    ...['NaN', 'Infinity', '-Infinity', '0x10', '1,2', '1;2', '--1', '-', '1e', '1e999', '.', '1.2.3', 'e5', 'EE', 'u'],
    ...['null', '１', '\u0131', '\ud800', '1'.repeat(41)],
  ])('refuses %s and says where, without the value', (token) => {
    for (const text of [`1 2 ${token} 4`, `1 2 ${token}`]) {
      expect(() => scanWithGaps(text)).toThrow(
        expect.objectContaining({ code: 'SOURCE_INVALID', message: 'SampledData.data, sample 3: not a number' }),
      );
    }
  });

  it('refuses millions of numbers before it makes room for them', () => {
    expect(() => scan('1 '.repeat(4_000_001))).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }));
  });
});
