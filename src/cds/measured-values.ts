import type { Ecg, SourceMeasurement } from '../ecg/ecg.ts';

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

interface Kind {
  readonly name: string;
  readonly unit: 'ms' | '/min';
  /** Outside of this it is a slip of the machine, and as good as not stated. */
  readonly plausible: readonly [least: number, most: number];
  /** In order of preference. */
  readonly codes: readonly (readonly [name: string, by?: string])[];
}

/** Bazett's formula stands last: it overcorrects at fast rates. */
const KINDS: Readonly<Record<MeasuredQuantity, Kind>> = {
  qtc: {
    name: 'QTc',
    unit: 'ms',
    plausible: [250, 800],
    codes: [
      ['MDC_ECG_TIME_PD_QTC_FREDERICA', 'Fridericia'],
      ['MDC_ECG_TIME_PD_QTC', 'formula not stated'],
      ['MDC_ECG_TIME_PD_QTC_BAZETT', 'Bazett'],
    ],
  },
  heartRate: { name: 'heart rate', unit: '/min', plausible: [15, 350], codes: [['MDC_ECG_HEART_RATE']] },
  pr: { name: 'PR interval', unit: 'ms', plausible: [60, 600], codes: [['MDC_ECG_TIME_PD_PR']] },
  qrs: { name: 'QRS duration', unit: 'ms', plausible: [40, 300], codes: [['MDC_ECG_TIME_PD_QRS']] },
};

/** The QTc of a recording, as its source states it; none where it states none that can be. */
export function qtcOf(ecg: Pick<Ecg, 'measurements'>): MeasuredValue | undefined {
  return measuredOf(ecg, 'qtc');
}

/** A value of a recording, as its source states it: the first by preference that is plausible. */
export function measuredOf(
  { measurements }: Pick<Ecg, 'measurements'>,
  quantity: MeasuredQuantity,
): MeasuredValue | undefined {
  const { name, unit, plausible, codes } = KINDS[quantity];
  const isPlausible = ({ unit: stated, value }: SourceMeasurement) =>
    stated === unit && value >= plausible[0] && value <= plausible[1];
  for (const [code, by] of codes) {
    const found = measurements.find((measurement) => measurement.name === code && isPlausible(measurement));
    if (found === undefined) continue;
    const value = Math.round(found.value);
    const amount = unit === 'ms' ? `${value} ms` : `${value}/min`;
    return { quantity, value, text: `${name} ${amount}${by === undefined ? '' : ` (${by})`}`, basis: 'stated' };
  }
  return undefined;
}
