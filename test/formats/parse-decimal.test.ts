import { parseDecimal } from '../../src/formats/parse-decimal.ts';

describe('parseDecimal', () => {
  it.each([
    ['0', 0],
    ['-12.50', -12.5],
    ['+.5', 0.5],
    ['3.', 3],
    ['1.5E-3', 0.0015],
  ])('reads %s', (text, value) => expect(parseDecimal(text)).toBe(value));

  it.each([undefined, '', ' ', '.', '-', '1e', 'e5', '1,5', '0x10', 'NaN', 'Infinity', '1e999', '1 2', '１'])(
    'takes %j for no number',
    (text) => expect(parseDecimal(text)).toBeUndefined(),
  );

  it('decides at once on a text of a million digits', () => {
    expect(parseDecimal(`${'1'.repeat(1_000_000)}x`)).toBeUndefined();
  });
});
