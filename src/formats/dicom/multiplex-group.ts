import { MAX_LEADS, MAX_SAMPLES_TOTAL } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { type Channel, readChannel } from './channel.ts';
import { type DataSet, readDecimal, readInteger, readItems, readText } from './data-set.ts';
import { TAG } from './tags.ts';

/** One item of the Waveform Sequence: channels sampled together (PS3.3 C.10.9). */
export interface MultiplexGroup {
  /** Place in the Waveform Sequence, from 1. */
  readonly number: number;
  readonly item: DataSet;
  /** A representative beat, or otherwise derived: not a rhythm. */
  readonly isDerived: boolean;
  /** Labelled as a rhythm. */
  readonly isRhythm: boolean;
  readonly samplingRate: number;
  readonly channelCount: number;
  readonly sampleCount: number;
  /** From the start of the acquisition; undefined where not stated. */
  readonly timeOffsetMs: number | undefined;
  readonly channels: readonly Channel[];
}

const MAX_GROUPS = 64;
const BEAT_LABEL = /MEDIAN|BEAT|AVERAGE|AVG|TEMPLATE/i;
const RHYTHM_LABEL = /RHYTHM/i;

/**
 * The multiplex groups of a data set, without their samples.
 * @throws EcgError NO_WAVEFORM where there is none, SOURCE_INVALID where a group contradicts itself, SOURCE_TOO_LARGE
 *   beyond 64 groups, or {@link MAX_LEADS} channels or {@link MAX_SAMPLES_TOTAL} samples in one.
 */
export function readMultiplexGroups(root: DataSet): readonly MultiplexGroup[] {
  const items = readItems(root, TAG.WaveformSequence);
  if (items.length === 0) throw new EcgError('NO_WAVEFORM', 'the DICOM object has no waveform');
  if (items.length > MAX_GROUPS) throw new EcgError('SOURCE_TOO_LARGE', `more than ${MAX_GROUPS} multiplex groups`);
  return items.map((item, index) => readMultiplexGroup(item, index + 1));
}

function readMultiplexGroup(item: DataSet, number: number): MultiplexGroup {
  const channelCount = readInteger(item, TAG.NumberOfWaveformChannels) ?? 0;
  const sampleCount = readInteger(item, TAG.NumberOfWaveformSamples) ?? 0;
  const samplingRate = readDecimal(item, TAG.SamplingFrequency) ?? 0;
  const definitions = readItems(item, TAG.ChannelDefinitionSequence);
  if (channelCount === 0 || sampleCount === 0 || samplingRate <= 0) {
    throw new EcgError('SOURCE_INVALID', `multiplex group ${number} states no channels, samples or sampling frequency`);
  }
  if (channelCount > MAX_LEADS || channelCount * sampleCount > MAX_SAMPLES_TOTAL) {
    throw new EcgError('SOURCE_TOO_LARGE', `multiplex group ${number} states too many channels or samples`);
  }
  if (definitions.length !== channelCount) {
    throw new EcgError(
      'SOURCE_INVALID',
      `multiplex group ${number} defines ${definitions.length} of ${channelCount} channels`,
    );
  }
  const label = readText(item, TAG.MultiplexGroupLabel) ?? '';
  return {
    number,
    item,
    isDerived: BEAT_LABEL.test(label) || readText(item, TAG.WaveformOriginality) === 'DERIVED',
    isRhythm: RHYTHM_LABEL.test(label) && !BEAT_LABEL.test(label),
    samplingRate,
    channelCount,
    sampleCount,
    timeOffsetMs: readDecimal(item, TAG.MultiplexGroupTimeOffset),
    channels: definitions.map((definition, index) => readChannel(definition, index, number)),
  };
}
