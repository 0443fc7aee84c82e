import { EcgError } from '../errors.ts';
import { LEADS, type Lead } from './lead.ts';

/** One lead's signal at the recording's native rate. */
export interface EcgLead {
  readonly lead: Lead;
  /** mV; NaN marks a sample the source does not have (gap, padding value, off scale). */
  readonly samples: Float64Array;
}

/** The patient as the source itself states it, which may differ from the FHIR subject. */
export interface EcgPatient {
  /** Identifiers as written: DICOM PatientID, aECG trialSubject id extension, FHIR subject reference. */
  readonly ids: readonly string[];
  readonly name?: string;
  /** YYYY, YYYY-MM or YYYY-MM-DD. */
  readonly birthDate?: string;
  readonly sex?: 'male' | 'female' | 'other' | 'unknown';
}

export interface EcgDevice {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly serialNumber?: string;
  readonly software?: string;
}

/** A measurement the source brings along, under its 11073-10101 reference id (MDC_ECG_TIME_PD_QTC, MDC_ECG_HEART_RATE …). */
export interface SourceMeasurement {
  readonly name: string;
  readonly value: number;
  /** UCUM: ms, /min, deg, mV … */
  readonly unit: string;
}

export type EcgWarningCode =
  | 'AMPLITUDE_IMPLAUSIBLE'
  | 'CHANNEL_SKIPPED'
  | 'DUPLICATE_LEAD'
  | 'GAPS'
  | 'LEAD_CODE_CONFLICT'
  | 'LEADS_UNEQUAL_LENGTH'
  | 'SAMPLING_RATE_ADJUSTED'
  | 'SERIES_CHOSEN'
  | 'SOP_CLASS_UNUSUAL'
  | 'STANDARD_LIMIT_EXCEEDED'
  | 'TIME_MISSING'
  | 'TIME_ZONE_MISSING'
  | 'VALUE_INVALID';

/** Something a reader of the tracing should know. The message names no patient. */
export interface EcgWarning {
  readonly code: EcgWarningCode;
  readonly message: string;
}

export type EcgFormatName = 'fhir' | 'aecg' | 'dicom' | 'wfdb';

/** What every reader returns and everything downstream sees. Built only by {@link createEcg}. */
export interface Ecg {
  readonly format: EcgFormatName;
  /** Hz, one for all leads. */
  readonly samplingRate: number;
  /** In the order of {@link LEADS}; all of one length; no lead twice. */
  readonly leads: readonly EcgLead[];
  /**
   * Start of the recording, ISO 8601 as precise as the source knows it: with offset (or Z) where stated,
   * local without offset where not, a bare date where there is no time.
   */
  readonly recordedAt?: string;
  readonly patient: EcgPatient;
  readonly device?: EcgDevice;
  readonly measurements: readonly SourceMeasurement[];
  /** Interpretation statements of the source, as written. */
  readonly statements: readonly string[];
  readonly warnings: readonly EcgWarning[];
}

/** Bounds of one recording: 24 h of one lead at 512 Hz fits, a lie about the count does not. */
export const MAX_LEADS = 64;
export const MAX_SAMPLES_TOTAL = 50_000_000;

/** A tracing is believable when no lead's peak-to-peak or offset is outside these. */
const PLAUSIBLE_PEAK_TO_PEAK = [0.1, 20] as const;
const PLAUSIBLE_OFFSET = 5;

type EcgParts = Omit<Ecg, 'measurements' | 'statements' | 'warnings'> &
  Partial<Pick<Ecg, 'measurements' | 'statements' | 'warnings'>>;

/**
 * The only constructor of {@link Ecg}: checks rate, lengths and duplicates, puts leads in standard order,
 * and adds the warnings that follow from the signal (gaps, implausible amplitude) or the time (missing, no zone).
 * @throws EcgError SOURCE_INVALID for a rate outside 1 … 100 000 Hz, unequal lengths or a lead twice;
 *   NO_WAVEFORM for no lead or no sample; SOURCE_TOO_LARGE beyond {@link MAX_LEADS} or {@link MAX_SAMPLES_TOTAL}.
 */
