import type { Ecg, SourceMeasurement } from '../ecg/ecg.ts';
import { type EcgMeasurements, isMeasured, type Measured, type MeasurementName } from './measurement.ts';

/** The measurements of a recording from both sides: the source's own in `ecg`, ours in `measurements`. */
export interface MeasuredEcg {
  readonly ecg: Pick<Ecg, 'measurements'>;
  readonly measurements: EcgMeasurements;
}

/** One number out of two, and where it is from. */
export interface PreferredValue {
  readonly name: MeasurementName | 'qtc';
  readonly value: number;
  readonly unit: Measured['unit'];
  readonly basis: 'source' | 'measured';
  /** `low` also where source and measurement disagree. */
  readonly confidence: Measured['confidence'];
}

/** A QTc and the formula it is by. */
export interface PreferredQtc extends PreferredValue {
  readonly method: 'Fridericia' | 'Bazett' | 'not stated';
}

interface SourceName {
  readonly names: readonly string[];
  readonly unit: Measured['unit'];
  /** Outside of this a stated value is a slip of the machine, and as good as not stated. */
  readonly plausible: readonly [least: number, most: number];
  /** Source and measurement that differ by more disagree. */
  readonly limit: number;
}

/** What sources call a measurement. */
export const SOURCE_NAMES: Readonly<Partial<Record<PreferredValue['name'], SourceName>>> = {
  ventricularRate: { names: ['MDC_ECG_HEART_RATE'], unit: '/min', plausible: [15, 350], limit: 10 },
  pr: { names: ['MDC_ECG_TIME_PD_PR'], unit: 'ms', plausible: [60, 600], limit: 30 },
  qrs: { names: ['MDC_ECG_TIME_PD_QRS'], unit: 'ms', plausible: [40, 300], limit: 30 },
  qt: { names: ['MDC_ECG_TIME_PD_QT'], unit: 'ms', plausible: [200, 800], limit: 40 },
  qtcFridericia: { names: ['MDC_ECG_TIME_PD_QTC_FREDERICA'], unit: 'ms', plausible: [250, 800], limit: 40 },
  qtcBazett: { names: ['MDC_ECG_TIME_PD_QTC_BAZETT'], unit: 'ms', plausible: [250, 800], limit: 40 },
  // Recorders that name no formula use Bazett's as a rule.
  qtc: { names: ['MDC_ECG_TIME_PD_QTC'], unit: 'ms', plausible: [250, 800], limit: 40 },
  qrsAxis: { names: ['MDC_ECG_ANGLE_QRS_FRONT'], unit: 'deg', plausible: [-360, 360], limit: 30 },
};

/**
 * The source's own value where it states a plausible one, since a recorder sees more than what it stores and a
 * clinician may have corrected it; else ours. Where both are there and disagree, the confidence is low.
 */
export function preferredValue(reading: MeasuredEcg, name: PreferredValue['name']): PreferredValue | undefined {
  const ours = oursOf(reading.measurements, name);
  const stated = statedValue(reading.ecg.measurements, name);
  if (stated === undefined) return name === 'qtc' ? undefined : measuredValue(reading, name);
  const { value, unit } = stated;
  const isDoubted = ours !== undefined && ours.confidence === 'high' && disagree(name, value, ours.value);
  return { name, value, unit, basis: 'source', confidence: isDoubted ? 'low' : 'high' };
}

/** Ours, whatever the source states. */
export function measuredValue({ measurements }: MeasuredEcg, name: MeasurementName): PreferredValue | undefined {
  const ours = measurements[name];
  if (!isMeasured(ours)) return undefined;
  const { value, unit, confidence } = ours;
  return { name, value, unit, basis: 'measured', confidence };
}

/** QTc for rules: the source's, Fridericia before an unstated formula before Bazett; else ours by Fridericia. */
export function qtcOf(reading: MeasuredEcg): PreferredQtc | undefined {
  const [fridericia, unstated, bazett] = (['qtcFridericia', 'qtc', 'qtcBazett'] as const).map((name) =>
    preferredValue(reading, name),
  );
  if (fridericia?.basis === 'source') return { ...fridericia, method: 'Fridericia' };
  if (unstated?.basis === 'source') return { ...unstated, method: 'not stated' };
  if (bazett?.basis === 'source') return { ...bazett, method: 'Bazett' };
  return measuredQtcOf(reading);
}

/** Our QTc for rules, whatever the source states. */
export function measuredQtcOf(reading: MeasuredEcg): PreferredQtc | undefined {
  const fridericia = measuredValue(reading, 'qtcFridericia');
  return fridericia && { ...fridericia, method: 'Fridericia' };
}

/** What of a recording's own values does not fit ours, as sentences; both numbers are given and neither is taken back. */
export function disagreements({ ecg, measurements }: MeasuredEcg): readonly string[] {
  return (Object.keys(LABELS) as (keyof typeof LABELS)[]).flatMap((name) => {
    const ours = oursOf(measurements, name);
    const stated = statedValue(ecg.measurements, name);
    if (stated === undefined || ours?.confidence !== 'high' || !disagree(name, stated.value, ours.value)) return [];
    return [
      `the recorder states ${LABELS[name]} ${amount(stated)}, but ${amount(ours)} was measured: check the tracing`,
    ];
  });
}

const LABELS = {
  ventricularRate: 'a rate of',
  pr: 'PR',
  qrs: 'QRS',
  qt: 'QT',
  qrsAxis: 'a QRS axis of',
} as const satisfies Partial<Record<MeasurementName, string>>;

/** "162 ms", "72/min", "-30°" */
export function amount({ value, unit }: Pick<Measured, 'value' | 'unit'>): string {
  if (unit === 'deg') return `${Math.round(value)}°`;
  return unit === '/min' ? `${Math.round(value)}/min` : `${Math.round(value)} ms`;
}

/** An unstated formula is compared with Bazett's. */
function oursOf(measurements: EcgMeasurements, name: PreferredValue['name']): Measured | undefined {
  const measurement = measurements[name === 'qtc' ? 'qtcBazett' : name];
  return isMeasured(measurement) ? measurement : undefined;
}

/** The source's own value, where it states a plausible one. */
export function statedValue(
  stated: readonly SourceMeasurement[],
  wanted: PreferredValue['name'],
): Pick<Measured, 'value' | 'unit'> | undefined {
  const source = SOURCE_NAMES[wanted];
  if (source === undefined) return undefined;
  const { names, unit, plausible } = source;
  const found = stated.find(
    (row) => names.includes(row.name) && row.unit === unit && row.value >= plausible[0] && row.value <= plausible[1],
  );
  return found && { value: found.value, unit };
}

function disagree(name: PreferredValue['name'], a: number, b: number): boolean {
  const { limit = Number.POSITIVE_INFINITY, unit } = SOURCE_NAMES[name] ?? {};
  const difference = Math.abs(a - b);
  return (unit === 'deg' ? Math.abs(((difference + 180) % 360) - 180) : difference) > limit;
}
