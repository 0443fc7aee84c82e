import type { EcgDevice } from '../../ecg/ecg.ts';
import { type DataSet, readText } from './data-set.ts';
import { isoDateTime, isoFromDateTime, isoOffset } from './date-time.ts';
import { TAG } from './tags.ts';

/** In order of closeness to the start of the recording. */
const DATES_AND_TIMES = [
  [TAG.AcquisitionDate, TAG.AcquisitionTime],
  [TAG.ContentDate, TAG.ContentTime],
  [TAG.StudyDate, TAG.StudyTime],
] as const;

/**
 * Start of the recording as ISO 8601: Acquisition DateTime (PS3.3 C.10.8), else the date and time of the
 * acquisition, the content or the study. A date without a time gives way to a later one of the same day with a time.
 * @throws EcgError SOURCE_INVALID or SOURCE_TOO_LARGE for a malformed value.
 */
export function readRecordedAt(root: DataSet): string | undefined {
  const offset = isoOffset(readText(root, TAG.TimezoneOffsetFromUTC) ?? '');
  const candidates = [
    isoFromDateTime(readText(root, TAG.AcquisitionDateTime) ?? '', offset),
    ...DATES_AND_TIMES.map(([date, time]) => isoDateTime(readText(root, date) ?? '', readText(root, time), offset)),
  ].filter((candidate) => candidate !== undefined);
  const first = candidates[0];
  return first && (candidates.find((candidate) => candidate.startsWith(first) && candidate.includes('T')) ?? first);
}

/**
 * The device of the General Equipment module (PS3.3 C.7.5.1); undefined where nothing is said of it.
 * @throws EcgError SOURCE_INVALID or SOURCE_TOO_LARGE for a malformed value.
 */
export function readDevice(root: DataSet): EcgDevice | undefined {
  const manufacturer = readText(root, TAG.Manufacturer);
  const model = readText(root, TAG.ManufacturerModelName);
  const serialNumber = readText(root, TAG.DeviceSerialNumber);
  const software = readText(root, TAG.SoftwareVersions)?.replaceAll('\\', ', ');
  if (!(manufacturer || model || serialNumber || software)) return undefined;
  return {
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(model === undefined ? {} : { model }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(software === undefined ? {} : { software }),
  };
}
