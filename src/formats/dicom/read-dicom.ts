import { createEcg, type Ecg, type EcgWarning } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import type { EcgFormat } from '../format.ts';
import { readAnnotations } from './annotations.ts';
import { chooseRhythm } from './choose-rhythm.ts';
import { readText } from './data-set.ts';
import { startOfDicom } from './file-layout.ts';
import { type MultiplexGroup, readMultiplexGroups } from './multiplex-group.ts';
import { parseDataSet } from './parse-data-set.ts';
import { readDevice, readRecordedAt } from './read-acquisition.ts';
import { readPatient } from './read-patient.ts';
import { ECG_SOP_CLASS, TAG, TWELVE_LEAD_LIMITS } from './tags.ts';
import { joinPieces, type Piece, startsOf } from './timeline.ts';
import { usableChannels } from './usable-channels.ts';
import { channelMillivolts, openWaveform } from './waveform-samples.ts';

/** DICOM waveform storage (PS3.3 C.10.9), as a file or as a bare data set. */
export const dicomFormat: EcgFormat = {
  name: 'dicom',
  sniff: (bytes) => startOfDicom(bytes) !== undefined,
  read: readDicom,
};

/**
 * Reads the ECG of a DICOM waveform object, whatever its SOP class: the channels that name a lead, of the
 * multiplex groups that are the rhythm.
 * @throws EcgError FORMAT_UNSUPPORTED for what is no DICOM, NO_WAVEFORM for an image or a median beat alone,
 *   UNIT_UNKNOWN for leads that are not calibrated, LEAD_UNKNOWN where no channel names a lead, SOURCE_INVALID and
 *   SOURCE_TOO_LARGE.
 */
export function readDicom(bytes: Uint8Array): Ecg {
  const root = parseDataSet(bytes);
  const groups = readMultiplexGroups(root);
  const rhythm = chooseRhythm(groups);
  const { pieces, warnings: channelWarnings } = readPieces(rhythm.groups);
  const { leads, warnings: joinWarnings } = joinPieces(pieces);
  const { measurements, statements, warnings: annotationWarnings } = readAnnotations(root);
  const recordedAt = readRecordedAt(root);
  const device = readDevice(root);
  return createEcg({
    format: 'dicom',
    samplingRate: rhythm.samplingRate,
    leads,
    patient: readPatient(root),
    ...(recordedAt === undefined ? {} : { recordedAt }),
    ...(device === undefined ? {} : { device }),
    measurements,
    statements,
    warnings: [
      ...sopClassWarnings(readText(root, TAG.SOPClassUID), groups),
      ...rhythm.warnings,
      ...channelWarnings,
      ...joinWarnings,
      ...annotationWarnings,
    ],
  });
}

function readPieces(groups: readonly MultiplexGroup[]): {
  readonly pieces: readonly Piece[];
  readonly warnings: readonly EcgWarning[];
} {
  const starts = startsOf(groups);
  const warnings: EcgWarning[] = [];
  const pieces: Piece[] = [];
  for (const [place, group] of groups.entries()) {
    const usable = usableChannels(group);
    const waveform = openWaveform(group);
    for (const { index, lead, calibration } of usable.channels) {
      pieces.push({ lead, start: starts[place] ?? 0, samples: channelMillivolts(waveform, index, calibration) });
    }
    warnings.push(...usable.warnings);
  }
  if (pieces.length === 0) throw new EcgError('UNIT_UNKNOWN', `no lead can be used: ${warnings[0]?.message}`);
  return { pieces, warnings };
}

/** SOP class and limits are broken in practice: neither decides what is read. */
function sopClassWarnings(sopClass: string | undefined, groups: readonly MultiplexGroup[]): readonly EcgWarning[] {
  if (!Object.values<string | undefined>(ECG_SOP_CLASS).includes(sopClass)) {
    return [{ code: 'SOP_CLASS_UNUSUAL', message: 'the SOP class is not one of the ECG waveform storage classes' }];
  }
  const limits = TWELVE_LEAD_LIMITS;
  const isExceeded =
    groups.length > limits.groups ||
    groups.some(
      ({ channelCount, sampleCount, samplingRate }) =>
        channelCount > limits.channels ||
        sampleCount > limits.samples ||
        samplingRate < limits.minSamplingRate ||
        samplingRate > limits.maxSamplingRate,
    );
  return sopClass === ECG_SOP_CLASS.twelveLead && isExceeded
    ? [{ code: 'STANDARD_LIMIT_EXCEEDED', message: 'the recording exceeds the limits of the 12-lead ECG SOP class' }]
    : [];
}
