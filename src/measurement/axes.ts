import { type Lead, STANDARD_LEADS } from '../ecg/lead.ts';
import { selectLeads } from '../signal/select-leads.ts';
import type { Waves } from './delineate.ts';
import type { SteadyP } from './intervals.ts';
import type { Measurement } from './measurement.ts';
import type { RepresentativeBeat } from './representative-beat.ts';

const LIMBS: ReadonlySet<Lead> = new Set(STANDARD_LEADS.slice(0, 6));
/** mV. A mean vector shorter than this in the frontal plane has no direction worth a number. */
const MIN_MEAN = { p: 0.015, qrs: 0.03, t: 0.03 } as const;

/** Frontal axes of P, QRS and T by the areas of I and aVF; 0 points to the left arm, 90 to the feet. */
export function frontalAxes(
  beat: RepresentativeBeat,
  { t, qrsOnset, qrsOffset }: Waves,
  p: SteadyP,
): Readonly<Record<'pAxis' | 'qrsAxis' | 'tAxis', Measurement>> {
  const limbs = beat.leads.filter(({ lead }) => LIMBS.has(lead));
  if (limbs.length < 2) {
    const reason = 'needs two limb leads';
    return { pAxis: { reason }, qrsAxis: { reason }, tAxis: { reason } };
  }
  const [left, foot] = selectLeads({ leads: limbs }, ['I', 'aVF']).samples;
  const axis = (from: number, to: number, least: number): Measurement => {
    const x = meanOf(left!, from, to);
    const y = (2 / Math.sqrt(3)) * meanOf(foot!, from, to);
    if (Math.hypot(x, y) < least) return { reason: 'the wave has no direction in the frontal plane' };
    return { value: Math.round((Math.atan2(y, x) * 180) / Math.PI), unit: 'deg', confidence: 'high' };
  };
  return {
    pAxis: 'reason' in p ? p : axis(p.onset, p.offset, MIN_MEAN.p),
    qrsAxis: axis(qrsOnset, qrsOffset, MIN_MEAN.qrs),
    tAxis: t === undefined ? { reason: 'no T wave' } : axis((qrsOffset + t.peak) / 2, t.offset, MIN_MEAN.t),
  };
}

function meanOf(samples: Float64Array, from: number, to: number): number {
  const part = samples.subarray(Math.round(from), Math.max(Math.round(from) + 1, Math.round(to)));
  return part.reduce((sum, value) => sum + value, 0) / part.length;
}
