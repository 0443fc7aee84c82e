import type { EcgWarning, SourceMeasurement } from '../../ecg/ecg.ts';
import { measurementFromMdc, measurementFromScp } from '../../ecg/measurement-codes.ts';
import { toMeasurement } from '../../ecg/to-measurement.ts';
import { type DataSet, readBytes, readDecimal, readItems, readText } from './data-set.ts';
import { TAG } from './tags.ts';

/** What the device says of the recording as a whole. */
export interface Annotations {
  readonly measurements: readonly SourceMeasurement[];
  readonly statements: readonly string[];
  readonly warnings: readonly EcgWarning[];
}

/** More than any device says of a whole recording. */
const MAX_MEASUREMENTS = 200;
const MAX_STATEMENTS = 200;
const MAX_NAME_LENGTH = 64;

/**
 * The measurements and statements of the Waveform Annotation Sequence (PS3.3 C.10.10) that apply to all channels and
 * all of the time. A measurement stands under its 11073-10101 reference id where its code is known, else under the
 * meaning of the code; of several under one name the first is taken.
 * @throws EcgError SOURCE_INVALID or SOURCE_TOO_LARGE for a malformed value.
 */
export function readAnnotations(root: DataSet): Annotations {
  const measurements = new Map<string, SourceMeasurement>();
  const statements: string[] = [];
  let invalidCount = 0;
  for (const item of readItems(root, TAG.WaveformAnnotationSequence).filter(isGlobal)) {
    const statement = readText(item, TAG.UnformattedTextValue);
    if (statement !== undefined && statements.length < MAX_STATEMENTS) statements.push(statement);
    const measurement = readMeasurement(item);
    if (measurement === 'invalid') invalidCount += 1;
    else if (
      measurement !== 'not measured' &&
      measurements.size < MAX_MEASUREMENTS &&
      !measurements.has(measurement.name)
    ) {
      measurements.set(measurement.name, measurement);
    }
  }
  return {
    measurements: [...measurements.values()],
    statements,
    warnings: invalidCount === 0 ? [] : [invalidWarning(invalidCount)],
  };
}

/** Channel 0 of a group means all its channels (PS3.3 C.10.10.1.1); pairs of group and channel, 2 bytes each. */
function isGlobal(item: DataSet): boolean {
  const channels = readBytes(item, TAG.ReferencedWaveformChannels) ?? new Uint8Array();
  const isAllChannels = channels.every((byte, index) => index % 4 < 2 || byte === 0);
  return isAllChannels && item.elements[TAG.TemporalRangeType] === undefined;
}

function readMeasurement(item: DataSet): ReturnType<typeof toMeasurement> {
  const concept = readItems(item, TAG.ConceptNameCodeSequence)[0];
  const units = readItems(item, TAG.MeasurementUnitsCodeSequence)[0];
  const unit = units && readText(units, TAG.CodeValue);
  const text = readText(item, TAG.NumericValue);
  if (text === undefined) return 'not measured';
  if (concept === undefined || unit === undefined || text.includes('\\')) return 'invalid';
  const value = readDecimal(item, TAG.NumericValue) ?? Number.NaN;
  const scheme = readText(concept, TAG.CodingSchemeDesignator);
  const known = nameFromCode(scheme, readText(concept, TAG.CodeValue) ?? '');
  if (known !== undefined) return toMeasurement(known, value, unit);
  const name = readText(concept, TAG.CodeMeaning)?.slice(0, MAX_NAME_LENGTH);
  return name === undefined ? 'invalid' : { name, value, unit };
}

function nameFromCode(scheme: string | undefined, code: string): string | undefined {
  if (scheme === 'SCPECG') return measurementFromScp(code)?.name;
  return scheme === 'MDC' ? measurementFromMdc(code)?.name : undefined;
}

function invalidWarning(count: number): EcgWarning {
  return {
    code: 'VALUE_INVALID',
    message: `measurements of the source left out because their name or unit is missing or wrong: ${count}`,
  };
}
