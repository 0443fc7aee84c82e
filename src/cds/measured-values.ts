import {
  amount,
  type MeasuredEcg,
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
}

const NAMES = {
  heartRate: ['heart rate', 'ventricularRate'],
  pr: ['PR interval', 'pr'],
  qrs: ['QRS duration', 'qrs'],
} as const;

/** A value of a recording: as its source states it, else as it was measured where that is dependable. */
export function measuredOf(reading: MeasuredEcg, quantity: MeasuredQuantity): MeasuredValue | undefined {
  if (quantity === 'qtc') return qtcValue(reading);
  const [label, name] = NAMES[quantity];
  const preferred = preferredValue(reading, name);
  if (preferred === undefined || isDoubtful(preferred)) return undefined;
  return {
    quantity,
    value: Math.round(preferred.value),
    text: `${label} ${amount(preferred)}`,
    basis: basisOf(preferred),
  };
}

function qtcValue(reading: MeasuredEcg): MeasuredValue | undefined {
  const qtc = qtcOf(reading);
  if (qtc === undefined || isDoubtful(qtc)) return undefined;
  const formula = qtc.method === 'not stated' ? 'formula not stated' : qtc.method;
  return {
    quantity: 'qtc',
    value: Math.round(qtc.value),
    text: `QTc ${amount(qtc)} (${formula})`,
    basis: basisOf(qtc),
  };
}

/** What the source states counts even where the tracing seems to say otherwise: a note says so. */
function isDoubtful({ basis, confidence }: PreferredValue): boolean {
  return basis === 'measured' && confidence === 'low';
}

function basisOf({ basis }: PreferredValue): MeasuredValue['basis'] {
  return basis === 'source' ? 'stated' : 'measured';
}
