import { type EcgLead, type EcgWarning, MAX_SAMPLES_TOTAL } from '../../ecg/ecg.ts';
import type { Lead } from '../../ecg/lead.ts';
import { EcgError } from '../../errors.ts';

/** One stretch of one lead, as one component (or dimension) of an Observation holds it. */
export interface LeadChunk {
  readonly lead: Lead;
  readonly periodMs: number;
  /** mV */
  readonly samples: Float64Array;
}

interface LeadChunks {
  readonly lead: Lead;
  /** Never empty. */
  readonly chunks: readonly Float64Array[];
}

interface Warned<T> {
  readonly value: T;
  readonly warnings: readonly EcgWarning[];
}

/** The chunks of one period: the one that has the most leads, then the most samples. The others are warned of. */
export function chooseRate(chunks: readonly LeadChunk[]): Warned<readonly LeadChunk[]> {
  const groups = [...Map.groupBy(chunks, ({ periodMs }) => periodMs).values()].map((group) => ({
    group,
    leadCount: new Set(group.map(({ lead }) => lead)).size,
    sampleCount: group.reduce((sum, { samples }) => sum + samples.length, 0),
  }));
  groups.sort((a, b) => b.leadCount - a.leadCount || b.sampleCount - a.sampleCount);
  const [chosen, ...others] = groups;
  const value = chosen?.group ?? [];
  if (others.length === 0) return { value, warnings: [] };
  const dropped = leadNames(others.flatMap(({ group }) => group));
  const message = `leads have different periods: those of ${value[0]?.periodMs} ms are read, left out are ${dropped}`;
  return { value, warnings: [{ code: 'SERIES_CHOSEN', message }] };
}

/**
 * Leads of one length from chunks of one rate in document order. Chunks of a lead follow one another in time where that
 * makes the recording what it should be (Apple splits 30 s into three); otherwise the longest stands. Every choice is
 * warned of.
 * @param statedCount samples that the recording should have by its stated duration.
 * @throws EcgError SOURCE_TOO_LARGE when padding to one length would exceed {@link MAX_SAMPLES_TOTAL}.
 */
export function assembleLeads(
  chunks: readonly LeadChunk[],
  statedCount: number | undefined,
): Warned<readonly EcgLead[]> {
  const byLead = Map.groupBy(chunks, ({ lead }) => lead);
  const leads = [...byLead].map(([lead, parts]) => ({ lead, chunks: parts.map(({ samples }) => samples) }));
  const joined = joinChunks(leads, statedCount);
  const padded = padToOneLength(joined.value);
  return { value: padded.value, warnings: [...joined.warnings, ...padded.warnings] };
}

function joinChunks(leads: readonly LeadChunks[], statedCount: number | undefined): Warned<readonly EcgLead[]> {
  const repeated = leads
    .filter(({ chunks }) => chunks.length > 1)
    .map(({ lead, chunks }) => `${lead} ${chunks.length}`);
  const longest = leads.map(({ lead, chunks }) => ({ lead, samples: longestOf(chunks) }));
  if (repeated.length === 0) return { value: longest, warnings: [] };
  const isJoined = areConsecutive(leads, statedCount);
  const choice = isJoined ? 'joined in the order written' : 'not joined: the longest is read';
  return {
    value: isJoined ? leads.map(({ lead, chunks }) => ({ lead, samples: concatenate(chunks) })) : longest,
    warnings: [
      { code: 'DUPLICATE_LEAD', message: `several components of one lead, ${choice}: ${repeated.join(', ')}` },
    ],
  };
}

/**
 * All leads are equally long when joined, and either that is nearer to the stated duration than the longest chunk is,
 * or, with none stated, all chunks are alike (a median beat beside a rhythm is not) without being copies.
 */
function areConsecutive(leads: readonly LeadChunks[], statedCount: number | undefined): boolean {
  const totals = new Set(leads.map(({ chunks }) => lengthOf(chunks)));
  const lengths = new Set(leads.flatMap(({ chunks }) => chunks.map(({ length }) => length)));
  const [total = 0, anotherTotal] = totals;
  if (anotherTotal !== undefined) return false;
  if (statedCount === undefined) return lengths.size === 1 && !leads.some(({ chunks }) => areCopies(chunks));
  const longest = [...lengths].reduce((a, b) => Math.max(a, b), 0);
  return Math.abs(total - statedCount) < Math.abs(longest - statedCount);
}

function areCopies([first, ...others]: readonly Float64Array[]): boolean {
  return (
    others.length > 0 && others.every((chunk) => chunk.every((sample, index) => Object.is(sample, first?.[index])))
  );
}

function longestOf(chunks: readonly Float64Array[]): Float64Array {
  return chunks.reduce((longest, chunk) => (chunk.length > longest.length ? chunk : longest));
}

function lengthOf(chunks: readonly Float64Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

function concatenate(chunks: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(lengthOf(chunks));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Leads start together, so the shorter ones end in a gap. */
function padToOneLength(leads: readonly EcgLead[]): Warned<readonly EcgLead[]> {
  const length = Math.max(...leads.map(({ samples }) => samples.length));
  const short = leads.filter(({ samples }) => samples.length < length);
  if (short.length === 0) return { value: leads, warnings: [] };
  if (length * leads.length > MAX_SAMPLES_TOTAL) {
    throw new EcgError('SOURCE_TOO_LARGE', `recording exceeds ${MAX_SAMPLES_TOTAL} samples`);
  }
  const padded = leads.map(({ lead, samples }) => {
    const whole = new Float64Array(length).fill(Number.NaN);
    whole.set(samples);
    return { lead, samples: whole };
  });
  const counts = short.map(({ lead, samples }) => `${lead} ${samples.length}`).join(', ');
  const message = `leads of less than ${length} samples end in a gap: ${counts}`;
  return { value: padded, warnings: [{ code: 'LEADS_UNEQUAL_LENGTH', message }] };
}

function leadNames(chunks: readonly LeadChunk[]): string {
  return [...new Set(chunks.map(({ lead }) => lead))].join(', ');
}
