import { MAX_LEADS, MAX_SAMPLES_TOTAL } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { parseSignalLine, type WfdbSignal } from './parse-signal-line.ts';

/** A header file of one segment (WFDB Applications Guide, header(5)). */
export interface WfdbHeader {
  /** Frames per second; a signal may have several samples a frame. */
  readonly frameRate: number;
  /** Undefined where the header leaves it to the size of the signal files; nothing is then verified by checksum. */
  readonly frameCount: number | undefined;
  /** As written: H:M:S and D/M/Y. */
  readonly baseTime: string | undefined;
  readonly baseDate: string | undefined;
  readonly signals: readonly WfdbSignal[];
  /** Without their `#`, in order, none empty. */
  readonly comments: readonly string[];
}

const MAX_HEADER_BYTES = 1024 * 1024;
const RATE = /^(\d{1,9}\.?\d{0,12}(?:[eE][+-]?\d{1,2})?)(?:\/[^\s]*)?$/;

/**
 * Reads a header file. A sampling rate is demanded, although the format has a default of 250 Hz: a wrong one would
 * shift every interval of the ECG unnoticed.
 * @throws EcgError SOURCE_INVALID for lines that break the format, fewer or more signals than stated; SOURCE_TOO_LARGE
 *   beyond 1 MiB, 64 signals or 50 million samples; FORMAT_UNSUPPORTED for records of several segments.
 */
export function parseWfdbHeader(bytes: Uint8Array): WfdbHeader {
  if (bytes.length > MAX_HEADER_BYTES) throw new EcgError('SOURCE_TOO_LARGE', 'the WFDB header is larger than 1 MiB');
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [recordLine, ...signalLines] = lines.filter((line) => !line.startsWith('#'));
  const record = parseRecordLine(recordLine ?? '');
  if (signalLines.length !== record.signalCount) {
    throw invalid(`states ${record.signalCount} signals but describes ${signalLines.length}`);
  }
  const signals = signalLines.map(parseSignalLine);
  const samplesPerFrame = signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
  if (samplesPerFrame * (record.frameCount ?? 0) > MAX_SAMPLES_TOTAL) {
    throw new EcgError('SOURCE_TOO_LARGE', `the WFDB header states more than ${MAX_SAMPLES_TOTAL} samples`);
  }
  const comments = lines
    .filter((line) => line.startsWith('#'))
    .map((line) => line.replace(/^#+/, '').trim())
    .filter((comment) => comment !== '');
  return { ...record, signals, comments };
}

function parseRecordLine(line: string) {
  const [name = '', count = '', rate, frames = '0', baseTime, baseDate] = line.split(/[ \t]+/);
  if (name.includes('/')) {
    throw new EcgError('FORMAT_UNSUPPORTED', 'a WFDB record of several segments; read its segments one by one');
  }
  if (!/^[\w-]+$/.test(name) || !/^\d{1,9}$/.test(count) || !/^\d{1,15}$/.test(frames)) {
    throw invalid('does not begin with a record name, the number of signals and that of samples');
  }
  if (Number(count) > MAX_LEADS) {
    throw new EcgError('SOURCE_TOO_LARGE', `the WFDB header states more than ${MAX_LEADS} signals`);
  }
  const frameRate = Number(RATE.exec(rate ?? '')?.[1]);
  if (!(frameRate > 0)) throw invalid('states no sampling rate');
  return {
    signalCount: Number(count),
    frameRate,
    frameCount: Number(frames) > 0 ? Number(frames) : undefined,
    baseTime,
    baseDate,
  };
}

function invalid(what: string): EcgError {
  return new EcgError('SOURCE_INVALID', `the WFDB header ${what}`);
}
