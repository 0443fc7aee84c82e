import { EcgError } from '../../errors.ts';
import type { Calibration } from './channel.ts';
import { readBytes, readInteger, readText } from './data-set.ts';
import type { MultiplexGroup } from './multiplex-group.ts';
import { extendSign, type SampleFormat, sampleFormat } from './sample-format.ts';
import { TAG } from './tags.ts';

/** The checked Waveform Data of a multiplex group: samples interleaved by channel. */
export interface WaveformSamples {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly format: SampleFormat;
  readonly channelCount: number;
  readonly sampleCount: number;
  /** Counts that stand for a missing sample. */
  readonly missing: readonly number[];
}

/** The least 16-bit count stands for "off scale" or "missing" in device exports even where no padding value says so. */
const UNDECLARED_PADDING = -0x8000;

/**
 * Opens the Waveform Data of a group, after checking that it has the size which its header states.
 * Big endian samples have their most significant byte first, whatever their size (PS3.5 7.3); 32-bit samples whose
 * bytes a converter swapped within 16-bit words instead come out implausibly large, which the recording then warns of.
 * @throws EcgError SOURCE_INVALID for a sample format that is missing, compressed (µ-law, A-law) or contradictory, or
 *   for data of another size.
 */
export function openWaveform(group: MultiplexGroup): WaveformSamples {
  const { item, channelCount, sampleCount } = group;
  const interpretation = readText(item, TAG.WaveformSampleInterpretation) ?? '';
  const format = sampleFormat(interpretation);
  const bitsAllocated = readInteger(item, TAG.WaveformBitsAllocated);
  if (format === undefined || bitsAllocated !== format.bytes * 8) {
    throw invalid(
      group,
      `has samples of an unknown, compressed or contradictory interpretation (${bitsAllocated ?? 'unstated'} bits)`,
    );
  }
  const waveform = readBytes(item, TAG.WaveformData) ?? new Uint8Array();
  const stated = channelCount * sampleCount * format.bytes;
  if (waveform.length !== stated && waveform.length !== stated + (stated % 2)) {
    throw invalid(
      group,
      `states ${channelCount} channels of ${sampleCount} samples (${stated} bytes) but holds ${waveform.length} bytes`,
    );
  }
  const isWords = item.elements[TAG.WaveformData]?.vr === 'OW';
  if (!item.littleEndian && isWords !== format.bytes > 1) {
    throw invalid(group, 'has big endian samples of a VR that leaves their byte order open');
  }
  return {
    view: viewOf(waveform),
    littleEndian: item.littleEndian,
    format,
    channelCount,
    sampleCount,
    missing: missingCounts(group, format),
  };
}

/** One channel in mV, NaN where a sample is missing. */
export function channelMillivolts(samples: WaveformSamples, index: number, calibration: Calibration): Float64Array {
  const { bitsStored, millivoltsPerCount, baselineMillivolts } = calibration;
  const { format } = samples;
  const raw = rawCounts(samples, index);
  const isNarrow = format.isSigned && bitsStored !== undefined && bitsStored > 0 && bitsStored < format.bytes * 8;
  const counts = isNarrow ? extendSign(raw, bitsStored) : raw;
  for (let i = 0; i < counts.length; i += 1) counts[i] = counts[i]! * millivoltsPerCount + baselineMillivolts;
  return counts;
}

function rawCounts(samples: WaveformSamples, index: number): Float64Array {
  const { view, littleEndian, format, channelCount, sampleCount, missing } = samples;
  const counts = new Float64Array(sampleCount);
  const stride = channelCount * format.bytes;
  for (let i = 0, offset = index * format.bytes; i < sampleCount; i += 1, offset += stride) {
    const count = format.read(view, offset, littleEndian);
    counts[i] = missing.includes(count) ? Number.NaN : count;
  }
  return counts;
}

/** A declared padding value of 0 is not applied: writers that declare it also write 0 for a true zero. */
function missingCounts(group: MultiplexGroup, format: SampleFormat): readonly number[] {
  const { item } = group;
  const missing = format.bytes === 2 && format.isSigned ? [UNDECLARED_PADDING] : [];
  const padding = readBytes(item, TAG.WaveformPaddingValue);
  if (padding === undefined) return missing;
  if (padding.length < format.bytes) throw invalid(group, 'has a padding value shorter than a sample');
  const count = format.read(viewOf(padding), 0, item.littleEndian);
  return count === 0 ? missing : [...missing, count];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function invalid(group: MultiplexGroup, what: string): EcgError {
  return new EcgError('SOURCE_INVALID', `multiplex group ${group.number} ${what}`);
}
