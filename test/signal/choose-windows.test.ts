import { chooseWindows } from '../../src/signal/choose-windows.ts';
import type { SelectedLeads } from '../../src/signal/select-leads.ts';

const RATE = 100;

/** Two leads of a sine at 100 Hz; `gaps` are stretches in seconds, of which lead II misses the samples. */
const recordingOf = (seconds: number, gaps: readonly (readonly [from: number, to: number])[] = []): SelectedLeads => {
  const whole = Float64Array.from({ length: Math.round(seconds * RATE) }, (_, i) => Math.sin(i / 10));
  const gappy = whole.slice();
  for (const [from, to] of gaps) gappy.fill(Number.NaN, Math.round(from * RATE), Math.round(to * RATE));
  return { leads: ['I', 'II'], samples: [whole, gappy], derived: [], sources: [] };
};
const withSecond = (change: (sample: number, i: number) => number): SelectedLeads => {
  const { samples, ...rest } = recordingOf(10);
  return { ...rest, samples: [samples[0]!, samples[1]!.map(change)] };
};
const starts = (recording: SelectedLeads): number[] =>
  chooseWindows(recording, RATE).windows.map(({ start }) => start / RATE);
const unusable = (message: RegExp) =>
  expect.objectContaining({ code: 'SIGNAL_UNUSABLE', message: expect.stringMatching(message) });

describe('chooseWindows', () => {
  it('takes 10 s as they are', () => {
    expect(chooseWindows(recordingOf(10), RATE)).toEqual({
      windows: [{ start: 0, length: 1000, notes: [] }],
      notes: [],
    });
  });

  it('takes the first 10 of 11 s, and says so', () => {
    const { windows, notes } = chooseWindows(recordingOf(11), RATE);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ start: 0, length: 1000 });
    expect(notes).toEqual(['10 s of the 11 s recorded, from 0 s on']);
  });

  it('moves the window to where the fewest samples are missing, earliest first', () => {
    expect(starts(recordingOf(12, [[0.2, 0.3]]))).toEqual([0.5]);
    expect(starts(recordingOf(10.3, [[0, 0.2]]))).toEqual([0.3]);
    const bothEnds = recordingOf(12, [
      [0, 0.5],
      [11.4, 12],
    ]);
    expect(starts(bothEnds)).toEqual([0.5]);
  });

  it.each([
    [19.99, [0]],
    [20, [0, 10]],
    [25, [0, 12.5]],
    [30, [0, 10, 20]],
    [60, [0, 10, 20, 30, 40, 50]],
    [600, [0, 100, 200, 300, 400, 500]],
  ])('spreads windows over %d s', (seconds, expected) => {
    expect(starts(recordingOf(seconds))).toEqual(expected);
  });

  it('gives windows of one length that lie apart and inside the recording', () => {
    const recording = recordingOf(37.77, [[3, 4]]);
    const { windows } = chooseWindows(recording, RATE);
    windows.forEach(({ start, length }, index) => {
      expect(length).toBe(1000);
      expect(start + length).toBeLessThanOrEqual(windows[index + 1]?.start ?? recording.samples[0]!.length);
    });
  });

  it('leaves out what is unusable of a long recording, and says so', () => {
    const { windows, notes } = chooseWindows(recordingOf(30, [[10, 20]]), RATE);
    expect(windows.map(({ start }) => start)).toEqual([0, 2000]);
    expect(notes).toEqual([
      '2 windows of 10 s of the 30 s recorded',
      '1 of 3 windows left out as unusable: more than 20 % or 2 s at a stretch missing in II',
    ]);
  });

  it('takes all of 5 to 10 s and nothing shorter', () => {
    expect(chooseWindows(recordingOf(8.2), RATE).windows).toEqual([{ start: 0, length: 820, notes: [] }]);
    expect(starts(recordingOf(5))).toEqual([0]);
    expect(() => chooseWindows(recordingOf(4.99), RATE)).toThrow(
      expect.objectContaining({ code: 'RECORDING_TOO_SHORT', message: '4.99 s recorded, at least 5 s are needed' }),
    );
  });

  it('bears gaps of 2 s and of 20 % in all, and notes what is missing', () => {
    expect(chooseWindows(recordingOf(10, [[4, 6]]), RATE).windows[0]!.notes).toEqual([
      'missing samples taken as 0 mV: II 2 s',
    ]);
    const many = recordingOf(
      10,
      [0, 2, 4, 6, 8].map((at) => [at, at + 0.4]),
    );
    expect(starts(many)).toEqual([0]);
  });

  it('refuses a gap beyond 2 s and more than 20 % in all, naming the lead', () => {
    expect(() => chooseWindows(recordingOf(10, [[4, 6.01]]), RATE)).toThrow(
      unusable(/2 s at a stretch missing in II$/),
    );
    const many = recordingOf(
      10,
      [0, 2, 4, 6, 8].map((at) => [at, at + 0.41]),
    );
    expect(() => chooseWindows(many, RATE)).toThrow(unusable(/more than 20 % .* missing in II$/));
    expect(() => chooseWindows(recordingOf(6, [[1, 2.3]]), RATE)).toThrow(unusable(/more than 20 %/));
  });

  it('refuses a flat lead below 0.001 mV peak to peak, whatever its level', () => {
    const level = (amplitude: number) => withSecond((_, i) => 2 + (i % 2) * amplitude);
    expect(() => chooseWindows(level(0.0009), RATE)).toThrow(
      unusable(/^no stretch of 10 s is usable: flat signal in II$/),
    );
    expect(starts(level(0.0011))).toEqual([0]);
  });

  it('refuses infinite samples', () => {
    const infinite = withSecond((sample, i) => (i === 500 ? Number.NEGATIVE_INFINITY : sample));
    expect(() => chooseWindows(infinite, RATE)).toThrow(unusable(/infinite samples in II$/));
  });

  it('names every lead at fault and every fault', () => {
    const [good, none] = [recordingOf(10).samples[0]!, new Float64Array(1000).fill(Number.NaN)];
    const recording: SelectedLeads = {
      leads: ['I', 'II', 'V1', 'V6'],
      samples: [good, none, none, new Float64Array(1000)],
      derived: [],
      sources: [],
    };
    expect(() => chooseWindows(recording, RATE)).toThrow(unusable(/missing in II, V1; flat signal in V6$/));
  });

  it('prefers a usable window with gaps to an unusable one without', () => {
    const recording = recordingOf(20, [[10.2, 10.3]]);
    const flatFirst = recording.samples[0]!.map((sample, i) => (i < 1000 ? 0 : sample));
    const { windows } = chooseWindows({ ...recording, samples: [flatFirst, recording.samples[1]!] }, RATE);
    expect(windows.map(({ start }) => start)).toEqual([1000]);
  });
});
