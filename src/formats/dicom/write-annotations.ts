import type { Ecg } from '../../ecg/ecg.ts';
import { element, integerElement, sequence, type WrittenElement } from './element-writer.ts';
import { measurementFromName } from './measurement-code.ts';
import { TAG } from './tags.ts';
import { codeSequence, decimalString, plainText } from './write-values.ts';

/** Longest ST value in characters (PS3.5 6.2). */
const MAX_STATEMENT_LENGTH = 1024;
/** All channels of the first multiplex group (PS3.3 C.10.10.1.1). */
const ALL_CHANNELS = [1, 0] as const;

/**
 * The Waveform Annotation module (PS3.3 C.10.10): the statements, and the measurements that have a code of 11073-10101
 * and stand in its unit. Nothing where there are none.
 */
export function annotationElements({ statements, measurements }: Ecg): readonly WrittenElement[] {
  const texts = statements.map((statement) => [
    element(TAG.UnformattedTextValue, 'ST', plainText(statement, MAX_STATEMENT_LENGTH)),
  ]);
  const numbers = measurements.flatMap(({ name, value, unit }) => {
    const code = measurementFromName(name);
    if (code === undefined || code.unit !== unit) return [];
    return [
      [
        codeSequence(TAG.ConceptNameCodeSequence, ['MDC', `2:${code.term}`, code.meaning]),
        codeSequence(TAG.MeasurementUnitsCodeSequence, ['UCUM', unit, unit]),
        element(TAG.NumericValue, 'DS', decimalString(value)),
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
