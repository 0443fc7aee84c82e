import { type EcgMeasurements, isMeasured, type Measurement } from './measurement.ts';
import { amount } from './preferred-value.ts';

/**
 * What a clinician looks for, on one line: "rate 72/min, PR 162 ms, QRS 89 ms, QT/QTc 410/405 ms (Fridericia, mean RR of
 * 12 beats), QRS axis 45°"; in place of a number the reason why there is none.
 */
export function measurementText(measurements: EcgMeasurements): string {
  const { ventricularRate, pr, qrs, qt, qtcFridericia, qrsAxis } = measurements;
  const nothing = [ventricularRate, pr, qrs, qt].find((measurement) => isMeasured(measurement)) === undefined;
  if (nothing) return `not measurable: ${'reason' in ventricularRate ? ventricularRate.reason : ''}`;
  return [
    part('rate', ventricularRate),
    part('PR', pr),
    part('QRS', qrs),
    qtText(qt, qtcFridericia),
    ...(isMeasured(qrsAxis) ? [part('QRS axis', qrsAxis)] : []),
  ].join(', ');
}

function part(label: string, measurement: Measurement): string {
  if (!isMeasured(measurement)) return `${label} not measurable (${measurement.reason})`;
  return `${label} ${amount(measurement)}${doubt(measurement)}`;
}

function qtText(qt: Measurement, qtc: Measurement): string {
  if (!isMeasured(qt) || !isMeasured(qtc)) return part('QT', qt);
  const doubted = isMeasured(qtc) && qtc.caution !== undefined ? `; low confidence: ${qtc.caution}` : '';
  return `QT/QTc ${qt.value}/${qtc.value} ms (Fridericia, mean RR of dominant beats${doubted})`;
}

function doubt(measurement: Measurement): string {
  return isMeasured(measurement) && measurement.caution !== undefined
    ? ` (low confidence: ${measurement.caution})`
    : '';
}
