import type { Ecg } from '../ecg/ecg.ts';
import { EcgError } from '../errors.ts';

/** Amplitude steps in µV that devices use, coarsest first, then decimal ones down to 1 nV. */
const STEPS_MICROVOLTS = [5, 4.88, 2.5, 1.25, 1, 0.5, 0.25, 0.1, 0.05, 0.01, 0.005, 0.001] as const;
const FINEST_MICROVOLTS = 0.001;
const MICROVOLTS_PER_MILLIVOLT = 1000;
const MAX_COUNT = 2 ** 31 - 2;

/** Stands for a missing sample in {@link QuantisedEcg.counts}. */
export const MISSING_COUNT = -(2 ** 31);

export interface QuantisedEcg {
  /** µV per count. */
  readonly stepMicrovolts: number;
  /** Per lead, in the order of `ecg.leads`; {@link MISSING_COUNT} where there is no sample. */
  readonly counts: readonly Int32Array[];
  /** Greatest absolute count, for the choice of a sample size. */
  readonly peakCount: number;
}

/**
 * The recording in whole counts of the coarsest step that holds every sample exactly, or of 1 nV where none does.
 * @throws EcgError SOURCE_INVALID for amplitudes beyond ±2.1 V.
 */
export function quantise(ecg: Ecg): QuantisedEcg {
  const stepMicrovolts = STEPS_MICROVOLTS.find((step) => holdsExactly(ecg, step)) ?? FINEST_MICROVOLTS;
  let peakCount = 0;
  const counts = ecg.leads.map(({ samples }) =>
    Int32Array.from(samples, (sample) => {
      if (Number.isNaN(sample)) return MISSING_COUNT;
      const count = Math.round((sample * MICROVOLTS_PER_MILLIVOLT) / stepMicrovolts);
      peakCount = Math.max(peakCount, Math.abs(count));
      return count;
    }),
  );
  if (peakCount > MAX_COUNT) throw new EcgError('SOURCE_INVALID', 'amplitude beyond 2.1 V cannot be written');
  return { stepMicrovolts, counts, peakCount };
}

function holdsExactly(ecg: Ecg, stepMicrovolts: number): boolean {
  const tolerance = 1e-6;
  return ecg.leads.every(({ samples }) =>
    samples.every((sample) => {
      if (Number.isNaN(sample)) return true;
      const count = (sample * MICROVOLTS_PER_MILLIVOLT) / stepMicrovolts;
      return Math.abs(count - Math.round(count)) < tolerance;
    }),
  );
}
