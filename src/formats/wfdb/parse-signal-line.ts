import { EcgError } from '../../errors.ts';

/** A signal specification line (WFDB Applications Guide, header(5)), with the defaults of the format. */
export interface WfdbSignal {
  /** Place in the header, from 1. */
  readonly number: number;
  /** A plain name of a file beside the header. */
  readonly file: string;
  /** Storage format: 16, 212 … */
  readonly format: string;
  readonly samplesPerFrame: number;
  /** Bytes before the first sample. */
  readonly byteOffset: number;
  /** Counts per unit; undefined for a signal that is not calibrated (gain 0 or none). */
  readonly gain: number | undefined;
  /** The count at 0 V. */
  readonly baseline: number;
  readonly unit: string | undefined;
  /** The first sample and the 16-bit sum of all, where stated. */
  readonly initialValue: number | undefined;
  readonly checksum: number | undefined;
  readonly description: string;
}

const FORMAT = /^(\d{1,4})(?:x(\d{1,4}))?(?::(\d{1,9}))?(?:\+(\d{1,9}))?$/;
const GAIN =
  /^([+-]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?:[eE][+-]?\d{1,3})?)(?:\(([+-]?\d{1,10})\))?(?:\/(\S{1,20}))?$/;
const INTEGER = /^[+-]?\d{1,10}$/;
/** No path, no hidden file, neither `-` (standard input) nor `~` (no file). */
const SAFE_FILE_NAME = /^\w[\w-]{0,99}(?:\.[\w-]{1,20}){0,4}$/;
/** Counts have at most 32 bits. */
const GREATEST_COUNT = 2 ** 32;

/**
 * @param index place of the signal, from 0.
 * @throws EcgError SOURCE_INVALID for fields that break the format or a file that is not beside the header;
 *   FORMAT_UNSUPPORTED for skewed signals.
 */
export function parseSignalLine(line: string, index: number): WfdbSignal {
  const [file = '', format = '', gain = '0', , adcZero = '0', initialValue, checksum, , ...words] =
    line.split(/[ \t]+/);
  const invalid = (what: string) => new EcgError('SOURCE_INVALID', `signal ${index + 1} of the WFDB header ${what}`);
  if (!SAFE_FILE_NAME.test(file)) throw invalid('names no plain file beside the header');
  const formatParts = FORMAT.exec(format);
  const gainParts = GAIN.exec(gain);
  if (!formatParts || !gainParts) throw invalid('has a malformed format or gain');
  if ([adcZero, initialValue, checksum].some((field) => field !== undefined && !INTEGER.test(field))) {
    throw invalid('has an ADC zero, initial value or checksum that is no integer');
  }
  const [, storage = '', samplesPerFrame = '1', skew = '0', byteOffset = '0'] = formatParts;
  const [, countsPerUnit, baseline = adcZero, unit] = gainParts;
  if (Number(skew) > 0) throw new EcgError('FORMAT_UNSUPPORTED', 'a WFDB record with skewed signals');
  if (Number(samplesPerFrame) === 0) throw invalid('has no sample in a frame');
  const scale = Number(countsPerUnit);
  if (scale !== 0 && !Number.isFinite(GREATEST_COUNT / scale)) throw invalid('has a gain that makes no scale');
  return {
    number: index + 1,
    file,
    format: storage,
    samplesPerFrame: Number(samplesPerFrame),
    byteOffset: Number(byteOffset),
    gain: scale === 0 ? undefined : scale,
    baseline: Number(baseline),
    unit,
    initialValue: initialValue === undefined ? undefined : Number(initialValue),
    checksum: checksum === undefined ? undefined : Number(checksum),
    description: words.join(' '),
  };
}
