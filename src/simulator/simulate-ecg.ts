import { createEcg, type Ecg, type EcgFormatName, type EcgPatient } from '../ecg/ecg.ts';
import { type Lead, STANDARD_LEADS } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import { seededRandom } from '../random.ts';
import { drawParameters, type NoiseLevel } from './draw-parameters.ts';
import { findingByName } from './findings.ts';
import { simulate } from './simulate.ts';

export interface SimulatedEcgOptions {
  /** What the ECG shall show, by the name of ECGFounder's label, in any case; see `FINDINGS`. */
  readonly finding: string;
  readonly seed: number;
  readonly format: EcgFormatName;
  readonly patient: EcgPatient;
  /** ISO 8601 with offset. */
  readonly recordedAt: string;
  /** Beats per minute; as the finding has it unless given. */
  readonly ratePerMinute?: number;
  readonly samplingRate?: number;
  readonly durationSeconds?: number;
  readonly noise?: NoiseLevel;
  /** Leads to keep; the twelve standard ones unless given. */
  readonly leads?: readonly Lead[];
}

/** Counts of this size are what carts store, and what all three formats hold exactly. */
const STEP_MICROVOLTS = 2.5;

/**
 * A synthetic ECG that shows one finding, deterministic in `seed`; for demonstration and tests.
 * @throws EcgError NOT_FOUND for a finding that is not simulated
 */
export function simulateEcg(options: SimulatedEcgOptions): Ecg {
  const { seed, samplingRate, durationSeconds, ratePerMinute, noise = 'low' } = options;
  const finding = findingByName(options.finding);
  if (finding === undefined)
    throw new EcgError('NOT_FOUND', `no finding '${options.finding}' is simulated; see cardhook simulate --list`);
  const drawn = drawParameters(seededRandom(seed), {
    seed,
    noise,
    findings: [finding],
    ...(samplingRate === undefined ? {} : { samplingRate }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  });
  const { leads } = simulate({ ...drawn, ...(ratePerMinute === undefined ? {} : { ratePerMinute }) });
  const wanted = new Set<Lead>(options.leads ?? STANDARD_LEADS);
  return createEcg({
    format: options.format,
    samplingRate: drawn.samplingRate,
    leads: STANDARD_LEADS.flatMap((lead, index) =>
      wanted.has(lead) ? [{ lead, samples: inSteps(leads[index]!) }] : [],
    ),
    recordedAt: options.recordedAt,
    patient: options.patient,
    device: { manufacturer: 'Cardhook', model: 'ECG simulator' },
  });
}

function inSteps(samples: Float64Array): Float64Array {
  const step = STEP_MICROVOLTS / 1000;
  return samples.map((value) => Math.round(value / step) * step);
}
