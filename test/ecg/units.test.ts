import { millivoltsPer, secondsPer } from '../../src/ecg/units.ts';
import { EcgError } from '../../src/errors.ts';

const refusal = (call: () => number): string => {
  try {
    return `read as ${call()}`;
  } catch (error) {
    return error instanceof EcgError && error.code === 'UNIT_UNKNOWN' ? error.message : String(error);
  }
};

describe('a unit', () => {
  it.each([
    ['V', 1000],
    ['mV', 1],
    [' uV ', 0.001],
    ['\u00b5V', 0.001],
    ['\u03bcV', 0.001],
    ['nV', 0.000001],
  ])('of voltage is read: %s', (unit, millivolts) => expect(millivoltsPer(unit)).toBe(millivolts));

  it.each([
    ['min', 60],
    ['s', 1],
    ['ms', 0.001],
    ['\u00b5s', 0.000001],
    ['ns', 1e-9],
  ])('of time is read: %s', (unit, seconds) => expect(secondsPer(unit)).toBe(seconds));

  it.each(['uv', 'UV', 'mv', 'MV', 'kV', 'microvolt', 'mmHg', '[drp]', 'uV/mm'])(
    'that may mean something else is refused by name: %s',
    (unit) => {
      expect(refusal(() => millivoltsPer(unit))).toBe(
        `amplitude unit "${unit}" is not V, mV, uV or nV, written just so`,
      );
    },
  );

  it('that is missing, blank, long or unprintable is refused without being repeated', () => {
    expect(refusal(() => millivoltsPer(undefined))).toBe('amplitude unit is missing');
    expect(refusal(() => secondsPer('  '))).toBe('time unit is missing');
    for (const unit of ['\u001b[31m', 'Doe, John', 'x'.repeat(1000)]) {
      expect(refusal(() => secondsPer(unit))).toBe('time unit is not min, s, ms, us or ns, written just so');
    }
  });
});
