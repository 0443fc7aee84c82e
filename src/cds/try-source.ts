import type { Ecg } from '../ecg/ecg.ts';
import { instantOf, isInFuture, isZoned } from '../ecg/recording-time.ts';
import { EcgError } from '../errors.ts';
import { type EcgSource, type FetchBinary, readEcgSource } from '../formats/fhir/ecg-sources.ts';
import type { EcgDecoder } from './ecg-decoder.ts';
import { AT_ONCE, type Pace } from './pace.ts';

/** How tracings are had from what holds them. */
export interface Decoding {
  /** Reads the tracing of a source; `readEcgSource` unless given. */
  readonly decode?: EcgDecoder;
  /** {@link AT_ONCE} unless given. */
  readonly pace?: Pace;
  /** Fetches an attachment from the patient's FHIR server; absent where only prefetch is at hand. */
  readonly fetchBinary?: FetchBinary | undefined;
}

/** A source that was tried: its ECG, or why there is none. */
export interface Tried {
  readonly source: EcgSource;
  readonly result: Ecg | EcgError;
  /**
   * Milliseconds since 1970; -Infinity where it is not known when it was recorded: the ECG (or the resource of one that
   * cannot be read) does not say, or says a time to come.
   */
  readonly instant: number;
}

/** A day ends up to twelve hours later than in UTC. */
const UNZONED_DAY_MS = 36 * 3_600_000;

/** By the latest time each may have. */
export function newestFirst(sources: readonly EcgSource[]): readonly EcgSource[] {
  return [...sources].sort((a, b) => compare(notAfter(b), notAfter(a)));
}

/** @throws EcgError OVERLOADED, of its pace. */
export async function trySource(
  source: EcgSource,
  { decode = atOnce, pace = AT_ONCE, fetchBinary, now }: Decoding & { readonly now: Date },
): Promise<Tried> {
  try {
    const ecg = await decode(source, pace.turn, fetchBinary);
    return { source, result: ecg, instant: pastInstantOf(ecg.recordedAt, now) };
  } catch (error) {
    if (!(error instanceof EcgError) || error.code === 'OVERLOADED') throw error;
    return { source, result: error, instant: pastInstantOf(source.recordedAt, now) };
  }
}

const atOnce: EcgDecoder = (source, _turn, fetchBinary) => readEcgSource(source, fetchBinary);

/** The latest time its ECG is taken to have: a resource is seldom made before what it holds. */
export function notAfter({ recordedAt }: Pick<EcgSource, 'recordedAt'>): number {
  if (recordedAt === undefined || recordedAt.length < 'YYYY-MM-DD'.length) return Number.POSITIVE_INFINITY;
  const instant = instantOf(recordedAt);
  if (Number.isNaN(instant)) return Number.POSITIVE_INFINITY;
  return isZoned(recordedAt) ? instant : instant + UNZONED_DAY_MS;
}

function pastInstantOf(recordedAt: string | undefined, now: Date): number {
  if (recordedAt === undefined || isInFuture(recordedAt, now)) return Number.NEGATIVE_INFINITY;
  const instant = instantOf(recordedAt);
  return Number.isNaN(instant) ? Number.NEGATIVE_INFINITY : instant;
}

/** Infinities have no difference. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
