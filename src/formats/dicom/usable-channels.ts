import type { EcgWarning } from '../../ecg/ecg.ts';
import type { Lead } from '../../ecg/lead.ts';
import { type Calibration, type Channel, readCalibration } from './channel.ts';
import { readDecimal, readText } from './data-set.ts';
import type { MultiplexGroup } from './multiplex-group.ts';
import { TAG } from './tags.ts';

/** A channel that is a lead in mV. */
export interface UsableChannel {
  readonly index: number;
  readonly lead: Lead;
  readonly calibration: Calibration;
}

/** A channel that was in one of these states all along holds no ECG (Channel Status, PS3.3 C.10.9). */
const UNUSABLE_STATES: ReadonlySet<string> = new Set(['DISCONNECTED', 'INVALID', 'UNCALIBRATED']);

/**
 * The channels of a group that are a known lead, a voltage and fit for use, with a warning for each other channel and
 * for what is odd about one that is used.
 * @throws EcgError UNIT_UNKNOWN or SOURCE_INVALID where the calibration of a lead is missing or makes no sense.
 */
export function usableChannels(group: MultiplexGroup): {
  readonly channels: readonly UsableChannel[];
  readonly warnings: readonly EcgWarning[];
} {
  const channels: UsableChannel[] = [];
  const warnings: EcgWarning[] = [];
  for (const channel of group.channels) {
    const usable = usableOrWhyNot(channel);
    if (typeof usable === 'string') {
      warnings.push({ code: 'CHANNEL_SKIPPED', message: `${channel.place} skipped: ${usable}` });
    } else {
      channels.push(usable);
      warnings.push(...oddities(channel, group.samplingRate));
    }
  }
  return { channels, warnings };
}

function usableOrWhyNot(channel: Channel): UsableChannel | string {
  const { index, lead } = channel;
  if (lead === undefined) return 'it names no ECG lead';
  if (channel.isInverted) return 'it says that it is inverted';
  if (isUnfit(channel)) return 'its status says that it was never fit for use';
  const calibration = readCalibration(channel);
  return calibration === undefined ? 'its unit is not V, mV, uV or nV, written just so' : { index, lead, calibration };
}

function isUnfit({ definition }: Channel): boolean {
  const states = readText(definition, TAG.ChannelStatus)?.split('\\') ?? [];
  return states.length > 0 && states.every((state) => UNUSABLE_STATES.has(state.trim()));
}

function oddities({ definition, place, lead, isContradictory }: Channel, samplingRate: number): readonly EcgWarning[] {
  const warnings: EcgWarning[] = [];
  if (isContradictory) {
    warnings.push({
      code: 'LEAD_CODE_CONFLICT',
      message: `${place}: code, label and meaning name different leads; ${lead} is used`,
    });
  }
  const skewSamples = Math.abs(readDecimal(definition, TAG.ChannelSampleSkew) ?? 0);
  const skewSeconds = Math.abs(readDecimal(definition, TAG.ChannelTimeSkew) ?? 0);
  if (Math.max(skewSamples, skewSeconds * samplingRate) >= 1) {
    warnings.push({ code: 'VALUE_INVALID', message: `${place} is skewed by a sample or more, which is not corrected` });
  }
  return warnings;
}
