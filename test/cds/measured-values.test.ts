import { measuredOf, qtcOf } from '../../src/cds/measured-values.ts';
import { heartRate, qtc } from './ordered.ts';

describe('the QTc of a recording', () => {
  it.each([
    [
      'that of Fridericia before others',
      [qtc(470, '_BAZETT'), qtc(450), qtc(440, '_FREDERICA')],
      'QTc 440 ms (Fridericia)',
    ],
    ['one of no stated formula before Bazett', [qtc(470, '_BAZETT'), qtc(450)], 'QTc 450 ms (formula not stated)'],
    ['that of Bazett where there is no other', [qtc(470.4, '_BAZETT')], 'QTc 470 ms (Bazett)'],
    ['not one that no heart has', [qtc(4_700, '_FREDERICA'), qtc(470, '_BAZETT')], 'QTc 470 ms (Bazett)'],
    ['none where none is stated', [heartRate(70)], undefined],
  ])('is %s', (_case, measurements, text) => {
    expect(qtcOf({ measurements })?.text).toBe(text);
  });

  it('is of ms: a value in another unit does not count', () => {
    expect(qtcOf({ measurements: [{ ...qtc(470), unit: 'uV' }] })).toBeUndefined();
  });
});

describe('the heart rate of a recording', () => {
  it('has its unit', () => {
    expect(measuredOf({ measurements: [heartRate(44)] }, 'heartRate')).toMatchObject({
      value: 44,
      text: 'heart rate 44/min',
    });
  });
});
