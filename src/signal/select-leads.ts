import type { Ecg } from '../ecg/ecg.ts';
import type { Lead } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';

/** The leads of one recording that a model wants, in its order. */
export interface SelectedLeads {
  readonly leads: readonly Lead[];
  /** mV at the recording's rate, NaN for missing samples; one array per lead, as long as the recording. */
  readonly samples: readonly Float64Array[];
  /** Those of `leads` that the recording does not have, computed from the two in `sources`. */
  readonly derived: readonly Lead[];
  /** Empty when nothing is derived. */
  readonly sources: readonly Lead[];
}

/** Each limb lead as a·I + b·II (Einthoven's law, Goldberger's leads). Any two of them determine the rest. */
const LIMB_LEADS: ReadonlyMap<Lead, readonly [a: number, b: number]> = new Map([
  ['I', [1, 0]],
  ['II', [0, 1]],
  ['III', [-1, 1]],
  ['aVR', [-0.5, -0.5]],
  ['aVL', [1, -0.5]],
  ['aVF', [-0.5, 1]],
]);

/**
 * Takes `leads` out of a recording, in that order. Limb leads it does not have are computed from its first two limb
 * leads (I and II where present), a sample missing in either being missing in the result; other leads are never made up.
 * @throws EcgError LEAD_MISSING naming every lead that is neither there nor derivable
 */
export function selectLeads(ecg: Pick<Ecg, 'leads'>, leads: readonly Lead[]): SelectedLeads {
  const present = new Map(ecg.leads.map(({ lead, samples }) => [lead, samples]));
  const absent = leads.filter((lead) => !present.has(lead));
  const sources = ecg.leads.filter(({ lead }) => LIMB_LEADS.has(lead)).slice(0, 2);
  const missing = absent.filter((lead) => !LIMB_LEADS.has(lead) || sources.length < 2);
  if (missing.length > 0) {
    throw new EcgError('LEAD_MISSING', `the model needs leads that were not recorded: ${missing.join(', ')}`);
  }
  return {
    leads,
    samples: leads.map((lead) => present.get(lead) ?? deriveLead(lead, sources)),
    derived: absent,
    sources: absent.length > 0 ? sources.map(({ lead }) => lead) : [],
  };
}

/** Solves lead = α·first + β·second in the plane of I and II (Cramer's rule). */
function deriveLead(lead: Lead, [first, second]: Ecg['leads']): Float64Array {
  const [a, b] = LIMB_LEADS.get(lead)!;
  const [a1, b1] = LIMB_LEADS.get(first!.lead)!;
  const [a2, b2] = LIMB_LEADS.get(second!.lead)!;
  const determinant = a1 * b2 - a2 * b1;
  const alpha = (a * b2 - a2 * b) / determinant;
  const beta = (a1 * b - a * b1) / determinant;
  return first!.samples.map((sample, i) => alpha * sample + beta * second!.samples[i]!);
}
