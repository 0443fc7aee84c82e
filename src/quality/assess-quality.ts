import { type Ecg, implausibleLeads } from '../ecg/ecg.ts';
import type { Lead } from '../ecg/lead.ts';
import type { EcgMeasurements } from '../measurement/measurement.ts';
import { areArmLeadsExchanged, chestRowAfterExchange } from './electrode-placement.ts';
import { createLeadProbe, type LeadSignal } from './lead-signal.ts';
import { QUALITY_POLICY, type QualityPolicy } from './quality-policy.ts';
import type { LeadDefect, LeadDefectKind, RecordingDefectKind, Severity, SignalQuality } from './signal-quality.ts';

/** Where a heartbeat is seen in one lead, it can be missed in another: mV of the average QRS. */
const SEEN = 0.3;
/** With fewer leads, low voltage in all of them is nothing unusual. */
const MANY_LEADS = 6;

type Limits = QualityPolicy['limits'];
type Graded = 'missing' | 'flat' | 'clipped' | 'baseline-wander' | 'mains' | 'muscle-noise';

const MEASURED_AS: Readonly<Record<Graded, keyof LeadSignal>> = {
  missing: 'missingShare',
  flat: 'flatShare',
  clipped: 'clippedShare',
  'baseline-wander': 'baselineWander',
  mains: 'mains',
  'muscle-noise': 'muscleNoise',
};

/** A part of a recording. */
export interface Stretch {
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/**
 * What is wrong with the signal of a stretch, by the limits of `mappings/signal-quality.json`.
 * @param measurements of the whole recording
 */
export function assessQuality(
  { leads, samplingRate }: Pick<Ecg, 'leads' | 'samplingRate'>,
  measurements: EcgMeasurements,
  { startSeconds, durationSeconds }: Stretch,
): SignalQuality {
  const { limits } = QUALITY_POLICY;
  const probe = createLeadProbe(samplingRate);
  const [from, to] = [startSeconds, startSeconds + durationSeconds].map((seconds) =>
    Math.round(seconds * samplingRate),
  );
  const stretch = leads.map(({ lead, samples }) => ({ lead, samples: samples.subarray(from, to) }));
  const implausible = new Set(implausibleLeads(stretch));
  const silent = silentLeads(measurements, limits);
  const isScaled = hasWrongScale(measurements, limits);
  const defects = stretch.flatMap(({ lead, samples }): readonly LeadDefect[] => {
    const graded = gradedDefects(probe(samples), limits);
    const gain = implausible.has(lead) ? 'severe' : isScaled ? 'moderate' : undefined;
    const found: readonly (readonly [LeadDefectKind, Severity])[] = [
      ...graded,
      // A flat lead is out of proportion, too, and has no heartbeat.
      ...(gain && !graded.some(([kind]) => kind === 'flat') ? [['gain', gain] as const] : []),
      ...(silent.has(lead) ? [['no-heartbeat', 'severe'] as const] : []),
    ];
    return found.map(([kind, severity]) => ({ lead, kind, severity }));
  });
  return { leads: leads.map(({ lead }) => lead), defects, recording: recordingDefects(measurements, limits) };
}

function gradedDefects(signal: LeadSignal, limits: Limits): readonly (readonly [Graded, Severity])[] {
  return (Object.keys(MEASURED_AS) as Graded[]).flatMap((kind) => {
    const value = signal[MEASURED_AS[kind]];
    const { moderate, severe } = limits[kind];
    if (!(value >= moderate)) return [];
    return [[kind, value >= severe ? 'severe' : 'moderate'] as const];
  });
}

/** Leads without a heartbeat, where others have one. */
function silentLeads({ leads }: EcgMeasurements, limits: Limits): ReadonlySet<Lead> {
  const sizes = leads.map(({ lead, q, r, s }) => ({ lead, size: r - Math.min(q, s) }));
  if (!sizes.some(({ size }) => size >= SEEN)) return new Set();
  return new Set(sizes.filter(({ size }) => size <= limits['no-heartbeat'].severe).map(({ lead }) => lead));
}

/** As if in centimetres of paper, or in tenths of a millivolt. */
function hasWrongScale({ leads }: EcgMeasurements, { gain }: Limits): boolean {
  const sizes = leads.map(({ q, r, s }) => r - Math.min(q, s)).sort((a, b) => a - b);
  if (sizes.length === 0) return false;
  const { typicalAbove, largestBelow } = gain.moderate;
  return sizes[sizes.length >> 1]! > typicalAbove || (sizes.length >= MANY_LEADS && sizes.at(-1)! < largestBelow);
}

function recordingDefects(measurements: EcgMeasurements, limits: Limits): readonly RecordingDefectKind[] {
  const row = chestRowAfterExchange(measurements);
  return [
    ...(areArmLeadsExchanged(measurements) ? (['arm-leads-exchanged'] as const) : []),
    ...(row !== undefined && row < limits['chest-leads-exchanged'].below ? (['chest-leads-exchanged'] as const) : []),
    ...(measurements.isPaced ? (['pacing-impulses'] as const) : []),
  ];
}

/** The quality of several stretches of one recording: the worst of each lead. */
export function worstQuality(qualities: readonly SignalQuality[]): SignalQuality {
  const [first, ...others] = qualities;
  if (first === undefined) return { leads: [], defects: [], recording: [] };
  return { ...first, defects: others.reduce((worst, { defects }) => joined(worst, defects), first.defects) };
}

function joined(one: readonly LeadDefect[], other: readonly LeadDefect[]): readonly LeadDefect[] {
  const byName = new Map(one.map((defect) => [`${defect.lead} ${defect.kind}`, defect]));
  for (const defect of other) {
    const name = `${defect.lead} ${defect.kind}`;
    if (defect.severity === 'severe' || !byName.has(name)) byName.set(name, defect);
  }
  return [...byName.values()];
}
