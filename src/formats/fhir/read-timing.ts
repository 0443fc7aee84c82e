import type { EcgWarning } from '../../ecg/ecg.ts';
import { existsInCalendar } from '../exists-in-calendar.ts';
import type { ObservationResource } from './parse-observation.ts';

/** FHIR dateTime (R4 datatypes 2.24.0.1), also without the offset it demands. */
const DATE_TIME =
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const SAMPLING_FREQUENCY = /sampl\w{0,10}[ _.-]?(frequency|rate)/i;
const HERTZ: ReadonlySet<string | undefined> = new Set(['Hz', 'hz', 'hertz', 'Hertz', '1/s', '/s']);

/** What an Observation says about the time of its recording, beside SampledData itself. */
export interface Timing {
  readonly recordedAt: string | undefined;
  /** Hz, from a sampling frequency component. */
  readonly statedRate: number | undefined;
  /** |effectivePeriod.end - effectivePeriod.start|. */
  readonly statedSeconds: number | undefined;
  readonly warnings: readonly EcgWarning[];
}

export function readTiming(observation: ObservationResource): Timing {
  const { effectiveDateTime, effectiveInstant, effectivePeriod } = observation;
  const written = (effectiveDateTime ?? effectiveInstant ?? effectivePeriod?.start)?.trim();
  const recordedAt = written !== undefined && isDateTime(written) ? written : undefined;
  const start = Date.parse(effectivePeriod?.start ?? '');
  const end = Date.parse(effectivePeriod?.end ?? '');
  const statedSeconds = Math.abs(end - start) / 1000;
  const warnings: EcgWarning[] = [];
  if (written !== undefined && recordedAt === undefined)
    warnings.push(invalid('the effective time is no FHIR dateTime'));
  if (end < start) warnings.push(invalid('effectivePeriod ends before it starts: the start is taken as written'));
  return {
    recordedAt,
    statedRate: statedRateOf(observation),
    statedSeconds: statedSeconds > 0 ? statedSeconds : undefined,
    warnings,
  };
}

function isDateTime(text: string): boolean {
  const hasDay = text.length >= 'YYYY-MM-DD'.length;
  return DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)) && (!hasDay || existsInCalendar(text.slice(0, 10)));
}

function statedRateOf({ component = [] }: ObservationResource): number | undefined {
  const frequencies = component.flatMap(({ code, valueQuantity }) => {
    const names = [code?.text, ...(code?.coding ?? []).flatMap((coding) => [coding.display, coding.code])];
    const isFrequency = names.some((name) => name !== undefined && SAMPLING_FREQUENCY.test(name));
    const isHertz = HERTZ.has(valueQuantity?.code?.trim()) || HERTZ.has(valueQuantity?.unit?.trim());
    const value = valueQuantity?.value ?? 0;
    return isFrequency && isHertz && value > 0 ? [value] : [];
  });
  return frequencies[0];
}

function invalid(message: string): EcgWarning {
  return { code: 'VALUE_INVALID', message };
}