export function createEcg(parts: EcgParts): Ecg {
  const { samplingRate, leads } = parts;
  if (!(samplingRate >= 1 && samplingRate <= 100_000)) {
    throw new EcgError('SOURCE_INVALID', `sampling rate of ${samplingRate} Hz is outside 1 to 100000 Hz`);
  }
  const length = leads[0]?.samples.length ?? 0;
  if (length === 0) throw new EcgError('NO_WAVEFORM', 'the recording has no samples');
  if (leads.length > MAX_LEADS || leads.length * length > MAX_SAMPLES_TOTAL) {
    throw new EcgError('SOURCE_TOO_LARGE', `recording exceeds ${MAX_LEADS} leads or ${MAX_SAMPLES_TOTAL} samples`);
  }
  if (leads.some(({ samples }) => samples.length !== length)) {
    throw new EcgError('SOURCE_INVALID', 'leads differ in length');
  }
  const ordered = [...leads].sort((a, b) => LEADS.indexOf(a.lead) - LEADS.indexOf(b.lead));
  const twice = ordered.find(({ lead }, index) => ordered[index + 1]?.lead === lead);
  if (twice) throw new EcgError('SOURCE_INVALID', `lead ${twice.lead} occurs twice`);
  return Object.freeze({
    measurements: [],
    statements: [],
    ...parts,
    leads: ordered,
    warnings: [...(parts.warnings ?? []), ...signalWarnings(ordered), ...timeWarnings(parts.recordedAt)],
  });
}

function signalWarnings(leads: readonly EcgLead[]): EcgWarning[] {
  const gaps = leads
    .map(({ lead, samples }) => ({ lead, gapCount: extent(samples).gapCount }))
    .filter(({ gapCount }) => gapCount > 0);
  const implausible = implausibleLeads(leads);
  const warnings: EcgWarning[] = [];
  if (gaps.length > 0) {
    const counts = gaps.map(({ lead, gapCount }) => `${lead} ${gapCount}`).join(', ');
    warnings.push({ code: 'GAPS', message: `missing samples: ${counts}` });
  }
  if (implausible.length > 0) {
    const message = `amplitude is not that of an ECG in mV (check unit, origin and scale): ${implausible.join(', ')}`;
    warnings.push({ code: 'AMPLITUDE_IMPLAUSIBLE', message });
  }
  return warnings;
}

/** Leads whose peak-to-peak amplitude or offset no surface ECG in mV has: flat, off scale or in another unit. */
export function implausibleLeads(leads: readonly EcgLead[]): readonly Lead[] {
  return leads.flatMap(({ lead, samples }) => {
    const { gapCount, min, max } = extent(samples);
    if (gapCount === samples.length) return [];
    const peakToPeak = max - min;
    const offset = min * max > 0 ? Math.min(Math.abs(min), Math.abs(max)) : 0;
    const plausible =
      peakToPeak >= PLAUSIBLE_PEAK_TO_PEAK[0] && peakToPeak <= PLAUSIBLE_PEAK_TO_PEAK[1] && offset <= PLAUSIBLE_OFFSET;
    return plausible ? [] : [lead];
  });
}

function timeWarnings(recordedAt: string | undefined): EcgWarning[] {
  if (recordedAt === undefined)
    return [{ code: 'TIME_MISSING', message: 'the source does not say when it was recorded' }];
  return /(Z|[+-]\d\d:\d\d)$/.test(recordedAt)
    ? []
    : [{ code: 'TIME_ZONE_MISSING', message: 'the time of the recording has no time zone' }];
}

/** Least and greatest sample in mV (NaN ignored) and the number of missing samples. */
export function extent(samples: Float64Array): {
  readonly min: number;
  readonly max: number;
  readonly gapCount: number;
} {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let gapCount = 0;
  // By index: an iterator takes three times as long.
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index]!;
    if (Number.isNaN(sample)) gapCount += 1;
    else {
      if (sample < min) min = sample;
      if (sample > max) max = sample;
    }
  }
  return { min, max, gapCount };
}

/** Length of the recording in seconds. */
export function durationSeconds(ecg: Ecg): number {
  return (ecg.leads[0]?.samples.length ?? 0) / ecg.samplingRate;
}
