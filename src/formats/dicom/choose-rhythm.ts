import type { EcgWarning } from '../../ecg/ecg.ts';
import { STANDARD_LEADS } from '../../ecg/lead.ts';
import { EcgError } from '../../errors.ts';
import type { MultiplexGroup } from './multiplex-group.ts';

/** The multiplex groups that together are the recording, and what the reader should know about the choice. */
export interface Rhythm {
  readonly samplingRate: number;
  readonly groups: readonly MultiplexGroup[];
  readonly warnings: readonly EcgWarning[];
}

/** Groups shorter than this may be an unlabelled representative beat. */
const SHORTEST_RHYTHM_SECONDS = 2;
/** I, II and V1 to V6, from which all twelve follow. */
const INDEPENDENT_LEAD_COUNT = 8;

/**
 * The rhythm of a recording: never a derived or representative beat; of several rhythms the one with twelve leads,
 * then the longest, then the one with more leads. Groups of one sampling rate are one rhythm where they are placed
 * in time by Multiplex Group Time Offset, or, without that, where they are of one length.
 * @throws EcgError NO_WAVEFORM where all groups are derived, LEAD_UNKNOWN where no channel names a lead.
 */
export function chooseRhythm(all: readonly MultiplexGroup[]): Rhythm {
  const originals = all.filter(({ isDerived }) => !isDerived);
  const rhythms = originals.length > 0 ? originals : all.filter(({ isRhythm }) => isRhythm);
  if (rhythms.length === 0) {
    throw new EcgError('NO_WAVEFORM', 'the only waveform is derived, such as a median beat, and not a rhythm');
  }
  const withLeads = rhythms.filter((group) => leadsOf([group]).size > 0);
  if (withLeads.length === 0) throw new EcgError('LEAD_UNKNOWN', 'no channel names an ECG lead');
  const groups = Object.values(Object.groupBy(withLeads, (group) => rhythmKey(group, withLeads)))
    .filter((rhythm) => rhythm !== undefined)
    .reduce((best, rhythm) => (isBetter(rhythm, best) ? rhythm : best));
  const samplingRate = groups[0]?.samplingRate ?? 0;
  return { samplingRate, groups, warnings: all.length > 1 ? [choiceWarning(groups, all)] : [] };
}

/** Whether the groups of a rhythm are placed in time. */
function isPlacedInTime(groups: readonly MultiplexGroup[]): boolean {
  return groups.some(({ timeOffsetMs = 0 }) => timeOffsetMs !== 0);
}

function rhythmKey(group: MultiplexGroup, all: readonly MultiplexGroup[]): string {
  const { samplingRate, sampleCount } = group;
  const sameRate = all.filter((other) => other.samplingRate === samplingRate);
  return isPlacedInTime(sameRate) ? `${samplingRate}` : `${samplingRate}/${sampleCount}`;
}

function isBetter(rhythm: readonly MultiplexGroup[], best: readonly MultiplexGroup[]): boolean {
  const [rank, bestRank] = [rankOf(rhythm), rankOf(best)];
  const index = rank.findIndex((value, i) => value !== bestRank[i]);
  return index >= 0 && (rank[index] ?? 0) > (bestRank[index] ?? 0);
}

function rankOf(rhythm: readonly MultiplexGroup[]): readonly number[] {
  const seconds = Math.max(...rhythm.map(({ sampleCount, samplingRate }) => sampleCount / samplingRate));
  const leads = leadsOf(rhythm);
  const standardCount = STANDARD_LEADS.filter((lead) => leads.has(lead)).length;
  const isTwelveLead = standardCount >= INDEPENDENT_LEAD_COUNT && seconds >= SHORTEST_RHYTHM_SECONDS;
  return [Number(isTwelveLead), seconds, leads.size];
}

function leadsOf(groups: readonly MultiplexGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap(({ channels }) => channels.flatMap(({ lead }) => lead ?? [])));
}

function choiceWarning(chosen: readonly MultiplexGroup[], all: readonly MultiplexGroup[]): EcgWarning {
  const rest = all.filter((group) => !chosen.includes(group));
  const list = (groups: readonly MultiplexGroup[]): string =>
    groups.map(({ number, isDerived }) => (isDerived ? `${number} (derived)` : `${number}`)).join(', ');
  const left = rest.length === 0 ? 'none' : list(rest);
  return { code: 'SERIES_CHOSEN', message: `multiplex groups read as the rhythm: ${list(chosen)}; left out: ${left}` };
}
