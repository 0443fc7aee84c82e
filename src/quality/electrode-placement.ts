import type { Lead } from '../ecg/lead.ts';
import { type EcgMeasurements, isMeasured, type LeadAmplitudes } from '../measurement/measurement.ts';

const CHEST: readonly Lead[] = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
/** From here on QRS and T of a ventricular rhythm may be opposite in I and V6 by nature. */
const WIDE_QRS_MS = 120;
/** Degrees off the left arm from which a P wave points to the right. */
const RIGHTWARD = 90;

/**
 * Whether lead I seems upside down, as with exchanged arm electrodes: P points to the right and QRS and T of lead I are
 * opposite to those of V6; without a P wave QRS and T must both be, and QRS narrow. Also in dextrocardia. Batchvarov et al., Europace
 * 2007;9:1081. Other exchanges of limb electrodes are not looked for.
 */
export function areArmLeadsExchanged({
  leads,
  pAxis,
  qrs: duration,
}: Pick<EcgMeasurements, 'leads' | 'pAxis' | 'qrs'>): boolean {
  const [one, six] = amplitudesOf(leads, ['I', 'V6']);
  if (one === undefined || six === undefined) return false;
  const [qrs, t] = [netQrs(one) * netQrs(six), (one.t ?? 0) * (six.t ?? 0)];
  const isNarrow = isMeasured(duration) && duration.value < WIDE_QRS_MS;
  if (!isMeasured(pAxis)) return isNarrow && qrs < 0 && t < 0;
  return Math.abs(pAxis.value) > RIGHTWARD && qrs + t < 0;
}

/**
 * How much smoother the row V1 to V6 becomes by exchanging the best two of its leads: the sum of differences between
 * neighbours after that, of the sum before. About 1 where they are in order; undefined where one of the six is missing.
 */
export function chestRowAfterExchange({ leads }: Pick<EcgMeasurements, 'leads'>): number | undefined {
  const shapes = amplitudesOf(leads, CHEST).map((lead) => lead && shapeOf(lead));
  const row = shapes.flatMap((shape) => (shape === undefined ? [] : [shape]));
  if (row.length < CHEST.length) return undefined;
  const before = roughness(row);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < row.length; i++) {
    for (let j = i + 1; j < row.length; j++) best = Math.min(best, roughness(exchanged(row, i, j)));
  }
  return before > 0 ? best / before : undefined;
}

function amplitudesOf(leads: readonly LeadAmplitudes[], wanted: readonly Lead[]) {
  return wanted.map((name) => leads.find(({ lead }) => lead === name));
}

function netQrs({ q, r, s }: LeadAmplitudes): number {
  return r + Math.min(q, s);
}

type Shape = readonly number[];

function shapeOf({ q, r, s, j60, t = 0 }: LeadAmplitudes): Shape {
  return [q, r, s, j60, t];
}

function roughness(row: readonly Shape[]): number {
  return row.slice(1).reduce((sum, shape, i) => sum + distance(row[i]!, shape), 0);
}

function distance(a: Shape, b: Shape): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}

function exchanged(row: readonly Shape[], i: number, j: number): readonly Shape[] {
  return row.map((shape, k) => (k === i ? row[j]! : k === j ? row[i]! : shape));
}
