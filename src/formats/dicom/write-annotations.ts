import type { Ecg } from '../../ecg/ecg.ts';
import { measurementFromMdc } from '../../ecg/measurement-codes.ts';
import { toMeasurement } from '../../ecg/to-measurement.ts';
import { element, integerElement, sequence, type WrittenElement } from './element-writer.ts';
import { TAG } from './tags.ts';
import { codeSequence, decimalString, plainText } from './write-values.ts';

/** Longest ST value in characters (PS3.5 6.2). */
const MAX_STATEMENT_LENGTH = 1024;
/** All channels of the first multiplex group (PS3.3 C.10.10.1.1). */
const ALL_CHANNELS = [1, 0] as const;

/**
 * The Waveform Annotation module (PS3.3 C.10.10): the statements, and the measurements that have a code of 11073-10101
 * and a unit of its kind. Nothing where there are none.
 */
export function annotationElements({ statements, measurements }: Ecg): readonly WrittenElement[] {
  const texts = statements.map((statement) => [
    element(TAG.UnformattedTextValue, 'ST', plainText(statement, MAX_STATEMENT_LENGTH)),
  ]);
  const numbers = measurements.flatMap(({ name, value, unit }) => {
    const codes = measurementFromMdc(name);
    const measurement = toMeasurement(name, value, unit);
    if (codes === undefined || typeof measurement === 'string') return [];
    return [
      [
        codeSequence(TAG.ConceptNameCodeSequence, ['MDC', `2:${codes.term}`, codes.display]),
        codeSequence(TAG.MeasurementUnitsCodeSequence, ['UCUM', measurement.unit, measurement.unit]),
        element(TAG.NumericValue, 'DS', decimalString(measurement.value)),
      ],
    ];
  });
  const items = [...texts, ...numbers].map((elements, index) => [
    ...elements,
    integerElement(TAG.ReferencedWaveformChannels, 'US', ALL_CHANNELS),
    integerElement(TAG.AnnotationGroupNumber, 'US', [index]),
  ]);
  return items.length === 0 ? [] : [sequence(TAG.WaveformAnnotationSequence, items)];
}
