import { toMeasurement } from '../../src/ecg/to-measurement.ts';

describe('toMeasurement', () => {
  it.each([
    ['MDC_ECG_HEART_RATE', 61, '{Beats}/min', 61, '/min'],
    ['MDC_ECG_HEART_RATE', 61, 'bpm', 61, '/min'],
    ['MDC_ECG_TIME_PD_QT', 0.57, 's', 570, 'ms'],
    ['MDC_ECG_TIME_PD_PR', 161_000, 'us', 161, 'ms'],
    ['MDC_ECG_ANGLE_QRS_FRONT', -61, '\u00b0', -61, 'deg'],
    ['MDC_ECG_ANGLE_QRS_FRONT', 0, 'deg', 0, 'deg'],
    ['MDC_ECG_AMPL_ST', -0.1, 'mV', -0.1, 'mV'],
  ])('keeps %s of %d %s as %d %s', (name, stated, statedUnit, value, unit) => {
    expect(toMeasurement(name, stated, statedUnit)).toEqual({ name, value, unit });
  });

  it.each([
    ['MDC_ECG_TIME_PD_PR', 0, 'ms'],
    ['MDC_ECG_TIME_PD_QT', 29_999, 'ms'],
    ['MDC_ECG_HEART_RATE', 0, '/min'],
  ])('takes %s of %d %s for not measured', (name, value, unit) => {
    expect(toMeasurement(name, value, unit)).toBe('not measured');
  });

  it.each([
    ['MDC_ECG_TIME_PD_QT', -400, 'ms'],
    ['MDC_ECG_HEART_RATE', -61, '/min'],
    ['MDC_ECG_TIME_PD_QT', 400, 'deg'],
    ['MDC_ECG_HEART_RATE', 61, 'ms'],
    ['MDC_ECG_ANGLE_P_FRONT', 61, 'rad'],
    ['MDC_ECG_TIME_PD_QT', 400, ''],
    ['MDC_ECG_AMPL_ST', 1, 'MV'],
  ])('refuses %s of %d %s', (name, value, unit) => {
    expect(toMeasurement(name, value, unit)).toBe('invalid');
  });
});
