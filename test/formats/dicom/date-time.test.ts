import {
  dicomDateTime,
  isoDate,
  isoDateTime,
  isoFromDateTime,
  isoOffset,
} from '../../../src/formats/dicom/date-time.ts';

describe('DICOM dates and times', () => {
  it.each([
    ['20240301101500.000+0100', '2024-03-01T10:15:00.000+01:00'],
    ['20240301101500.123456', '2024-03-01T10:15:00.123'],
    ['20240301101500', '2024-03-01T10:15:00.000'],
    ['202403011015', '2024-03-01T10:15:00.000'],
    ['2024030110-0500', '2024-03-01T10:00:00.000-05:00'],
    ['20240301+0100', '2024-03-01'],
    ['20240301', '2024-03-01'],
    ['202403', '2024-03'],
    ['2024', '2024'],
    ['20240301235960', '2024-03-01T23:59:59.000'],
    ['20240301996000', '2024-03-01'],
    ['20240230', undefined],
    ['202413', undefined],
    ['20240301101500+9900', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('reads the DT "%s" as %s', (dt, iso) => {
    expect(isoFromDateTime(dt, undefined)).toBe(iso);
  });

  it('gives a time without an offset that of the data set, and no other', () => {
    expect(isoFromDateTime('20240301101500', '+02:00')).toBe('2024-03-01T10:15:00.000+02:00');
    expect(isoFromDateTime('20240301101500-0100', '+02:00')).toBe('2024-03-01T10:15:00.000-01:00');
    expect(isoFromDateTime('20240301', '+02:00')).toBe('2024-03-01');
  });

  it('reads DA and TM, the old separated spellings as well', () => {
    expect(isoDateTime('20240301', '101500.5', undefined)).toBe('2024-03-01T10:15:00.500');
    expect(isoDateTime('2024.03.01', '10:15:00', '+01:00')).toBe('2024-03-01T10:15:00.000+01:00');
    expect(isoDateTime('20240301', undefined, '+01:00')).toBe('2024-03-01');
    expect(isoDateTime('20240301', 'noon', undefined)).toBe('2024-03-01');
    expect(isoDateTime('', '101500', undefined)).toBeUndefined();
    expect(isoDate('19000229')).toBeUndefined();
  });

  it('reads offsets of up to 14 hours', () => {
    expect(isoOffset('+0530')).toBe('+05:30');
    expect(isoOffset('+1400')).toBe('+14:00');
    expect(['+1401', '+0160', '0100', ''].map(isoOffset)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('are written from ISO 8601 as precisely as it is', () => {
    expect(dicomDateTime('2024-03-01T10:15:00.250+01:00')).toEqual({
      date: '20240301',
      time: '101500.250',
      dateTime: '20240301101500.250+0100',
      offset: '+0100',
    });
    expect(dicomDateTime('2024-03-01T10:15:30Z').dateTime).toBe('20240301101530+0000');
    expect(dicomDateTime('2024-03')).toEqual({ date: '', time: '', dateTime: '202403', offset: '' });
    expect(dicomDateTime(undefined)).toEqual({ date: '', time: '', dateTime: '', offset: '' });
  });
});
