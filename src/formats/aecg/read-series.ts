import type { EcgLead, EcgWarning } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { assembleLeads } from './assemble-leads.ts';
import { parseHl7Time } from './hl7-time.ts';
import { readSequenceSet, type SequenceSet } from './read-sequence-set.ts';
import { samplingRateOf } from './sampling-rate.ts';
import { attributeOf, childAt, childrenOf, type XmlElement } from './xml-element.ts';

export interface RhythmSeries {
  readonly element: XmlElement;
  /** Hz. */
  readonly samplingRate: number;
  readonly leads: readonly EcgLead[];
  /** Samples per lead. */
  readonly length: number;
  /** ISO 8601 time of the first sample, where the time sequence states it. */
  readonly startsAt?: string;
  readonly warnings: readonly EcgWarning[];
}

/**
 * Leads of an aECG series or derivedSeries on one timeline.
 * @throws EcgError NO_WAVEFORM without sequences, LEAD_UNKNOWN without a known lead, SOURCE_INVALID without a sampling
 *   rate, and what {@link readSequenceSet} and {@link assembleLeads} throw.
 */
export function readSeries(series: XmlElement): RhythmSeries {
  const sets = childrenOf(series, 'component')
    .flatMap((component) => childrenOf(component, 'sequenceSet'))
    .map(readSequenceSet);
  const warnings = sets.flatMap((set) => set.warnings);
  if (sets.every(({ runs }) => runs.length === 0)) throw withoutLeads(warnings);
  const samplingRate = samplingRateOfSets(sets) ?? samplingRateOfPeriod(series, sets);
  const ofOneRate = sets.filter((set) => (set.samplingRate ?? samplingRate) === samplingRate);
  const assembled = assembleLeads(ofOneRate, samplingRate);
  return {
    element: series,
    samplingRate,
    leads: assembled.leads,
    length: assembled.leads[0]?.samples.length ?? 0,
    ...(assembled.startsAt === undefined ? {} : { startsAt: assembled.startsAt }),
    warnings: [...warnings, ...rateWarnings(sets, ofOneRate.length), ...assembled.warnings],
  };
}

function withoutLeads(warnings: readonly EcgWarning[]): EcgError {
  return warnings.some(({ code }) => code === 'CHANNEL_SKIPPED')
    ? new EcgError('LEAD_UNKNOWN', 'no sequence of the aECG rhythm series is a known lead')
    : new EcgError('NO_WAVEFORM', 'the aECG rhythm series has no leads');
}

/** That of the longest set which has one. */
function samplingRateOfSets(sets: readonly SequenceSet[]): number | undefined {
  const [longest] = sets.filter((set) => set.samplingRate !== undefined).toSorted((a, b) => b.length - a.length);
  return longest?.samplingRate;
}

/** Without any time sequence: the number of samples over the period of the series. */
function samplingRateOfPeriod(series: XmlElement, sets: readonly SequenceSet[]): number {
  const effectiveTime = childAt(series, 'effectiveTime');
  const low = parseHl7Time(attributeOf(childAt(effectiveTime, 'low'), 'value'));
  const high = parseHl7Time(attributeOf(childAt(effectiveTime, 'high'), 'value'));
  const elapsed = low === undefined || high?.clock !== low.clock ? 0 : high.seconds - low.seconds;
  // Since 1970, a double holds seconds to a quarter of a microsecond.
  const seconds = Math.round(elapsed * 1e6) / 1e6;
  if (seconds <= 0) {
    throw new EcgError('SOURCE_INVALID', 'the aECG states no sampling rate: neither a time sequence nor a period');
  }
  const { leads } = assembleLeads(sets, 1);
  return samplingRateOf(seconds / (leads[0]?.samples.length ?? 0), 's');
}

function rateWarnings(sets: readonly SequenceSet[], usedCount: number): EcgWarning[] {
  const warnings: EcgWarning[] = [];
  if (sets.some(({ samplingRate }) => samplingRate === undefined)) {
    warnings.push({
      code: 'SAMPLING_RATE_ADJUSTED',
      message:
        'a sequence set has no time sequence; its rate is that of the other sets, or samples over the stated period',
    });
  }
  if (usedCount < sets.length) {
    warnings.push({ code: 'CHANNEL_SKIPPED', message: 'sequence sets of another sampling rate are left out' });
  }
  return warnings;
}
