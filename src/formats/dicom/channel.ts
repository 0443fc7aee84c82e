import { isInverted, type Lead, leadFromMdc, leadFromName, leadFromScp } from '../../ecg/lead.ts';
import { MDC_PARTITION_2 } from '../../ecg/measurement-codes.ts';
import { millivoltsPer } from '../../ecg/units.ts';
import { EcgError } from '../../errors.ts';
import { type DataSet, readDecimal, readInteger, readItems, readText } from './data-set.ts';
import { TAG } from './tags.ts';

/** One channel of a multiplex group, by its Channel Definition (PS3.3 C.10.9.1.4). */
export interface Channel {
  /** Place in the group, from 0. */
  readonly index: number;
  /** For messages: "channel 3 of multiplex group 1". */
  readonly place: string;
  readonly definition: DataSet;
  readonly lead: Lead | undefined;
  /** Whether code and label name different leads. */
  readonly isContradictory: boolean;
  /** Whether its label or the meaning of its code says that it is drawn upside down. */
  readonly isInverted: boolean;
}

/** mV = count × millivoltsPerCount + baselineMillivolts. */
export interface Calibration {
  readonly millivoltsPerCount: number;
  readonly baselineMillivolts: number;
  /** Significant bits of a sample. */
  readonly bitsStored: number | undefined;
}

/** Which lead a channel is: by the code of its source, else by its label, else by the meaning of the code. */
export function readChannel(definition: DataSet, index: number, groupNumber: number): Channel {
  const source = readItems(definition, TAG.ChannelSourceSequence)[0];
  const coded = source && leadFromCode(source);
  const names = [readText(definition, TAG.ChannelLabel) ?? '', (source && readText(source, TAG.CodeMeaning)) ?? ''];
  const named = names.flatMap((name) => leadFromName(name) ?? []);
  const lead = coded ?? named[0];
  return {
    index,
    place: `channel ${index + 1} of multiplex group ${groupNumber}`,
    definition,
    lead,
    isContradictory: named.some((name) => name !== lead),
    isInverted: names.some(isInverted),
  };
}

/**
 * How the counts of a channel become mV: (count × sensitivity × correction factor + baseline) in the unit of the
 * sensitivity (PS3.3 C.10.9.1.4.2). Undefined for what is not a voltage.
 * @throws EcgError UNIT_UNKNOWN where sensitivity or unit is missing, SOURCE_INVALID where they make no finite scale.
 */
export function readCalibration({ definition, place }: Channel): Calibration | undefined {
  const sensitivity = readDecimal(definition, TAG.ChannelSensitivity);
  const units = readItems(definition, TAG.ChannelSensitivityUnitsSequence)[0];
  const unit = units && readText(units, TAG.CodeValue);
  if (sensitivity === undefined || unit === undefined) {
    throw new EcgError('UNIT_UNKNOWN', `${place} has no sensitivity or no unit: it cannot be brought to mV`);
  }
  const millivolts = millivoltsOf(unit);
  if (millivolts === undefined) return undefined;
  const correction = readDecimal(definition, TAG.ChannelSensitivityCorrectionFactor) ?? 1;
  const millivoltsPerCount = sensitivity * correction * millivolts;
  const baselineMillivolts = (readDecimal(definition, TAG.ChannelBaseline) ?? 0) * millivolts;
  if (millivoltsPerCount === 0 || !Number.isFinite(millivoltsPerCount * 2 ** 64 + baselineMillivolts)) {
    throw new EcgError(
      'SOURCE_INVALID',
      `${place} has a sensitivity, correction factor or baseline that makes no scale`,
    );
  }
  return { millivoltsPerCount, baselineMillivolts, bitsStored: readInteger(definition, TAG.WaveformBitsStored) };
}

/** SCP-ECG codes are unmistakable; a bare number means a lead in the scheme MDC only. */
function leadFromCode(source: DataSet): Lead | undefined {
  const code = readText(source, TAG.CodeValue) ?? '';
  const scp = /^5\.6\.3-9-(\d+)$/.exec(code)?.[1];
  if (scp !== undefined) return leadFromScp(scp);
  if (readText(source, TAG.CodingSchemeDesignator) !== 'MDC') return undefined;
  const term = /^2:(\d+)$/.exec(code)?.[1];
  return leadFromMdc(term === undefined ? code : String(MDC_PARTITION_2 + Number(term))) ?? leadFromName(code);
}

function millivoltsOf(unit: string): number | undefined {
  try {
    return millivoltsPer(unit);
  } catch {
    return undefined;
  }
}
