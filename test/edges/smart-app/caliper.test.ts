import {
  type Caliper,
  caliperText,
  type DrawnStrip,
  marchOut,
  measureCaliper,
  movedEnd,
  nearestPoint,
  secondsOf,
} from '../../../src/edges/smart-app/browser/caliper.ts';

/** 2 s of a trace at 25 mm/s and 10 mm/mV that begins 5 s into the recording; its points lie as a drawing rounds them. */
function strip(samplingRate: number, millivolts: (index: number) => number = () => 0): DrawnStrip {
  const hundredths = (mm: number) => Math.round(mm * 100) / 100;
  return {
    ...{ lead: 'II', samplingRate, startSeconds: 5, mmPerSecond: 25, mmPerMillivolt: 10 },
    box: { xMm: 23.5, yMm: 30, widthMm: 50, heightMm: 30 },
    points: Array.from({ length: 2 * samplingRate }, (_, index) => ({
      xMm: hundredths(23.5 + (index * 25) / samplingRate),
      yMm: hundredths(45 - millivolts(index) * 10),
    })),
  };
}
const caliper = (from: number, to: number, of = strip(500)): Caliper => ({ strip: of, from, to });

describe('a caliper', () => {
  it.each([250, 500, 512, 1000, 1200])('knows the very sample it is on at %i Hz', (rate) => {
    const drawn = strip(rate);
    for (let index = 0; index < drawn.points.length; index += 7) {
      expect(secondsOf(drawn, index)).toBe(Math.round((5 + index / rate) * rate) / rate);
      expect(nearestPoint(drawn, drawn.points[index]!.xMm)).toBe(index);
    }
  });

  it('says time, amplitude of the later against the earlier sample, and the rate', () => {
    const step = strip(500, (index) => (index < 100 ? 0.1 : -0.25));
    expect(measureCaliper(caliper(50, 456, step))).toEqual({
      ms: expect.closeTo(812, 9),
      millivolts: expect.closeTo(-0.35, 9),
      ratePerMinute: expect.closeTo(60_000 / 812, 9),
    });
    expect(caliperText(caliper(50, 456, step))).toBe('812 ms, −0.35 mV, 74/min');
    expect(caliperText(caliper(456, 50, step))).toBe('812 ms, −0.35 mV, 74/min');
  });

  it('says no rate that no heart has', () => {
    expect(caliperText(caliper(50, 50))).toBe('0 ms, 0.00 mV');
    expect(caliperText(caliper(50, 90))).toBe('80 ms, 0.00 mV');
  });

  it('marches out over the whole strip, and not where marks would cover the trace', () => {
    const marks = marchOut(caliper(400, 600));
    expect(marks).toEqual([23.5, 33.5, 63.5, 73.5].map((mm) => expect.closeTo(mm, 6)));
    expect(marchOut(caliper(400, 410))).toEqual([]);
  });

  it('stays on its strip, and finds nothing where nothing is drawn', () => {
    expect(movedEnd(caliper(3, 900), 'from', -4)).toMatchObject({ from: 0, to: 900 });
    expect(movedEnd(caliper(3, 900), 'to', 5000)).toMatchObject({ from: 3, to: 999 });
    expect(nearestPoint({ ...strip(500), points: [] }, 30)).toBeUndefined();
  });
});
