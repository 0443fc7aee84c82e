import { durationSeconds, type Ecg, type EcgLead, extent } from '../ecg/ecg.ts';

/** Amplitudes and rates are shown to the picovolt, below any source's step. */
const DECIMALS = 9;
const CONTROL_CHARACTERS = /\p{Cc}+/gu;

/** An ECG as the JSON of `cardhook read`: statistics in mV at the native rate, missing samples as null. */
export function summariseEcg(ecg: Ecg) {
  return {
    format: ecg.format,
    recordedAt: ecg.recordedAt ?? null,
    samplingRateHz: ecg.samplingRate,
    durationSeconds: round(durationSeconds(ecg)),
    patient: ecg.patient,
    ...(ecg.device === undefined ? {} : { device: ecg.device }),
    leads: ecg.leads.map(summariseLead),
    measurements: Object.fromEntries(ecg.measurements.map(({ name, value, unit }) => [name, { value, unit }])),
    statements: ecg.statements,
    warnings: ecg.warnings,
  };
}

function summariseLead({ lead, samples }: EcgLead) {
  const { min, max, gapCount } = extent(samples);
  const count = samples.length - gapCount;
  const sum = samples.reduce((total, sample) => (Number.isNaN(sample) ? total : total + sample), 0);
  return {
    lead,
    n: samples.length,
    first10_mV: Array.from(samples.subarray(0, 10), orNull),
    min_mV: orNull(count === 0 ? Number.NaN : min),
    max_mV: orNull(count === 0 ? Number.NaN : max),
    mean_mV: orNull(sum / count),
    sum_mV: round(sum),
    gaps: gapCount,
  };
}

/** An ECG as lines for people. Control characters of the source do not reach the terminal. */
export function describeEcg(ecg: Ecg): readonly string[] {
  const { patient, device, leads } = ecg;
  const rows = [
    ['format', `${ecg.format}, ${leads.length} leads, ${ecg.samplingRate} Hz, ${durationSeconds(ecg).toFixed(1)} s`],
    ['recorded', ecg.recordedAt],
    ['patient', [patient.name, ...patient.ids, patient.birthDate, patient.sex].filter(Boolean).join(', ')],
    ['device', [device?.manufacturer, device?.model, device?.software].filter(Boolean).join(', ')],
    ...ecg.measurements.map(({ name, value, unit }) => ['measured', `${name} ${value} ${unit}`]),
    ...ecg.statements.map((statement) => ['stated', statement]),
    ...ecg.warnings.map(({ code, message }) => ['warning', `${code}: ${message}`]),
  ];
  return [
    ...rows.flatMap(([label, text]) => (label && text ? [`  ${label.padEnd(10)}${printable(text)}`] : [])),
    `  ${'lead'.padEnd(6)}${['min mV', 'max mV', 'missing'].map((title) => title.padStart(10)).join('')}`,
    ...leads.map(describeLead),
  ];
}

function describeLead({ lead, samples }: EcgLead): string {
  const { min, max, gapCount } = extent(samples);
  const cells = gapCount === samples.length ? ['-', '-'] : [min.toFixed(3), max.toFixed(3)];
  return `  ${lead.padEnd(6)}${[...cells, String(gapCount)].map((cell) => cell.padStart(10)).join('')}`;
}

/** One line that a terminal shows as it is. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ');
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : round(value);
}

function round(value: number): number {
  return Number(value.toFixed(DECIMALS));
}
