import { type Dipole, INDEPENDENT_LEADS, type LeadVector, project } from './lead-field.ts';

/** A wave of the dipole: rises from `startMs` to `peakMs`, holds to `holdMs` (or not at all), falls to `endMs`. */
export interface DipoleWave {
  readonly startMs: number;
  readonly peakMs: number;
  readonly holdMs?: number;
  readonly endMs: number;
  readonly dipole: Dipole;
}

/** The same as the leads see it; times in seconds after the beat's QRS onset (or the P wave's). */
export interface LeadWave {
  readonly start: number;
  readonly peak: number;
  readonly hold: number;
  readonly end: number;
  readonly amplitudes: LeadVector;
}

/** The wave in the leads. */
export function toLeadWave(wave: DipoleWave, rows: readonly Dipole[]): LeadWave {
  return {
    start: wave.startMs / 1000,
    peak: wave.peakMs / 1000,
    hold: (wave.holdMs ?? wave.peakMs) / 1000,
    end: wave.endMs / 1000,
    amplitudes: project(wave.dipole, rows),
  };
}

/**
 * Adds a wave with raised-cosine flanks, which start and end exactly where the wave says.
 * @param signals one array per independent lead, mV
 * @param gains factor for each lead
 */
export function addWave(
  signals: readonly Float64Array[],
  wave: LeadWave,
  at: { readonly seconds: number; readonly samplingRate: number; readonly gains: LeadVector },
): void {
  const { samplingRate, seconds, gains } = at;
  const first = Math.max(0, Math.ceil((seconds + wave.start) * samplingRate));
  const last = Math.min((signals[0]?.length ?? 0) - 1, Math.floor((seconds + wave.end) * samplingRate));
  const rise = Math.PI / Math.max(1e-6, wave.peak - wave.start);
  const fall = Math.PI / Math.max(1e-6, wave.end - wave.hold);
  for (let n = first; n <= last; n++) {
    const time = n / samplingRate - seconds;
    const height =
      time < wave.peak
        ? 0.5 - 0.5 * Math.cos((time - wave.start) * rise)
        : time <= wave.hold
          ? 1
          : 0.5 - 0.5 * Math.cos((wave.end - time) * fall);
    for (let lead = 0; lead < INDEPENDENT_LEADS.length; lead++) {
      signals[lead]![n]! += height * wave.amplitudes[lead]! * gains[lead]!;
    }
  }
}
