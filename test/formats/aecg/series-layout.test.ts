import type { Ecg } from '../../../src/ecg/ecg.ts';
import { readAecg } from '../../../src/formats/aecg/read-aecg.ts';
import {
  annotatedEcg,
  derivedSeries,
  leadSequence,
  rhythm,
  sequenceSet,
  series,
  timeSequence,
  utf8,
} from './build-aecg.ts';

const NONE = Number.NaN;
const TEN_HZ = '<increment value="0.1" unit="s"/>';

const read = (text: string): Ecg => readAecg(utf8(text));
const codes = (ecg: Ecg): string[] => ecg.warnings.map(({ code }) => code);
const lead = (name: string, ...values: readonly number[]): string =>
  leadSequence(`MDC_ECG_LEAD_${name}`, values.join(' '), { scale: '<scale value="1" unit="mV"/>' });
const at = (head: string, ...leads: readonly string[]): string => sequenceSet(timeSequence(head, TEN_HZ), ...leads);
const headless = (...leads: readonly string[]): string =>
  sequenceSet(
    `<component><sequence><code code="TIME_RELATIVE"/><value>${TEN_HZ}</value></sequence></component>`,
    ...leads,
  );
const samples = (ecg: Ecg): Record<string, number[]> =>
  Object.fromEntries(ecg.leads.map((one) => [one.lead, [...one.samples]]));

describe('Several sequence sets of a series', () => {
  it('lie on one timeline by their absolute heads, whatever their order', () => {
    const ecg = read(rhythm(at('20240301101500.4', lead('I', 5, 6)), at('20240301101500.0', lead('I', 1, 2))));
    expect(samples(ecg)).toEqual({ I: [1, 2, NONE, NONE, 5, 6] });
    expect(ecg.recordedAt).toBe('2024-03-01T10:15:00.0');
  });

  it('lie on one timeline by their relative heads: a 3x4 page with a rhythm strip', () => {
    const ecg = read(
      rhythm(
        at('0', lead('I', 1, 2), lead('III', 3, 4)),
        at('0.2', lead('V1', 5, 6), lead('V3', 7, 8)),
        at('0', lead('II', 1, 2, 3, 4)),
      ),
    );
    expect(samples(ecg)).toEqual({
      I: [1, 2, NONE, NONE],
      II: [1, 2, 3, 4],
      III: [3, 4, NONE, NONE],
      V1: [NONE, NONE, 5, 6],
      V3: [NONE, NONE, 7, 8],
    });
    expect(codes(ecg)).toContain('GAPS');
    expect(codes(ecg)).not.toContain('DUPLICATE_LEAD');
  });

  it('keep the strip where it overlaps a short piece of the same lead', () => {
    const ecg = read(rhythm(at('0', lead('I', 1, 2), lead('II', 9, 9)), at('0', lead('II', 1, 2, 3, 4))));
    expect(samples(ecg)['II']).toEqual([1, 2, 3, 4]);
    expect(codes(ecg)).toContain('DUPLICATE_LEAD');
  });

  it.each([
    ['no heads', headless, headless],
    [
      'equal heads',
      (...leads: readonly string[]) => at('0', ...leads),
      (...leads: readonly string[]) => at('0', ...leads),
    ],
    [
      'heads on two clocks',
      (...leads: readonly string[]) => at('0', ...leads),
      (...leads: readonly string[]) => at('20240301101500', ...leads),
    ],
  ])('of the same leads with %s follow each other', (_name, first, second) => {
    expect(samples(read(rhythm(first(lead('I', 1, 2)), second(lead('I', 3, 4)))))).toEqual({ I: [1, 2, 3, 4] });
  });

  it('of different leads without heads begin together', () => {
    expect(samples(read(rhythm(headless(lead('I', 1, 2)), headless(lead('II', 3, 4)))))).toEqual({
      I: [1, 2],
      II: [3, 4],
    });
  });

  it('of another sampling rate than the longest are left out', () => {
    const ecg = read(rhythm(sequenceSet(timeSequence('0'), lead('I', 9)), at('0', lead('II', 1, 2, 3))));
    expect(samples(ecg)).toEqual({ II: [1, 2, 3] });
    expect(codes(ecg)).toContain('CHANNEL_SKIPPED');
  });

  it('may mark a time without holding a lead', () => {
    const ecg = read(rhythm(at('0'), at('0.1', lead('I', 1, 2)), at('0.5')));
    expect(samples(ecg)).toEqual({ I: [NONE, 1, 2, NONE, NONE] });
  });

  it('that lie years apart are refused before anything is allocated', () => {
    const apart = rhythm(at('19990101', lead('I', 1)), at('20240101', lead('I', 2)));
    expect(() => read(apart)).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }));
    const farther = rhythm(at('-1e308', lead('I', 1)), at('1e308', lead('I', 2)));
    expect(() => read(farther)).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }));
  });
});

