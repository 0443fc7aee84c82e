import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import type { Measurement } from '../../src/measurement/measurement.ts';
import { seededRandom } from '../../src/random.ts';
import { drawParameters, type NoiseLevel } from '../../src/simulator/draw-parameters.ts';
import { findingByName } from '../../src/simulator/findings.ts';
import type { SimulationParameters } from '../../src/simulator/parameters.ts';
import { simulate } from '../../src/simulator/simulate.ts';

/** A simulated recording of one finding, as an ECG and as what is true of it. */
export function recorded(
  finding: string,
  {
    seed = 7,
    noise = 'low',
    ...change
  }: Omit<Partial<SimulationParameters>, 'noise'> & { readonly noise?: NoiseLevel } = {},
) {
  const row = findingByName(finding);
  if (row === undefined) throw new Error(`no finding ${finding}`);
  const parameters = { ...drawParameters(seededRandom(seed), { seed, findings: [row], noise }), ...change };
  const { leads, truth } = simulate(parameters);
  return { ecg: ecgOf(leads, parameters.samplingRate), truth, parameters };
}

/** Twelve leads at a rate as an ECG. */
export function ecgOf(leads: readonly Float64Array[], samplingRate = 500): Ecg {
  return createEcg({
    format: 'fhir',
    samplingRate,
    patient: { ids: [] },
    leads: leads.map((samples, index) => ({ lead: STANDARD_LEADS[index]!, samples })),
  });
}

/** The same ECG with other samples. */
export function withSamples(ecg: Ecg, change: (samples: Float64Array, index: number) => Float64Array): Ecg {
  return createEcg({ ...ecg, leads: ecg.leads.map(({ lead, samples }, i) => ({ lead, samples: change(samples, i) })) });
}

/** The number, or NaN where there is none. */
export const numberOf = (measurement: Measurement): number => ('value' in measurement ? measurement.value : Number.NaN);

export const reasonOf = (measurement: Measurement): string => ('reason' in measurement ? measurement.reason : '');
