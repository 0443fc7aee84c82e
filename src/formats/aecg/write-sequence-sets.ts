import type { Ecg } from '../../ecg/ecg.ts';
import { codesOfLead, type Lead } from '../../ecg/lead.ts';
import { EcgError } from '../../errors.ts';
import { MISSING_COUNT, quantise } from '../quantise.ts';
import { ACT_CODE, MDC } from './code-systems.ts';
import { addSeconds, toHl7Time } from './hl7-time.ts';
import { incrementOf } from './sampling-rate.ts';
import { element } from './write-xml.ts';

/** A recording in more pieces is noise; so many still read back within the bounds on markup. */
const MAX_RUNS = 1200;

interface CountRun {
  readonly lead: Lead;
  readonly counts: Int32Array;
}

/**
 * The leads as aECG sequence sets. An SLIST cannot hold a gap, so that samples without gaps are one set, and a lead
 * with gaps is split into runs, those of equal extent sharing a set. Where no run touches the start or the end of the
 * recording, a set of the time sequence alone marks it.
 * @throws EcgError SOURCE_INVALID for a recording in more than {@link MAX_RUNS} runs or amplitudes beyond ±2.1 V.
 */
export function writeSequenceSets(ecg: Ecg): readonly string[] {
  const { stepMicrovolts, counts } = quantise(ecg);
  return groupByExtent(ecg, counts).map(([start, runs]) => {
    const leads = runs.map((run) => leadSequence(run, stepMicrovolts));
    return element('component', {}, element('sequenceSet', {}, timeSequence(ecg, start), ...leads));
  });
}

/** Start of each set and its runs, in order of time. */
function groupByExtent(ecg: Ecg, counts: readonly Int32Array[]): readonly (readonly [number, readonly CountRun[]])[] {
  const length = counts[0]?.length ?? 0;
  const runs = ecg.leads.flatMap(({ lead }, index) =>
    extentsOf(counts[index]!).map(([start, end]) => ({
      lead,
      start,
      end,
      counts: counts[index]!.subarray(start, end),
    })),
  );
  if (runs.length > MAX_RUNS) {
    throw new EcgError('SOURCE_INVALID', `an aECG of more than ${MAX_RUNS} runs between gaps is not written`);
  }
  const groups = [...Map.groupBy(runs, ({ start, end }) => `${start} ${end}`).values()];
  const sets = groups.map((group) => [group[0]?.start ?? 0, group] as const);
  if (!runs.some(({ start }) => start === 0)) sets.push([0, []]);
  if (!runs.some(({ end }) => end === length)) sets.push([length, []]);
  return sets.toSorted(([a], [b]) => a - b);
}

/** Start and end of each run without a gap; of a lead without any sample, an empty one at the start. */
function extentsOf(counts: Int32Array): readonly (readonly [number, number])[] {
  const extents: [number, number][] = [];
  let start = 0;
  for (let end = 0; end <= counts.length; end += 1) {
    if (end < counts.length && counts[end] !== MISSING_COUNT) continue;
    if (end > start) extents.push([start, end]);
    start = end + 1;
  }
  return extents.length > 0 ? extents : [[0, 0]];
}

function timeSequence(ecg: Ecg, offset: number): string {
  const seconds = offset / ecg.samplingRate;
  const startsAt = ecg.recordedAt === undefined ? undefined : addSeconds(ecg.recordedAt, seconds);
  const increment = element('increment', { value: incrementOf(ecg.samplingRate), unit: 's' });
  return startsAt === undefined
    ? sequence('TIME_RELATIVE', ACT_CODE, 'GLIST_PQ', element('head', { value: seconds, unit: 's' }) + increment)
    : sequence('TIME_ABSOLUTE', ACT_CODE, 'GLIST_TS', element('head', { value: toHl7Time(startsAt) }) + increment);
}

function leadSequence({ lead, counts }: CountRun, stepMicrovolts: number): string {
  return sequence(
    `MDC_ECG_LEAD_${codesOfLead(lead).mdcSuffix}`,
    MDC,
    'SLIST_PQ',
    element('origin', { value: 0, unit: 'uV' }) +
      element('scale', { value: stepMicrovolts, unit: 'uV' }) +
      element('digits', {}, counts.join(' ')),
  );
}

function sequence(code: string, codeSystem: string, type: string, content: string): string {
  const value = element('value', { 'xsi:type': type }, content);
  return element('component', {}, element('sequence', {}, element('code', { code, codeSystem }), value));
}
