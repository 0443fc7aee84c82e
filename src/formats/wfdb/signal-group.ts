import { MAX_SAMPLES_TOTAL } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import type { WfdbSignal } from './parse-signal-line.ts';
import { type StorageFormat, storageFormat } from './storage-format.ts';

/** The signals of one file: their samples alternate, frame by frame, in the order of the header. */
export interface SignalGroup {
  readonly file: string;
  readonly format: StorageFormat;
  readonly byteOffset: number;
  readonly samplesPerFrame: number;
  readonly signals: readonly GroupedSignal[];
}

export interface GroupedSignal extends WfdbSignal {
  /** Samples of a frame that precede those of this signal. */
  readonly place: number;
}

/**
 * Puts the signals of a header together by file.
 * @throws EcgError SOURCE_INVALID where signals of one file do not stand together or differ in format or offset;
 *   FORMAT_UNSUPPORTED for a storage format that is not read.
 */
export function groupSignals(signals: readonly WfdbSignal[]): readonly SignalGroup[] {
  const runs: [WfdbSignal, ...WfdbSignal[]][] = [];
  for (const signal of signals) {
    const run = runs.at(-1);
    if (run?.[0].file === signal.file) run.push(signal);
    else runs.push([signal]);
  }
  if (new Set(runs.map(([{ file }]) => file)).size < runs.length) {
    throw new EcgError('SOURCE_INVALID', 'the WFDB header describes the signals of one file in two places');
  }
  return runs.map(toGroup);
}

/**
 * Number of frames in a signal file.
 * @param stated by the header, if it says so.
 * @throws EcgError SOURCE_INVALID for a file that holds less, or at least a frame more, than the header states;
 *   SOURCE_TOO_LARGE.
 */
export function countFrames(group: SignalGroup, bytes: Uint8Array, stated: number | undefined): number {
  const frameBits = group.samplesPerFrame * group.format.bitsPerSample;
  const available = Math.floor(((bytes.length - group.byteOffset) * 8) / frameBits);
  const frames = stated ?? available;
  if (available < frames || frames <= 0) {
    throw new EcgError('SOURCE_INVALID', 'a WFDB signal file is shorter than its header states; it may be truncated');
  }
  if (available > frames) {
    throw new EcgError('SOURCE_INVALID', 'a WFDB signal file holds more samples than its header states');
  }
  if (frames * group.samplesPerFrame > MAX_SAMPLES_TOTAL) {
    throw new EcgError('SOURCE_TOO_LARGE', `a WFDB signal file holds more than ${MAX_SAMPLES_TOTAL} samples`);
  }
  return frames;
}

function toGroup(signals: readonly [WfdbSignal, ...WfdbSignal[]]): SignalGroup {
  const [{ file, format: number, byteOffset }] = signals;
  if (signals.some((signal) => signal.format !== number || signal.byteOffset !== byteOffset)) {
    throw new EcgError('SOURCE_INVALID', 'signals of one WFDB signal file differ in format or offset');
  }
  const format = storageFormat(number);
  if (format === undefined) {
    throw new EcgError('FORMAT_UNSUPPORTED', `WFDB storage format ${number} is not read; convert the record to 16`);
  }
  let samplesPerFrame = 0;
  const placed = signals.map((signal) => {
    const place = samplesPerFrame;
    samplesPerFrame += signal.samplesPerFrame;
    return { ...signal, place };
  });
  return { file, format, byteOffset, samplesPerFrame, signals: placed };
}
