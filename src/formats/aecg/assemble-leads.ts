import { type EcgLead, type EcgWarning, MAX_SAMPLES_TOTAL } from '../../ecg/ecg.ts';
import type { Lead } from '../../ecg/lead.ts';
import { EcgError } from '../../errors.ts';
import type { SequenceSet, TimeHead } from './read-sequence-set.ts';

/** A file of few samples must not make a long empty timeline: the least that is allowed, and how much per sample. */
const FREE_TIMELINE_SAMPLES = 1_000_000;
const MAX_TIMELINE_PER_SAMPLE = 64;

export interface AssembledLeads {
  /** One per lead, all of one length; NaN where no sequence set covers the lead. */
  readonly leads: readonly EcgLead[];
  /** ISO 8601 time of the first sample, where the sequence sets state it. */
  readonly startsAt?: string;
  readonly warnings: readonly EcgWarning[];
}

interface PlacedRun {
  readonly offset: number;
  readonly samples: Float64Array;
}

/**
 * Puts the sequence sets of a series on one timeline: by their heads; without usable heads one after the other where
 * they hold the same leads, else all from the start. Of two runs of one lead that overlap, the longer is kept.
 * @throws EcgError SOURCE_TOO_LARGE where the sets lie too far apart for one recording.
 */
export function assembleLeads(sets: readonly SequenceSet[], samplingRate: number): AssembledLeads {
  const heads = usableHeads(sets);
  const offsets = heads === undefined ? offsetsWithoutHeads(sets) : offsetsByHeads(heads, samplingRate);
  const length = Math.max(0, ...sets.map((set, index) => offsets[index]! + set.length));
  const runsOfLead = groupRuns(sets, offsets);
  checkTimeline(length * runsOfLead.size, sets);
  const duplicates: string[] = [];
  const leads = [...runsOfLead].map(([lead, runs]) => {
    const kept = withoutOverlaps(runs);
    if (kept.length < runs.length) duplicates.push(lead);
    return { lead, samples: placeRuns(kept, length) };
  });
  const startsAt = heads?.find((_head, index) => offsets[index] === 0)?.iso;
  return {
    leads,
    ...(startsAt === undefined ? {} : { startsAt }),
    warnings: duplicates.map((lead) => ({
      code: 'DUPLICATE_LEAD',
      message: `lead ${lead} occurs more than once for the same time; the longest is taken`,
    })),
  };
}

/** The heads, where every set has one, all on one clock, and they do not put equal sets on top of each other. */
function usableHeads(sets: readonly SequenceSet[]): readonly TimeHead[] | undefined {
  const heads = sets.flatMap(({ head }) => (head === undefined ? [] : [head]));
  const [first] = heads;
  if (first === undefined || heads.length < sets.length || heads.some(({ clock }) => clock !== first.clock)) {
    return undefined;
  }
  const stacked = heads.every(({ seconds }) => seconds === first.seconds) && sets.length > 1 && holdSameLeads(sets);
  return stacked ? undefined : heads;
}

function offsetsByHeads(heads: readonly TimeHead[], samplingRate: number): readonly number[] {
  const start = heads.reduce((least, { seconds }) => Math.min(least, seconds), Number.POSITIVE_INFINITY);
  return heads.map(({ seconds }) => Math.round((seconds - start) * samplingRate));
}

function offsetsWithoutHeads(sets: readonly SequenceSet[]): readonly number[] {
  if (!holdSameLeads(sets)) return sets.map(() => 0);
  let next = 0;
  return sets.map(({ length }) => {
    const offset = next;
    next += length;
    return offset;
  });
}

function holdSameLeads(sets: readonly SequenceSet[]): boolean {
  const names = sets.map(({ runs }) => [...new Set(runs.map(({ lead }) => lead))].sort().join());
  return names.every((name) => name === names[0]);
}

function groupRuns(sets: readonly SequenceSet[], offsets: readonly number[]): ReadonlyMap<Lead, readonly PlacedRun[]> {
  const runsOfLead = new Map<Lead, PlacedRun[]>();
  for (const [index, set] of sets.entries()) {
    for (const { lead, samples } of set.runs) {
      const runs = runsOfLead.get(lead) ?? [];
      runs.push({ offset: offsets[index]!, samples });
      runsOfLead.set(lead, runs);
    }
  }
  return runsOfLead;
}

function checkTimeline(timelineSamples: number, sets: readonly SequenceSet[]): void {
  const sampleCount = sets.flatMap(({ runs }) => runs).reduce((sum, { samples }) => sum + samples.length, 0);
  const allowed = Math.max(FREE_TIMELINE_SAMPLES, MAX_TIMELINE_PER_SAMPLE * sampleCount);
  if (timelineSamples > Math.min(allowed, MAX_SAMPLES_TOTAL)) {
    throw new EcgError('SOURCE_TOO_LARGE', 'the sequence sets of the aECG series lie too far apart for one recording');
  }
}

function withoutOverlaps(runs: readonly PlacedRun[]): readonly PlacedRun[] {
  const kept: PlacedRun[] = [];
  for (const run of runs.toSorted((a, b) => b.samples.length - a.samples.length)) {
    const end = run.offset + run.samples.length;
    if (!kept.some((other) => other.offset < end && run.offset < other.offset + other.samples.length)) kept.push(run);
  }
  return kept;
}

/** One run that is all of the recording is not copied. */
function placeRuns(runs: readonly PlacedRun[], length: number): Float64Array {
  const [first] = runs;
  if (first?.samples.length === length) return first.samples;
  const samples = new Float64Array(length).fill(Number.NaN);
  for (const run of runs) samples.set(run.samples, run.offset);
  return samples;
}
