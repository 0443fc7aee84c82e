import fc from 'fast-check';
import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { LEADS, type Lead, STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { LAYOUTS } from '../../src/tracing/arrange-leads.ts';
import { type LeadStrip, millivoltsAtY, secondsAtX, xOfSeconds, yOfMillivolts } from '../../src/tracing/lead-strip.ts';
import { GRID, PAGE } from '../../src/tracing/paper.ts';
import { layOutTracing, type TracingOptions } from '../../src/tracing/tracing.ts';
import { tracingCaption } from '../../src/tracing/tracing-caption.ts';

/** Half of the lattice that points are rounded to. */
const ROUNDING_MM = 0.005 + 1e-9;

describe('the layout of a tracing', () => {
  it('draws 1 s as 25 mm and 1 mV as 10 mm, or as the chosen paper has it', () => {
    const scales = fc.record({
      mmPerSecond: fc.constantFrom(12.5, 25, 50),
      mmPerMillivolt: fc.constantFrom(5, 10, 20),
    });
    fc.assert(
      fc.property(recordings, fc.option(scales, { nil: {} }), (ecg, scale) => {
        for (const strip of stripsOf(ecg, scale)) {
          const { mmPerSecond, mmPerMillivolt } = { mmPerSecond: 25, mmPerMillivolt: 10, ...scale };
          expect(xOfSeconds(strip, 2) - xOfSeconds(strip, 1)).toBeCloseTo(mmPerSecond, 6);
          expect(yOfMillivolts(strip, 1) - yOfMillivolts(strip, 2)).toBeCloseTo(mmPerMillivolt, 6);
          expectOnTheSignal(strip, ecg);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('shows every sample of every lead in rows', () => {
    fc.assert(
      fc.property(recordings, (ecg) => {
        const all = stripsOf(ecg, { layout: 'rows' });
        for (const { lead, samples } of ecg.leads) {
          const strips = all.filter((strip) => strip.lead === lead);
          const shown = strips.flatMap(({ polylines }) => polylines).reduce((sum, { length }) => sum + length / 2, 0);
          expect(shown).toBe(samples.filter(Number.isFinite).length);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('never draws across a gap, and shows a sample between two gaps', () => {
    const samples = Float64Array.of(0, 0.1, Number.NaN, 0.3, Number.NaN, Number.POSITIVE_INFINITY, 0.6, 0.7, 0.8);
    const [strip] = stripsOf(recording({ samplingRate: 10, leads: [{ lead: 'I', samples }] }));
    const seconds = strip?.polylines.map((line) => xsOf(line).map((x) => secondsAtX(strip, x)));
    expect(seconds?.map((line) => line.map((second) => Math.round(second * 10)))).toEqual([[0, 1], [3], [6, 7, 8]]);
  });

  it('keeps the peaks of a signal too dense for paper', () => {
    const samples = Float64Array.from({ length: 100_000 }, (_, index) =>
      index === 51_234 ? 1.5 : Math.sin(index) / 50,
    );
    const [strip] = stripsOf(recording({ samplingRate: 50_000, leads: [{ lead: 'II', samples }] }));
    const [line = new Float64Array()] = strip?.polylines ?? [];
    expect(line.length / 2).toBeLessThanOrEqual(4 * 5001);
    expect(Math.min(...ysOf(line))).toBeCloseTo(yOfMillivolts(strip!, 1.5), 2);
    const peak = ysOf(line).indexOf(Math.min(...ysOf(line)));
    expect(Math.abs(secondsAtX(strip!, xsOf(line)[peak]!) - 51_234 / 50_000)).toBeLessThan(0.01 / 25);
    expect(xsOf(line)).toEqual([...xsOf(line)].sort((a, b) => a - b));
  });

  it('puts a point of the paper back where it is in the signal', () => {
    fc.assert(
      fc.property(recordings, fc.double({ min: -3, max: 3, noNaN: true }), (ecg, millivolts) => {
        for (const strip of stripsOf(ecg)) {
          expect(secondsAtX(strip, xOfSeconds(strip, 0.37))).toBeCloseTo(0.37, 9);
          expect(millivoltsAtY(strip, yOfMillivolts(strip, millivolts))).toBeCloseTo(millivolts, 9);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('prints twelve leads as three rows of four with lead II below, in time', () => {
    const { pages } = layOut(twelveLeads(10));
    expect(pages).toHaveLength(1);
    const [{ strips, pulses, separators } = pages[0]!] = pages;
    expect(strips.map(({ lead }) => lead)).toEqual([...STANDARD_LEADS, 'II']);
    expect(strips.map(({ startSeconds }) => startSeconds)).toEqual([0, 0, 0, 2.5, 2.5, 2.5, 5, 5, 5, 7.5, 7.5, 7.5, 0]);
    expect([pulses.length, separators.length]).toEqual([4, 9]);
    const rhythm = strips.at(-1)!;
    for (const strip of strips)
      expect(xOfSeconds(strip, strip.startSeconds)).toBe(xOfSeconds(rhythm, strip.startSeconds));
  });

  it.each([
    ['6x2', 7, 5],
    ['12x1', 12, 10],
  ] as const)('prints twelve leads as %s', (layout, rows, seconds) => {
    const { strips, pulses } = layOut(twelveLeads(10), { layout }).pages[0]!;
    expect(pulses).toHaveLength(rows);
    expect(strips[0]!.endSeconds - strips[0]!.startSeconds).toBe(seconds);
  });

  it('draws a calibration pulse of 1 mV for 200 ms', () => {
    for (const [scale, widthMm, heightMm] of [
      [{}, 5, 10],
      [{ mmPerSecond: 50, mmPerMillivolt: 5 }, 10, 5],
    ] as const) {
      const [pulse = new Float64Array()] = layOut(twelveLeads(10), scale).pages[0]!.pulses;
      const top = Math.min(...ysOf(pulse));
      const plateau = xsOf(pulse).filter((_, index) => ysOf(pulse)[index] === top);
      expect(Math.max(...plateau) - Math.min(...plateau)).toBeCloseTo(widthMm, 9);
      expect(Math.max(...ysOf(pulse)) - top).toBeCloseTo(heightMm, 9);
      for (const layout of LAYOUTS) {
        const { pulses } = layOut(twelveLeads(10), { ...scale, layout }).pages[0]!;
        expect(Math.min(...pulses.flatMap(ysOf))).toBeGreaterThanOrEqual(GRID.yMm);
      }
    }
  });

  it('computes limb leads that were not stored, says so, and makes up no other', () => {
    const stored = twelveLeads(10).leads.filter(({ lead }) => lead === 'I' || lead === 'II' || lead.startsWith('V'));
    const { pages } = layOut(recording({ leads: stored }));
    expect(textsOf(pages)).toContain('Computed from two limb leads: III, aVR, aVL, aVF.');
    const III = pages[0]!.strips.find(({ lead }) => lead === 'III')!;
    expect(III.polylines).toHaveLength(1);
    const without = recording({ leads: stored.filter(({ lead }) => lead !== 'V3') });
    expect(layOut(without).pages[0]!.strips.map(({ lead }) => lead)).toEqual(without.leads.map(({ lead }) => lead));
    expect(() => layOut(without, { layout: '3x4' })).toThrow(/without V3: choose layout rows/);
  });

  it('shows leads beyond the twelve on a page of their own', () => {
    const samples = new Float64Array(5000);
    const ecg = recording({ leads: [...twelveLeads(10).leads, { lead: 'V4R', samples }, { lead: 'V8', samples }] });
    const { pages } = layOut(ecg);
    expect(pages.map(({ strips }) => strips.length)).toEqual([13, 2]);
  });

  it('goes on below, and on further pages, where a recording is long', () => {
    const watch = recording({ leads: [{ lead: 'I', samples: new Float64Array(500 * 30) }] });
    expect(layOut(watch).pages.map(({ strips }) => strips.map(({ startSeconds }) => startSeconds))).toEqual([
      [0, 10, 20],
    ]);
    expect(textsOf(layOut(watch).pages)).toContain('0:20');
    const minute = layOut(twelveLeads(64)).pages;
    expect(minute.map(({ strips }) => strips.at(-1)!.startSeconds)).toEqual([0, 10, 20, 30, 40, 50, 54]);
    expect(textsOf(minute)).toContain('64 s, 12 leads, 500 Hz; 0:54 to 1:04, page 7 of 7');
  });

  it('draws one page alone where it is asked for, by its number or by what it shows', () => {
    const day = recording({ samplingRate: 8, leads: [{ lead: 'II', samples: new Float64Array(86_400 * 8) }] });
    for (const options of [{ page: 721 }, { atSeconds: 43_200 }]) {
      const { pages, pageCount } = layOut(day, options);
      expect(pages.map(({ number, startSeconds, endSeconds }) => [number, startSeconds, endSeconds])).toEqual([
        [721, 43_200, 43_260],
      ]);
      expect(pageCount).toBe(1440);
      expect(textsOf(pages)).toContain('page 721 of 1440');
      expect(textsOf(pages)).not.toContain('not drawn');
    }
    expect(layOut(day, { page: 5000 }).pages[0]?.number).toBe(1440);
    expect(layOut(twelveLeads(10), { atSeconds: 99 }).pages[0]?.number).toBe(1);
  });

  it('draws no more than twenty pages, and says what is not drawn', () => {
    const day = recording({ samplingRate: 8, leads: [{ lead: 'II', samples: new Float64Array(86_400 * 8) }] });
    const { pages } = layOut(day);
    expect(pages).toHaveLength(20);
    expect(textsOf(pages)).toContain('Pages after 20 of 1440 (20:00) are not drawn.');
  });

  it('keeps tall waves on the paper while there is room, and says which are cut off', () => {
    const spiked = (millivolts: number) => {
      const { leads } = twelveLeads(10);
      const samples = Float64Array.from({ length: 5000 }, (_, index) => (index % 500 === 250 ? millivolts : 0));
      return layOut(recording({ leads: leads.map((each) => (each.lead === 'V4' ? { ...each, samples } : each)) }));
    };
    const tops = spiked(2.5).pages[0]!.strips.flatMap(({ polylines }) => polylines.flatMap(ysOf));
    expect(Math.min(...tops)).toBeGreaterThanOrEqual(GRID.yMm);
    expect(textsOf(spiked(2.5).pages)).not.toContain('Cut off');
    expect(textsOf(spiked(9).pages)).toContain('Cut off at the edge of the paper: V4.');
  });

  it('holds on to numbers and to the page, whatever the leads, lengths, amplitudes and gains', () => {
    const any = fc.record({
      leads: fc.uniqueArray(fc.constantFrom(...LEADS), { minLength: 1, maxLength: 28 }),
      samplingRate: fc.double({ min: 1, max: 100_000, noNaN: true }),
      samples: fc.array(fc.double(), { minLength: 1, maxLength: 60 }),
      scale: fc.record({ mmPerSecond: fc.constantFrom(12.5, 25, 50), mmPerMillivolt: fc.constantFrom(5, 10, 20) }),
    });
    fc.assert(
      fc.property(any, ({ leads, samplingRate, samples, scale }) => {
        const ecg = recording({
          samplingRate,
          leads: leads.map((lead) => ({ lead, samples: Float64Array.from(samples) })),
        });
        for (const layout of [undefined, ...LAYOUTS]) {
          const needsTwelve = layout !== undefined && layout !== 'rows';
          if (needsTwelve && STANDARD_LEADS.some((lead) => !leads.includes(lead))) continue;
          const { pages } = layOut(ecg, layout === undefined ? scale : { ...scale, layout });
          for (const { strips, labels, pulses } of pages) {
            const numbers = [...strips.flatMap(({ polylines }) => polylines), ...pulses].flatMap((line) => [...line]);
            expect(numbers.every(Number.isFinite)).toBe(true);
            for (const { xMm, yMm } of [...labels, ...strips.map(({ box }) => box)]) {
              expect(xMm >= 0 && xMm <= PAGE.widthMm && yMm >= 0 && yMm <= PAGE.heightMm).toBe(true);
            }
            expect(JSON.stringify(labels)).not.toMatch(/NaN|undefined|Infinity/);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Recordings as they come: some seconds of some leads, with gaps. */
const recordings = fc
  .record({
    leads: fc.uniqueArray(fc.constantFrom<Lead>('I', 'II', 'V1', 'V5', 'X'), { minLength: 1 }),
    samplingRate: fc.constantFrom(100, 250, 333.3, 500, 1000),
    count: fc.integer({ min: 1, max: 1500 }),
    gapAt: fc.nat(700),
    offset: fc.double({ min: -4, max: 4, noNaN: true }),
  })
  .map(({ leads, samplingRate, count, gapAt, offset }) =>
    recording({
      samplingRate,
      leads: leads.map((lead, row) => ({
        lead,
        samples: Float64Array.from({ length: count }, (_, index) =>
          index % 700 === gapAt ? Number.NaN : offset + Math.sin(index / (9 + row)),
        ),
      })),
    }),
  );

function recording(parts: Partial<Ecg> & Pick<Ecg, 'leads'>): Ecg {
  return createEcg({ format: 'dicom', samplingRate: 500, patient: { ids: ['1'] }, ...parts });
}

function twelveLeads(seconds: number): Ecg {
  const samples = Float64Array.from({ length: 500 * seconds }, (_, index) => Math.sin(index / 40) / 2);
  return recording({ leads: STANDARD_LEADS.map((lead) => ({ lead, samples })) });
}

function layOut(ecg: Ecg, options: TracingOptions = {}) {
  return layOutTracing(ecg, tracingCaption(ecg, ecg.patient), options);
}

function stripsOf(ecg: Ecg, options: TracingOptions = {}): readonly LeadStrip[] {
  return layOut(ecg, options).pages.flatMap(({ strips }) => strips);
}

function textsOf(pages: ReturnType<typeof layOut>['pages']): string {
  return pages.flatMap(({ labels }) => labels.map(({ text }) => text)).join('\n');
}

/** Each point is a sample of the lead: at its time within half a sample, at its amplitude within the rounding. */
function expectOnTheSignal(strip: LeadStrip, ecg: Ecg): void {
  const { samples } = ecg.leads.find(({ lead }) => lead === strip.lead)!;
  const faults = strip.polylines.flatMap((line) =>
    Array.from({ length: line.length / 2 }, (_, point) => {
      const [x = Number.NaN, y = Number.NaN] = line.subarray(2 * point);
      const index = Math.round(secondsAtX(strip, x) * ecg.samplingRate);
      return [
        Math.abs(xOfSeconds(strip, index / ecg.samplingRate) - x),
        Math.abs(yOfMillivolts(strip, samples[index]!) - y),
      ];
    }).flat(),
  );
  expect(faults.reduce((worst, fault) => (fault <= worst ? worst : fault), 0)).toBeLessThanOrEqual(ROUNDING_MM);
}

function xsOf(line: Float64Array): readonly number[] {
  return Array.from(line.filter((_, index) => index % 2 === 0));
}

function ysOf(line: Float64Array): readonly number[] {
  return Array.from(line.filter((_, index) => index % 2 === 1));
}
