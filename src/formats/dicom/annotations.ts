import type { EcgWarning, SourceMeasurement } from '../../ecg/ecg.ts';
import { secondsPer } from '../../ecg/units.ts';
import { type DataSet, readBytes, readDecimal, readItems, readText } from './data-set.ts';
import { type MeasurementCode, measurementFromCode } from './measurement-code.ts';
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
/** Devices write 0 or 29999 ms (SCP-ECG) for an interval that they did not measure. */
const MAX_INTERVAL_MS = 10_000;
const MILLISECONDS_PER_SECOND = 1000;
const PER_MINUTE: ReadonlySet<string> = new Set(['/min', '1/min', '{H.B.}/min', '{beats}/min', 'bpm']);

/**
 * The measurements and statements of the Waveform Annotation Sequence (PS3.3 C.10.10) that apply to all channels and
 * all of the time. A measurement stands under its 11073-10101 reference id where its code is known, else under the
 * meaning of the code.
 * @throws EcgError SOURCE_INVALID or SOURCE_TOO_LARGE for a malformed value.
 */
export function readAnnotations(root: DataSet): Annotations {
  const measurements: SourceMeasurement[] = [];
  const statements: string[] = [];
  let invalidCount = 0;
  for (const item of readItems(root, TAG.WaveformAnnotationSequence).filter(isGlobal)) {
    const statement = readText(item, TAG.UnformattedTextValue);
    if (statement !== undefined && statements.length < MAX_STATEMENTS) statements.push(statement);
    const measurement = readMeasurement(item);
    if (measurement === 'invalid') invalidCount += 1;
    else if (measurement !== 'not measured' && measurements.length < MAX_MEASUREMENTS) measurements.push(measurement);
  }
  return { measurements, statements, warnings: invalidCount === 0 ? [] : [invalidWarning(invalidCount)] };
}

/** Channel 0 of a group means all its channels (PS3.3 C.10.10.1.1); pairs of group and channel, 2 bytes each. */
function isGlobal(item: DataSet): boolean {
  const channels = readBytes(item, TAG.ReferencedWaveformChannels) ?? new Uint8Array();
  const isAllChannels = channels.every((byte, index) => index % 4 < 2 || byte === 0);
  return isAllChannels && item.elements[TAG.TemporalRangeType] === undefined;
}

function readMeasurement(item: DataSet): SourceMeasurement | 'not measured' | 'invalid' {
  const concept = readItems(item, TAG.ConceptNameCodeSequence)[0];
  const units = readItems(item, TAG.MeasurementUnitsCodeSequence)[0];
  const unit = units && readText(units, TAG.CodeValue);
  const text = readText(item, TAG.NumericValue);
  if (text === undefined) return 'not measured';
  if (concept === undefined || unit === undefined || text.includes('\\')) return 'invalid';
  const value = readDecimal(item, TAG.NumericValue) ?? Number.NaN;
  const scheme = readText(concept, TAG.CodingSchemeDesignator) ?? '';
  const known = measurementFromCode(scheme, readText(concept, TAG.CodeValue) ?? '');
  if (known !== undefined) return inUnitOf(known, value, unit);
  const name = readText(concept, TAG.CodeMeaning)?.slice(0, MAX_NAME_LENGTH);
  return name === undefined ? 'invalid' : { name, value, unit };
}

function inUnitOf(
  { name, unit }: MeasurementCode,
  value: number,
  stated: string,
): SourceMeasurement | 'not measured' | 'invalid' {
  if (unit === 'deg') return stated === 'deg' ? { name, value, unit } : 'invalid';
  if (unit === '/min') return PER_MINUTE.has(stated) ? { name, value, unit } : 'invalid';
  const milliseconds = value * millisecondsPer(stated);
  if (Number.isNaN(milliseconds)) return 'invalid';
  return milliseconds > 0 && milliseconds <= MAX_INTERVAL_MS ? { name, value: milliseconds, unit } : 'not measured';
}

function millisecondsPer(unit: string): number {
  if (unit === 'ms') return 1;
  try {
    return secondsPer(unit) * MILLISECONDS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

function invalidWarning(count: number): EcgWarning {
  return {
    code: 'VALUE_INVALID',
    message: `measurements of the source left out because their name or unit is missing or wrong: ${count}`,
  };
}
