import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { layOutBeats } from '../../src/tracing/beat-overlay.ts';
import type { LeadStrip } from '../../src/tracing/lead-strip.ts';
import { STANDARD_SCALE } from '../../src/tracing/paper.ts';
import { toSvg } from '../../src/tracing/svg.ts';
import { tracingCaption } from '../../src/tracing/tracing-caption.ts';

const NORMAL = simulated('normal ecg', 68);

describe('beats of two ECGs over each other', () => {
  it('lie on each other where the ECG is the same, also if it began later and has an offset', () => {
    const later = changed(NORMAL, (samples) => samples.subarray(150).map((sample) => sample + 0.4));
    const { strips, otherStrips } = page(NORMAL, later);
    expect(strips.map(({ lead }) => lead)).toEqual(STANDARD_LEADS);
    for (const [index, strip] of strips.entries()) {
      expect(apartMm(strip, otherStrips[index]!)).toBeLessThan(0.6);
    }
  });

  it('show a change of amplitude to scale, in the lead that has it', () => {
    const taller = createEcg({
      ...NORMAL,
      leads: NORMAL.leads.map(({ lead, samples }) => ({
        lead,
        samples: samples.map((x) => (lead === 'V2' ? 2 * x : x)),
      })),
    });
    const { strips, otherStrips } = page(taller, NORMAL);
    for (const [index, { lead, ...strip }] of strips.entries()) {
      const [now, then] = [heightMm(strip), heightMm(otherStrips[index]!)];
      expect(now / then).toBeCloseTo(lead === 'V2' ? 2 : 1, 1);
    }
  });

  it('begin their QRS at the same place whatever the rate', () => {
    const { strips, otherStrips } = page(NORMAL, simulated('sinus tachycardia', 118));
    const [now, then] = [strips[1]!, otherStrips[1]!].map(tallestAtMm);
    expect(Math.abs(now! - then!)).toBeLessThan(1);
  });

  it('are drawn in a different ink, with both times in words', () => {
    const svg = toSvg(
      layOutBeats({ present: NORMAL, previous: NORMAL }, tracingCaption(NORMAL, NORMAL.patient), STANDARD_SCALE),
    );
    expect(svg.match(/class="ecg-trace"/g)).toHaveLength(12);
    expect(svg.match(/class="ecg-other-trace"/g)).toHaveLength(12);
    expect(svg).toContain('averages of the dominant beats');
    expect(svg).not.toContain('no filter added');
  });

  it('show only leads that both have', () => {
    const single = createEcg({ ...NORMAL, leads: NORMAL.leads.filter(({ lead }) => lead === 'I') });
    expect(page(NORMAL, single).strips.map(({ lead }) => lead)).toEqual(['I']);
  });

  it('are not drawn of an ECG without beats', () => {
    const flat = changed(NORMAL, (samples) => samples.map(() => 0));
    expect(() => page(NORMAL, flat)).toThrow('the previous ECG has no beat that could be averaged');
  });
});

function simulated(finding: string, ratePerMinute: number): Ecg {
  return simulateEcg({
    finding,
    ratePerMinute,
    seed: 2,
    format: 'fhir',
    recordedAt: '2026-11-22T09:15:30Z',
    patient: { ids: [] },
  });
}

function changed(ecg: Ecg, change: (samples: Float64Array) => Float64Array): Ecg {
  return createEcg({ ...ecg, leads: ecg.leads.map(({ lead, samples }) => ({ lead, samples: change(samples) })) });
}

function page(present: Ecg, previous: Ecg) {
  const { pages } = layOutBeats({ present, previous }, tracingCaption(present, present.patient), STANDARD_SCALE);
  return { strips: pages[0]?.strips ?? [], otherStrips: pages[0]?.otherStrips ?? [] };
}

function ysOf({ polylines }: Pick<LeadStrip, 'polylines'>): readonly number[] {
  return polylines.flatMap((line) => [...line].filter((_, index) => index % 2 === 1));
}

function heightMm(strip: Pick<LeadStrip, 'polylines'>): number {
  return Math.max(...ysOf(strip)) - Math.min(...ysOf(strip));
}

function tallestAtMm({ polylines }: LeadStrip): number {
  const [line = new Float64Array()] = polylines;
  const ys = ysOf({ polylines });
  return line[2 * ys.indexOf(Math.min(...ys))]!;
}

/** The greatest distance in height of two strips, point by point. */
function apartMm(one: LeadStrip, other: LeadStrip): number {
  const [a, b] = [ysOf(one), ysOf(other)];
  return Math.max(...a.slice(0, b.length).map((y, index) => Math.abs(y - b[index]!)));
}
