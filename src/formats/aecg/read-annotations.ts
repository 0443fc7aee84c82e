import type { EcgWarning, SourceMeasurement } from '../../ecg/ecg.ts';
import { leadFromName } from '../../ecg/lead.ts';
import { toMeasurement } from '../../ecg/to-measurement.ts';
import { parseDecimal } from '../parse-decimal.ts';
import { attributeOf, childAt, childrenOf, descendantsOf, textOf, type XmlElement } from './xml-element.ts';

/** More measurements, and more statements, than any electrocardiograph makes. */
const MAX_STATED = 500;

const MEASUREMENT = /^MDC_ECG_(?:HEART_RATE|TIME_PD_\w{1,20}|ANGLE_\w{1,10}_FRONT)$/;

export interface Annotations {
  readonly measurements: readonly SourceMeasurement[];
  readonly statements: readonly string[];
  readonly warnings: readonly EcgWarning[];
}

interface GlobalAnnotation {
  readonly code: string;
  readonly value: XmlElement | undefined;
  readonly text: string | undefined;
  readonly ofBeat: boolean;
}

/**
 * Measurements (rate, intervals, frontal axes) and interpretation statements of a series that hold for all its leads.
 * Of a measurement stated more than once the first is taken, one of the whole recording before one of a single beat.
 */
export function readAnnotations(series: XmlElement): Annotations {
  const annotations = descendantsOf(series, 'annotationSet').flatMap((set) => globalAnnotations(set, false));
  const wholeFirst = annotations.toSorted((a, b) => Number(a.ofBeat) - Number(b.ofBeat));
  const measurements = new Map<string, SourceMeasurement>();
  const invalid = new Set<string>();
  for (const annotation of wholeFirst) {
    const name = annotation.code.toUpperCase();
    if (!MEASUREMENT.test(name) || measurements.has(name)) continue;
    const measurement = measurementOf(name, annotation.value);
    if (measurement === 'invalid') invalid.add(name);
    else if (measurement !== 'not measured') measurements.set(name, measurement);
  }
  const statements = [...annotations.flatMap(interpretation), ...diagnosisLines(series)];
  const warnings: EcgWarning[] = [...invalid]
    .filter((name) => !measurements.has(name))
    .map((name) => ({ code: 'VALUE_INVALID', message: `${name} is left out: its value or unit is not possible` }));
  if (Math.max(measurements.size, statements.length) > MAX_STATED) {
    warnings.push({
      code: 'STANDARD_LIMIT_EXCEEDED',
      message: `only the first ${MAX_STATED} measurements and statements are read`,
    });
  }
  return {
    measurements: [...measurements.values()].slice(0, MAX_STATED),
    statements: statements.slice(0, MAX_STATED),
    warnings,
  };
}

/** Annotations below a set or annotation, without those (and all below them) that a region of support ties to a lead. */
function globalAnnotations(parent: XmlElement, ofBeat: boolean): GlobalAnnotation[] {
  return childrenOf(parent, 'component')
    .flatMap((component) => childrenOf(component, 'annotation'))
    .filter((annotation) => !isOfLead(annotation))
    .flatMap((annotation) => {
      const code = attributeOf(childAt(annotation, 'code'), 'code') ?? '';
      const value = childAt(annotation, 'value');
      const text = textOf(value) ?? attributeOf(value, 'displayName') ?? textOf(childAt(annotation, 'text'));
      return [
        { code, value, text, ofBeat },
        ...globalAnnotations(annotation, ofBeat || code.toUpperCase().startsWith('MDC_ECG_BEAT')),
      ];
    });
}

function isOfLead(annotation: XmlElement): boolean {
  return childrenOf(annotation, 'support')
    .flatMap((support) => descendantsOf(support, 'boundary'))
    .map((boundary) => attributeOf(childAt(boundary, 'code'), 'code') ?? '')
    .some((code) => code.includes('_LEAD_') || leadFromName(code) !== undefined);
}

/** Devices write nothing for what they could not measure, such as the PR interval in atrial fibrillation. */
function measurementOf(name: string, value: XmlElement | undefined): ReturnType<typeof toMeasurement> {
  const written = attributeOf(value, 'value');
  if (written === undefined) return 'not measured';
  const number = parseDecimal(written);
  return number === undefined ? 'invalid' : toMeasurement(name, number, attributeOf(value, 'unit') ?? '');
}

function interpretation({ code, text }: GlobalAnnotation): string[] {
  return code.toUpperCase().startsWith('MDC_ECG_INTERPRETATION') && text !== undefined ? [text] : [];
}

/** `gread`, outside the schema: one diagnosis a line. */
function diagnosisLines(series: XmlElement): string[] {
  return descendantsOf(series, 'gread')
    .flatMap((gread) => textOf(gread)?.split('\n') ?? [])
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
