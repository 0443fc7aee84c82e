import type { Ecg } from '../ecg/ecg.ts';
import type { Manifest } from '../model/manifest.ts';
import { chooseWindows, seconds } from './choose-windows.ts';
import { preprocess } from './preprocess.ts';
import { createResampler, NETWORK_RATE } from './resample.ts';
import { type SelectedLeads, selectLeads } from './select-leads.ts';

/** One input of the network, and where in the recording it comes from. */
export interface NetworkWindow {
  readonly startSeconds: number;
  /** 10, or less where the recording is shorter and the rest of `input` is padding. */
  readonly durationSeconds: number;
  /** leads × length, row-major, in the manifest's order, preprocessed by its recipe; padding is 0, the mean. */
  readonly input: Float32Array;
  /** Human sentences on this window alone. */
  readonly notes: readonly string[];
}

/**
 * What a model sees of a recording: its leads ({@link selectLeads}), in windows ({@link chooseWindows}), each brought
 * to 500 Hz ({@link createResampler}) and preprocessed by the model's recipe ({@link preprocess}). Windows are cut
 * before they are filtered, as the authors filter the 10 s they feed the network and nothing around them.
 * @param input the manifest's `input`
 * @returns at least one window, in order of time; `notes` are human sentences for cards and reports that hold for the
 *   whole recording
 * @throws EcgError LEAD_MISSING, RECORDING_TOO_SHORT, or SIGNAL_UNUSABLE naming the leads
 */
export function networkWindows(
  ecg: Ecg,
  input: Manifest['input'],
): { readonly windows: readonly NetworkWindow[]; readonly notes: readonly string[] } {
  const selected = selectLeads(ecg, input.leads);
  const chosen = chooseWindows(selected, ecg.samplingRate);
  const recorded = chosen.windows[0]!.length / ecg.samplingRate;
  const length = Math.min(input.length, Math.round(recorded * NETWORK_RATE));
  const resample = createResampler(ecg.samplingRate, length);
  const windows = chosen.windows.map(({ start, notes }) => {
    const signal = selected.samples.map((samples) => resample(samples, start));
    return {
      startSeconds: start / ecg.samplingRate,
      durationSeconds: length / NETWORK_RATE,
      input: padRows(preprocess(signal, input), length, input.length),
      notes,
    };
  });
  const padding =
    length < input.length
      ? [`only ${seconds(length / NETWORK_RATE)} recorded: padded to ${seconds(input.length / NETWORK_RATE)}`]
      : [];
  return { windows, notes: [...sourceNotes(selected, ecg.samplingRate), ...chosen.notes, ...padding] };
}

function padRows(signal: Float64Array, length: number, paddedLength: number): Float32Array {
  const rows = signal.length / length;
  const padded = new Float32Array(rows * paddedLength);
  for (let row = 0; row < rows; row++) {
    padded.set(signal.subarray(row * length, (row + 1) * length), row * paddedLength);
  }
  return padded;
}

function sourceNotes({ derived, sources }: SelectedLeads, samplingRate: number): readonly string[] {
  return [
    ...(derived.length > 0 ? [`${derived.join(', ')} derived from ${sources.join(' and ')}`] : []),
    ...(samplingRate === NETWORK_RATE ? [] : [`resampled from ${Number(samplingRate.toFixed(3))} Hz`]),
  ];
}
