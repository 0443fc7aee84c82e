import { createEcg, type Ecg, type EcgWarning } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import type { EcgFormat } from '../format.ts';
import { chooseSeries } from './choose-series.ts';
import { addSeconds, hasTimeOfDay, parseHl7Time } from './hl7-time.ts';
import { parseXml } from './parse-xml.ts';
import { readAnnotations } from './read-annotations.ts';
import { readDevice } from './read-device.ts';
import type { RhythmSeries } from './read-series.ts';
import { readSubject } from './read-subject.ts';
import { rootLocalName, xmlAsUtf8 } from './xml-as-utf8.ts';
import { attributeOf, childAt, type XmlElement } from './xml-element.ts';

/** Some 15 min of twelve leads at 500 Hz as text, far beyond what is interpreted. */
const MAX_BYTES = 32 * 1024 * 1024;
/** More than a person reads; the file's own words can make any number of them. */
const MAX_WARNINGS = 100;
const ROOT = 'AnnotatedECG';

export const aecgFormat: EcgFormat = {
  name: 'aecg',
  sniff: (bytes) => rootLocalName(bytes) === ROOT,
  read: readAecg,
};

/**
 * The rhythm of an HL7 v3 Annotated ECG (PORT_MT020001, 2003-12), leads in mV at the native rate.
 * Leads that the file leaves out are not derived.
 * @throws EcgError FORMAT_UNSUPPORTED for another root; SOURCE_INVALID, SOURCE_TOO_LARGE, NO_WAVEFORM, LEAD_UNKNOWN
 *   or UNIT_UNKNOWN as the content asks for; never anything else.
 */
export function readAecg(bytes: Uint8Array): Ecg {
  if (bytes.length > MAX_BYTES) {
    throw new EcgError('SOURCE_TOO_LARGE', `the document exceeds ${MAX_BYTES / 1024 / 1024} MiB`);
  }
  const root = parseXml(xmlAsUtf8(bytes));
  if (root.name !== ROOT) throw new EcgError('FORMAT_UNSUPPORTED', 'the XML document is not an AnnotatedECG');
  const series = chooseSeries(root);
  const { patient, warnings } = readSubject(root);
  const device = readDevice(series.element);
  const annotations = readAnnotations(series.element);
  const recordedAt = startOf(root, series);
  return createEcg({
    format: 'aecg',
    samplingRate: series.samplingRate,
    leads: series.leads,
    ...(recordedAt === undefined ? {} : { recordedAt }),
    patient,
    ...(device === undefined ? {} : { device }),
    measurements: annotations.measurements,
    statements: annotations.statements,
    warnings: distinct([...series.warnings, ...warnings, ...annotations.warnings]).slice(0, MAX_WARNINGS),
  });
}

/** By the time sequence, else the series, else the document; a time of day before a bare date. */
function startOf(root: XmlElement, series: RhythmSeries): string | undefined {
  const seconds = series.length / series.samplingRate;
  const candidates = [series.startsAt, effectiveStart(series.element, seconds), effectiveStart(root, seconds)].filter(
    (time) => time !== undefined,
  );
  return candidates.find(hasTimeOfDay) ?? candidates[0];
}

/** Low, center or value of an effectiveTime; where only its end is known, that less the length of the recording. */
function effectiveStart(act: XmlElement, seconds: number): string | undefined {
  const effectiveTime = childAt(act, 'effectiveTime');
  const times = [childAt(effectiveTime, 'low'), childAt(effectiveTime, 'center'), effectiveTime];
  const start = times.map((time) => parseHl7Time(attributeOf(time, 'value'))?.iso).find((iso) => iso !== undefined);
  const end = attributeOf(childAt(effectiveTime, 'high'), 'value');
  return start ?? (end === undefined ? undefined : addSeconds(end, -seconds));
}

function distinct(warnings: readonly EcgWarning[]): readonly EcgWarning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}
