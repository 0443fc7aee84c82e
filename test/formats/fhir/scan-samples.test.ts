import fc from 'fast-check';
import { scanSamples } from '../../../src/formats/fhir/scan-samples.ts';
import { errorCodeOf } from '../error-code.ts';

describe('scanSamples', () => {
  it('reads integers, decimals and exponents in order', () => {
    expect([...scanSamples('1 -2 +3 0.245 -.5 7. 1.5e-3 2E2')]).toEqual([1, -2, 3, 0.245, -0.5, 7, 0.0015, 200]);
  });

  it('takes any run of spaces, line breaks, tabs and no-break spaces as one separator', () => {
    expect([...scanSamples(' \n1\t\r\n 2\u00a03  ')]).toEqual([1, 2, 3]);
    expect(scanSamples(' \n ')).toHaveLength(0);
  });

  it('gives a missing sample for E, U and L, never a number', () => {
    expect([...scanSamples('1 E U L 2')]).toEqual([1, Number.NaN, Number.NaN, Number.NaN, 2]);
  });

  it('gives exactly the double that Number gives', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))), (values) => {
        expect([...scanSamples(values.map(String).join(' '))]).toEqual(values.map((value) => Number(String(value))));
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.nat({ max: 12 }), (mantissa, places) => {
        const text = (mantissa / 10 ** places).toFixed(places);
        expect(scanSamples(text)[0]).toBe(Number(text));
      }),
    );
  });

  it.each(['NaN', 'Infinity', '0x10', '1,2', '1e', '--1', '1.2.3', '.', '-', 'e5', 'EE', 'u', '1e999', '1'.repeat(41)])(
    'refuses %s',
    (token) => {
      expect(errorCodeOf(() => scanSamples(`1 ${token} 2`))).toBe('SOURCE_INVALID');
    },
  );
});
