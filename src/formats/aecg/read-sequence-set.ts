import type { EcgWarning } from '../../ecg/ecg.ts';
import { type Lead, leadFromName } from '../../ecg/lead.ts';
import { millivoltsPer, secondsPer } from '../../ecg/units.ts';
import { EcgError } from '../../errors.ts';
import { parseDecimal } from '../parse-decimal.ts';
import { scanDecimals } from '../scan-decimals.ts';
import { parseHl7Time } from './hl7-time.ts';
import { samplingRateOf } from './sampling-rate.ts';
import { attributeOf, childAt, childrenOf, type XmlElement } from './xml-element.ts';

/** Consecutive samples of one lead, in mV. */
export interface LeadRun {
  readonly lead: Lead;
  readonly samples: Float64Array;
}

/** Where the time sequence of a set begins; heads of one clock lie on one line. */
export interface TimeHead {
  readonly clock: 'relative' | 'local' | 'zoned';
  readonly seconds: number;
  /** ISO 8601, of an absolute head. */
  readonly iso?: string;
}

/** An aECG sequenceSet: simultaneous sequences of leads over one time sequence. */
export interface SequenceSet {
  readonly runs: readonly LeadRun[];
  /** Number of samples of the longest lead; a set without leads marks a point in time. */
  readonly length: number;
  /** Hz; undefined where the set has no time sequence. */
  readonly samplingRate?: number;
  readonly head?: TimeHead;
  readonly warnings: readonly EcgWarning[];
}

/**
 * Leads and time of a sequenceSet: SLIST_PQ or SLIST_INT with value = origin + scale × digit, GLIST_TS or GLIST_PQ.
 * @throws EcgError SOURCE_INVALID for digits, origin, scale or increment that are no numbers (or no possible ones),
 *   UNIT_UNKNOWN for a missing unit or one that is no voltage or time.
 */
export function readSequenceSet(set: XmlElement): SequenceSet {
  const sequences = childrenOf(set, 'component').flatMap((component) => childrenOf(component, 'sequence'));
  const timeSequences = sequences.filter(isTimeSequence);
  const time = timeSequences.find((sequence) => codeOf(sequence) === 'TIME_ABSOLUTE') ?? timeSequences[0];
  const warnings: EcgWarning[] = [];
  const samplingRate = readSamplingRate(time, warnings);
  const head = readHead(time, warnings);
  const runs = sequences
    .filter((sequence) => !isTimeSequence(sequence))
    .flatMap((sequence) => readLeadRun(sequence, warnings));
  const lengths = new Set(runs.map(({ samples }) => samples.length));
  if (lengths.size > 1) {
    warnings.push({
      code: 'LEADS_UNEQUAL_LENGTH',
      message: 'leads of one sequence set differ in length; the shorter ones are taken to end early',
    });
  }
  return {
    runs,
    length: Math.max(0, ...lengths),
    ...(samplingRate === undefined ? {} : { samplingRate }),
    ...(head === undefined ? {} : { head }),
    warnings,
  };
}

function codeOf(sequence: XmlElement): string | undefined {
  return attributeOf(childAt(sequence, 'code'), 'code');
}

function isTimeSequence(sequence: XmlElement): boolean {
  return /^TIME_/i.test(codeOf(sequence) ?? '') || childAt(sequence, 'value', 'increment') !== undefined;
}

function readSamplingRate(time: XmlElement | undefined, warnings: EcgWarning[]): number | undefined {
  const increment = childAt(time, 'value', 'increment');
  const written = attributeOf(increment, 'value');
  if (written === undefined) return undefined;
  const value = parseDecimal(written);
  if (value === undefined || value <= 0) {
    throw new EcgError('SOURCE_INVALID', 'the increment of the aECG time sequence is not a positive number');
  }
  const rate = samplingRateOf(value, attributeOf(increment, 'unit'));
  if (!Number.isFinite(rate)) throw new EcgError('SOURCE_INVALID', 'the increment of the time sequence is too small');
  const rateIfMilli = rate * 1000;
  if (rate >= 10 || rateIfMilli < 50 || rateIfMilli > 2000) return rate;
  warnings.push({
    code: 'SAMPLING_RATE_ADJUSTED',
    message: `an increment that means ${rate} Hz is taken a thousand times smaller, as ${rateIfMilli} Hz`,
  });
  return rateIfMilli;
}

function readHead(time: XmlElement | undefined, warnings: EcgWarning[]): TimeHead | undefined {
  const head = childAt(time, 'value', 'head');
  const written = attributeOf(head, 'value');
  if (written === undefined || time === undefined) return undefined;
  if (codeOf(time) === 'TIME_ABSOLUTE') {
    const absolute = parseHl7Time(written);
    if (absolute !== undefined) return absolute;
    warnings.push({ code: 'VALUE_INVALID', message: 'the head of the time sequence is not a valid time' });
    return undefined;
  }
  const relative = parseDecimal(written);
  if (relative === undefined) return undefined;
  const seconds = relative === 0 ? 0 : relative * secondsPer(attributeOf(head, 'unit'));
  return Number.isFinite(seconds) ? { clock: 'relative', seconds } : undefined;
}

function readLeadRun(sequence: XmlElement, warnings: EcgWarning[]): LeadRun[] {
  const code = codeOf(sequence) ?? '';
  const lead = leadFromName(code);
  if (lead === undefined) {
    const name = /^[\w.-]{1,40}$/.test(code) ? code : 'without a readable code';
    warnings.push({ code: 'CHANNEL_SKIPPED', message: `sequence ${name} is not a known lead` });
    return [];
  }
  const value = childAt(sequence, 'value');
  const origin = childAt(value, 'origin');
  const originMillivolts = isZero(origin) ? 0 : readMillivolts(origin, `origin of lead ${lead}`);
  const scaleMillivolts = readMillivolts(childAt(value, 'scale'), `scale of lead ${lead}`);
  const samples = scanDecimals(childAt(value, 'digits')?.digits ?? Buffer.alloc(0), { place: `lead ${lead}` });
  let sum = 0;
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = originMillivolts + scaleMillivolts * samples[index]!;
    sum += samples[index]!;
  }
  if (scaleMillivolts === 0 || !Number.isFinite(sum)) {
    throw new EcgError('SOURCE_INVALID', `lead ${lead}: origin and scale give no usable amplitudes`);
  }
  return [{ lead, samples }];
}

/** Absent (the schema's default), or 0 of whatever unit. */
function isZero(origin: XmlElement | undefined): boolean {
  return origin === undefined || (parseDecimal(attributeOf(origin, 'value')) === 0 && !attributeOf(origin, 'unit'));
}

function readMillivolts(quantity: XmlElement | undefined, place: string): number {
  const millivolts = millivoltsOfUnit(attributeOf(quantity, 'unit'), place);
  const value = parseDecimal(attributeOf(quantity, 'value'));
  if (value === undefined) throw new EcgError('SOURCE_INVALID', `${place} is not a number`);
  return value * millivolts;
}

/** Says which quantity it is whose unit is wrong. */
function millivoltsOfUnit(unit: string | undefined, place: string): number {
  try {
    return millivoltsPer(unit);
  } catch (cause) {
    throw cause instanceof EcgError ? new EcgError(cause.code, `${place}: ${cause.message}`, { cause }) : cause;
  }
}
