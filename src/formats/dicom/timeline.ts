import { type EcgLead, type EcgWarning, MAX_SAMPLES_TOTAL } from '../../ecg/ecg.ts';
import type { Lead } from '../../ecg/lead.ts';
import { EcgError } from '../../errors.ts';
import type { MultiplexGroup } from './multiplex-group.ts';

/** A stretch of one lead. */
export interface Piece {
  readonly lead: Lead;
  /** First sample on the common timeline. */
  readonly start: number;
  /** mV, NaN where missing. */
  readonly samples: Float64Array;
}

/** How many times as long as its pieces a recording may be, so that an offset cannot ask for a day of gaps. */
const MAX_SPARSENESS = 4;
/** mV; what two copies of a sample may differ by. */
const TOLERANCE = 1e-6;

/**
 * First sample of each group on the timeline that the earliest group starts, by Multiplex Group Time Offset.
 * @throws EcgError SOURCE_INVALID where offsets leave a recording that is nearly all gaps.
 */
export function startsOf(groups: readonly MultiplexGroup[]): readonly number[] {
  const earliest = Math.min(...groups.map(({ timeOffsetMs = 0 }) => timeOffsetMs));
  const starts = groups.map(({ timeOffsetMs = 0, samplingRate }) =>
    Math.round(((timeOffsetMs - earliest) / 1000) * samplingRate),
  );
  const length = Math.max(...groups.map(({ sampleCount }, index) => (starts[index] ?? 0) + sampleCount));
  const recorded = groups.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  if (!(length <= recorded * MAX_SPARSENESS)) {
    throw new EcgError(
      'SOURCE_INVALID',
      'the time offsets of the multiplex groups leave gaps longer than the recording',
    );
  }
  return starts;
}

/**
 * One timeline per lead, NaN where no piece reaches. Where pieces of a lead overlap, the longest one is kept, and the
 * others fill what it leaves open; a warning tells of leads whose pieces disagree.
 * @throws EcgError SOURCE_TOO_LARGE beyond {@link MAX_SAMPLES_TOTAL} samples.
 */
export function joinPieces(pieces: readonly Piece[]): {
  readonly leads: readonly EcgLead[];
  readonly warnings: readonly EcgWarning[];
} {
  const length = pieces.reduce((end, { start, samples }) => Math.max(end, start + samples.length), 0);
  const byLead = Map.groupBy(pieces, ({ lead }) => lead);
  if (byLead.size * length > MAX_SAMPLES_TOTAL)
    throw new EcgError('SOURCE_TOO_LARGE', 'recording has too many samples');
  const joined = [...byLead].map(([lead, ofLead]) => ({ lead, ...joinLead(ofLead, length) }));
  const disputed = joined.filter(({ isDisputed }) => isDisputed).map(({ lead }) => lead);
  return {
    leads: joined.map(({ lead, samples }) => ({ lead, samples })),
    warnings:
      disputed.length === 0
        ? []
        : [
            {
              code: 'DUPLICATE_LEAD',
              message: `recorded more than once with different samples, the longest is used: ${disputed.join(', ')}`,
            },
          ],
  };
}

function joinLead(
  pieces: readonly Piece[],
  length: number,
): { readonly samples: Float64Array; readonly isDisputed: boolean } {
  const [longest, ...others] = [...pieces].sort((a, b) => b.samples.length - a.samples.length);
  if (longest !== undefined && others.length === 0 && longest.samples.length === length) {
    return { samples: longest.samples, isDisputed: false };
  }
  const samples = new Float64Array(length).fill(Number.NaN);
  let isDisputed = false;
  for (const piece of [longest, ...others]) {
    for (let i = 0; piece !== undefined && i < piece.samples.length; i += 1) {
      const there = samples[piece.start + i]!;
      const sample = piece.samples[i]!;
      if (Number.isNaN(there)) samples[piece.start + i] = sample;
      else if (Math.abs(there - sample) > TOLERANCE) isDisputed = true;
    }
  }
  return { samples, isDisputed };
}
