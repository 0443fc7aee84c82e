import { millivoltsPer } from '../../ecg/units.ts';
import { EcgError } from '../../errors.ts';
import type { GroupedSignal, SignalGroup } from './signal-group.ts';

/** A signal file, checked to hold that many frames. */
export interface SignalFile {
  readonly bytes: Uint8Array;
  readonly frames: number;
  /** The header states this number, so that its checksums mean all samples of the file (header(5)). */
  readonly isWhole: boolean;
}

/** Counts per unit of a signal without a gain (DEFGAIN, header(5)). */
export const UNCALIBRATED_GAIN = 200;

/**
 * One signal in mV, NaN where a sample is missing, and whether it begins with the stated initial value.
 * @throws EcgError SOURCE_INVALID where the 16-bit sum of the samples is not the checksum; UNIT_UNKNOWN for a signal
 *   that is no voltage.
 */
export function readLead(group: SignalGroup, signal: GroupedSignal, file: SignalFile) {
  const counts = readCounts(group, signal, file);
  const { checksum, initialValue, gain = UNCALIBRATED_GAIN, baseline, unit, number } = signal;
  if (file.isWhole && checksum !== undefined && !isSumOf(checksum, counts)) {
    throw new EcgError('SOURCE_INVALID', `signal ${number} of the WFDB record is damaged: its checksum does not match`);
  }
  const millivolts = unit === undefined ? 1 : millivoltsPer(canonicalUnit(unit));
  const { missing } = group.format;
  const samples = new Float64Array(counts);
  for (let i = 0; i < samples.length; i += 1) {
    samples[i] = counts[i] === missing ? Number.NaN : ((counts[i]! - baseline) / gain) * millivolts;
  }
  return { samples, startsAsStated: initialValue === undefined || initialValue === counts[0] };
}

function readCounts({ format, byteOffset, samplesPerFrame }: SignalGroup, signal: GroupedSignal, file: SignalFile) {
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  const counts = new Int32Array(file.frames * signal.samplesPerFrame);
  let written = 0;
  for (let frame = 0; frame < file.frames; frame += 1) {
    const first = frame * samplesPerFrame + signal.place;
    for (let sample = 0; sample < signal.samplesPerFrame; sample += 1) {
      counts[written] = format.read(view, byteOffset, first + sample);
      written += 1;
    }
  }
  return counts;
}

/** Writers print the 16-bit sum signed or unsigned. */
function isSumOf(checksum: number, counts: Int32Array): boolean {
  let sum = 0;
  for (const count of counts) sum = (sum + count) | 0;
  return ((sum - checksum) & 0xffff) === 0;
}

/** PhysioNet headers write mV in any case; an M that would be mega stays unknown. */
function canonicalUnit(unit: string): string {
  return unit.replace(/^(n|u|\u00b5|\u03bc|m)v$/, '$1V');
}
