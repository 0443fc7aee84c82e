import {
  amount,
  type MeasuredEcg,
  measuredQtcOf,
  measuredValue,
  type PreferredQtc,
  type PreferredValue,
  preferredValue,
  qtcOf,
} from '../measurement/preferred-value.ts';

/** What drug rules ask of a recording besides findings. */
export type MeasuredQuantity = 'qtc' | 'heartRate' | 'pr' | 'qrs';

/** One value of a recording, as a card may print it. */
export interface MeasuredValue {
  readonly quantity: MeasuredQuantity;
  /** ms, or per minute for the heart rate. */
  readonly value: number;
  /** "QTc 512 ms (Fridericia)" */
  readonly text: string;
  /** By the source of the recording, or by Cardhook in the tracing. */
  readonly basis: 'stated' | 'measured';
  /** What the other side has instead: both are told. */
  readonly disagreesWith?: Pick<MeasuredValue, 'text' | 'basis'>;
}

const NAMES = {
  qtc: ['QTc', 'qtcFridericia'],
  heartRate: ['heart rate', 'ventricularRate'],
  pr: ['PR interval', 'pr'],
  qrs: ['QRS duration', 'qrs'],
} as const;

/**
 * What counts of a quantity: the value that the source states, else the one that was measured where that is dependable.
 * Both, the stated one first, where they disagree: neither may silence what the other warns of.
 */
export function valuesOf(reading: MeasuredEcg, quantity: MeasuredQuantity): readonly MeasuredValue[] {
  const [, name] = NAMES[quantity];
  const isQtc = quantity === 'qtc';
  const preferred = isQtc ? qtcOf(reading) : preferredValue(reading, name);
  if (preferred === undefined) return [];
  const value = toldValue(quantity, preferred);
  if (preferred.confidence === 'high') return [value];
  const ours = isQtc ? measuredQtcOf(reading) : measuredValue(reading, name);
  if (value.basis === 'measured' || ours === undefined) return [];
  const measured = toldValue(quantity, ours);
  return [
    { ...value, disagreesWith: measured },
    { ...measured, disagreesWith: value },
  ];
}

function toldValue(quantity: MeasuredQuantity, preferred: PreferredValue | PreferredQtc): MeasuredValue {
  const [label] = NAMES[quantity];
  const { value, basis } = preferred;
  return {
    quantity,
    value: Math.round(value),
    text: `${label} ${amount(preferred)}${'method' in preferred ? ` (${formulaOf(preferred)})` : ''}`,
    basis: basis === 'source' ? 'stated' : 'measured',
  };
}

function formulaOf({ method }: PreferredQtc): string {
  return method === 'not stated' ? 'formula not stated' : method;
}
