import type { EcgWarning } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { parseHl7Time } from './hl7-time.ts';
import { type RhythmSeries, readSeries } from './read-series.ts';
import { attributeOf, childAt, childrenOf, type XmlElement } from './xml-element.ts';

/**
 * The rhythm of an AnnotatedECG: of its series and derivedSeries coded RHYTHM (or, where none is, of its series without
 * a code) the longest that can be read, then the earliest. Representative and median beats are never a rhythm.
 * @throws EcgError NO_WAVEFORM without a rhythm series; the error of the first where none can be read.
 */
export function chooseSeries(root: XmlElement): RhythmSeries {
  const recorded = childrenOf(root, 'component').flatMap((component) => childrenOf(component, 'series'));
  const all = recorded.flatMap(withDerivedSeries);
  const coded = all.filter((series) => codeOf(series)?.includes('RHYTHM'));
  const candidates = coded.length > 0 ? coded : recorded.filter((series) => codeOf(series) === undefined);
  if (candidates.length === 0) {
    throw new EcgError('NO_WAVEFORM', all.length === 0 ? 'the aECG has no series' : 'the aECG has no rhythm series');
  }
  const { readable, firstError } = readAll(candidates);
  const [chosen] = readable.toSorted((a, b) => secondsOf(b) - secondsOf(a) || startOf(a) - startOf(b));
  if (chosen === undefined) throw firstError;
  const position = candidates.indexOf(chosen.element) + 1;
  const choice: EcgWarning[] =
    candidates.length === 1 && coded.length === 1
      ? []
      : [{ code: 'SERIES_CHOSEN', message: choiceMessage(position, candidates.length, coded.length) }];
  return { ...chosen, warnings: [...choice, ...chosen.warnings] };
}

function withDerivedSeries(series: XmlElement): XmlElement[] {
  const derived = childrenOf(series, 'derivation').flatMap((derivation) => childrenOf(derivation, 'derivedSeries'));
  return [series, ...derived.flatMap(withDerivedSeries)];
}

function codeOf(series: XmlElement): string | undefined {
  return attributeOf(childAt(series, 'code'), 'code')?.toUpperCase();
}

/** One unreadable series must not hide another; the error counts only where nothing is left. */
function readAll(candidates: readonly XmlElement[]): { readable: RhythmSeries[]; firstError: EcgError | undefined } {
  const readable: RhythmSeries[] = [];
  const errors: EcgError[] = [];
  for (const candidate of candidates) {
    try {
      readable.push(readSeries(candidate));
    } catch (error) {
      if (!(error instanceof EcgError)) throw error;
      errors.push(error);
    }
  }
  return { readable, firstError: errors[0] };
}

function secondsOf(series: RhythmSeries): number {
  return series.length / series.samplingRate;
}

function startOf(series: RhythmSeries): number {
  return parseHl7Time(series.startsAt)?.seconds ?? Number.MAX_VALUE;
}

function choiceMessage(position: number, count: number, codedCount: number): string {
  return codedCount === 0
    ? `no series is coded RHYTHM; series ${position} of ${count} without a code is taken`
    : `rhythm series ${position} of ${count} is taken: the longest that can be read, then the earliest`;
}