describe('The series of an aECG', () => {
  const beat = (...values: readonly number[]): string => at('0', lead('I', ...values));

  it.each(['REPRESENTATIVE_BEAT', 'MEDIAN_BEAT'])('is never a %s, even if it comes first and is longer', (code) => {
    const ecg = read(annotatedEcg(series(code, beat(9, 9, 9)), series('RHYTHM', beat(1, 2))));
    expect(samples(ecg)).toEqual({ I: [1, 2] });
    expect(codes(ecg)).not.toContain('SERIES_CHOSEN');
    expect(() => read(annotatedEcg(series(code, beat(1, 2))))).toThrow(
      expect.objectContaining({ code: 'NO_WAVEFORM' }),
    );
  });

  it('is not a derived beat', () => {
    const ecg = read(annotatedEcg(series('RHYTHM', beat(1, 2), derivedSeries('REPRESENTATIVE_BEAT', beat(9, 9, 9)))));
    expect(samples(ecg)).toEqual({ I: [1, 2] });
  });

  it('may be derived', () => {
    const ecg = read(annotatedEcg(series('REPRESENTATIVE_BEAT', beat(9), derivedSeries('RHYTHM', beat(1, 2)))));
    expect(samples(ecg)).toEqual({ I: [1, 2] });
  });

  it('is the longest in seconds of several rhythms, with a warning', () => {
    const quick = sequenceSet(timeSequence('0'), lead('I', 1, 2, 3, 4));
    const ecg = read(annotatedEcg(series('RHYTHM', quick), series('RHYTHM', beat(5, 6)), series('RHYTHM', beat(7))));
    expect(samples(ecg)).toEqual({ I: [5, 6] });
    expect(ecg.warnings[0]).toEqual({
      code: 'SERIES_CHOSEN',
      message: 'rhythm series 2 of 3 is taken: the longest that can be read, then the earliest',
    });
  });

  it('is the earliest of equally long rhythms', () => {
    const rhythms = ['20240301101600', '20240301101500', '0'].map((head, index) =>
      series('RHYTHM', at(head, lead('I', index + 1))),
    );
    expect(read(annotatedEcg(...rhythms)).recordedAt).toBe('2024-03-01T10:15:00');
  });

  it('is one that can be read', () => {
    const unreadable = series('RHYTHM', at('0', leadSequence('MDC_ECG_LEAD_I', '1 2 3', { scale: '' })));
    const ecg = read(annotatedEcg(unreadable, series('RHYTHM', beat(1))));
    expect(samples(ecg)).toEqual({ I: [1] });
    expect(codes(ecg)).toContain('SERIES_CHOSEN');
    expect(() => read(annotatedEcg(unreadable))).toThrow(expect.objectContaining({ code: 'UNIT_UNKNOWN' }));
  });

  it('may have no code, with a warning, but not an unknown one', () => {
    expect(codes(read(annotatedEcg(series('', beat(1)))))).toContain('SERIES_CHOSEN');
    expect(() => read(annotatedEcg(series('AVERAGE', beat(1))))).toThrow(
      expect.objectContaining({ code: 'NO_WAVEFORM' }),
    );
  });
});
