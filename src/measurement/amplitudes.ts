import { DEPENDENT_LEADS } from '../ecg/independent-leads.ts';
import { LEADS } from '../ecg/lead.ts';
import { selectLeads } from '../signal/select-leads.ts';
import { samplesOf } from './analysis-signal.ts';
import type { Waves } from './delineate.ts';
import { indexOfMost } from './delineate-qrs.ts';
import type { LeadAmplitudes } from './measurement.ts';
import type { RepresentativeBeat } from './representative-beat.ts';

const MILLIVOLT_DECIMALS = 3;

/** Amplitudes of every lead of the representative beat, and of the limb leads that follow from I and II. */
export function leadAmplitudes(beat: RepresentativeBeat, waves: Waves): readonly LeadAmplitudes[] {
  const onset = Math.round(waves.qrsOnset);
  const j = Math.round(waves.qrsOffset);
  const { leads: recorded } = beat;
  const names = recorded.map(({ lead }) => lead);
  const derivable = names.includes('I') && names.includes('II') ? DEPENDENT_LEADS : [];
  const wanted = LEADS.filter((lead) => names.includes(lead) || derivable.includes(lead));
  const { samples: all } = selectLeads({ leads: recorded }, wanted);
  return wanted.map((lead, index) => {
    const samples = all[index]!;
    const down = samples.map((value) => -value);
    const r = indexOfMost(samples, onset, j + 1);
    const { t } = waves;
    return {
      lead,
      q: 0 - round(Math.max(0, down[indexOfMost(down, onset, r + 1)]!)),
      r: round(Math.max(0, samples[r]!)),
      s: 0 - round(Math.max(0, down[indexOfMost(down, r, j + 1)]!)),
      j: round(samples[j]!),
      j60: round(samples[Math.min(samples.length - 1, j + samplesOf(60))]!),
      ...(t === undefined ? {} : { t: round(largest(samples.subarray(j + samplesOf(60), Math.round(t.offset)))) }),
    };
  });
}

function largest(samples: Float64Array): number {
  return samples.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
}

/** Never -0. */
function round(value: number): number {
  return Number(value.toFixed(MILLIVOLT_DECIMALS)) + 0;
}
