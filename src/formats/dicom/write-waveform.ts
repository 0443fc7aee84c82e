import type { Ecg } from '../../ecg/ecg.ts';
import { codesOfLead, type Lead, STANDARD_LEADS } from '../../ecg/lead.ts';
import { MISSING_COUNT, type QuantisedEcg } from '../quantise.ts';
import { element, integerElement, littleEndianBytes, sequence, type WrittenElement } from './element-writer.ts';
import { ECG_SOP_CLASS, TAG, TWELVE_LEAD_LIMITS } from './tags.ts';
import { codeSequence, decimalString } from './write-values.ts';

/** How a recording is stored. */
export interface Storage {
  readonly sopClass: string;
  readonly bits: 16 | 32;
}

const MAX_16_BIT = 2 ** 15 - 1;
const PADDING_16_BIT = -(2 ** 15);
const INDEPENDENT_LEAD_COUNT = 8;
/** PS3.3 A.34.4 and A.34.5. */
const GENERAL_MAX_CHANNELS = 24;
const AMBULATORY_MAX_CHANNELS = 12;
const AMBULATORY_MIN_SAMPLING_RATE = 50;
/** For leads without an 11073 term in CID 3001. */
const LOCAL_SCHEME = '99CARDHOOK';

/**
 * The SOP class whose limits the recording keeps (PS3.3 A.34): 12-lead, general or ambulatory ECG with 16 bits, else
 * general 32-bit ECG, which limits neither amplitude nor sampling frequency.
 */
export function chooseStorage({ leads, samplingRate }: Ecg, { peakCount }: QuantisedEcg): Storage {
  const limits = TWELVE_LEAD_LIMITS;
  const is32Bit = peakCount > MAX_16_BIT || samplingRate > limits.maxSamplingRate;
  if (!is32Bit && samplingRate >= limits.minSamplingRate) {
    const sampleCount = leads[0]?.samples.length ?? 0;
    const isTwelveLead =
      leads.length >= INDEPENDENT_LEAD_COUNT && leads.every(({ lead }) => STANDARD_LEADS.includes(lead));
    if (isTwelveLead && sampleCount <= limits.samples) return { sopClass: ECG_SOP_CLASS.twelveLead, bits: 16 };
    if (leads.length <= GENERAL_MAX_CHANNELS) return { sopClass: ECG_SOP_CLASS.general, bits: 16 };
  }
  if (!is32Bit && samplingRate >= AMBULATORY_MIN_SAMPLING_RATE && leads.length <= AMBULATORY_MAX_CHANNELS) {
    return { sopClass: ECG_SOP_CLASS.ambulatory, bits: 16 };
  }
  return { sopClass: ECG_SOP_CLASS.general32Bit, bits: 32 };
}

/** The Waveform module (PS3.3 C.10.9): one original multiplex group with a channel per lead. */
export function waveformSequence(ecg: Ecg, quantised: QuantisedEcg, { bits }: Storage): WrittenElement {
  const { counts, stepMicrovolts } = quantised;
  const padding = bits === 16 ? PADDING_16_BIT : MISSING_COUNT;
  const hasGaps = counts.some((ofLead) => ofLead.includes(MISSING_COUNT));
  const group = [
    element(TAG.MultiplexGroupTimeOffset, 'DS', '0'),
    element(TAG.WaveformOriginality, 'CS', 'ORIGINAL'),
    integerElement(TAG.NumberOfWaveformChannels, 'US', [counts.length]),
    integerElement(TAG.NumberOfWaveformSamples, 'UL', [counts[0]?.length ?? 0]),
    element(TAG.SamplingFrequency, 'DS', decimalString(ecg.samplingRate)),
    element(TAG.MultiplexGroupLabel, 'SH', 'RHYTHM'),
    sequence(
      TAG.ChannelDefinitionSequence,
      ecg.leads.map(({ lead }) => channelDefinition(lead, stepMicrovolts, bits)),
    ),
    integerElement(TAG.WaveformBitsAllocated, 'US', [bits]),
    element(TAG.WaveformSampleInterpretation, 'CS', bits === 16 ? 'SS' : 'SL'),
    ...(hasGaps ? [element(TAG.WaveformPaddingValue, 'OW', wordBytes([padding], bits))] : []),
    element(TAG.WaveformData, 'OW', wordBytes(interleave(counts, padding), bits)),
  ];
  return sequence(TAG.WaveformSequence, [group]);
}

function channelDefinition(lead: Lead, stepMicrovolts: number, bits: number): readonly WrittenElement[] {
  const { scp } = codesOfLead(lead);
  const meaning = `Lead ${lead}`;
  return [
    element(TAG.ChannelLabel, 'SH', lead),
    codeSequence(
      TAG.ChannelSourceSequence,
      scp === undefined ? [LOCAL_SCHEME, lead, meaning] : ['MDC', `2:${scp}`, meaning],
    ),
    element(TAG.ChannelSensitivity, 'DS', decimalString(stepMicrovolts)),
    codeSequence(TAG.ChannelSensitivityUnitsSequence, ['UCUM', 'uV', 'microvolt']),
    element(TAG.ChannelSensitivityCorrectionFactor, 'DS', '1'),
    element(TAG.ChannelBaseline, 'DS', '0'),
    element(TAG.ChannelSampleSkew, 'DS', '0'),
    integerElement(TAG.WaveformBitsStored, 'US', [bits]),
  ];
}

/** C1S1 C2S1 … C1S2 C2S2 … (PS3.3 C.10.9.1.7). */
function interleave(counts: readonly Int32Array[], padding: number): Int32Array {
  const interleaved = new Int32Array(counts.length * (counts[0]?.length ?? 0));
  for (const [channel, ofLead] of counts.entries()) {
    for (let i = 0; i < ofLead.length; i += 1) {
      const count = ofLead[i]!;
      interleaved[i * counts.length + channel] = count === MISSING_COUNT ? padding : count;
    }
  }
  return interleaved;
}

function wordBytes(counts: ArrayLike<number>, bits: 16 | 32): Uint8Array {
  return littleEndianBytes(bits === 16 ? new Int16Array(counts) : new Int32Array(counts));
}
