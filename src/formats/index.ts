import type { Ecg } from '../ecg/ecg.ts';
import { EcgError } from '../errors.ts';
import { aecgFormat } from './aecg/read-aecg.ts';
import { dicomFormat } from './dicom/read-dicom.ts';
import { fhirFormat } from './fhir/read-observation.ts';
import type { EcgFormat } from './format.ts';
import { recognise } from './recognise.ts';

/** Every format that is read, in the order they are tried. */
export const FORMATS: readonly EcgFormat[] = [fhirFormat, aecgFormat, dicomFormat];

/**
 * The ECG in a file, whatever its format; the content decides, not a name or content type.
 * @throws EcgError FORMAT_UNSUPPORTED naming what the bytes look like and what to do, else as the format's reader.
 */
export function readEcg(bytes: Uint8Array): Ecg {
  const format = FORMATS.find(({ sniff }) => sniff(bytes));
  if (format === undefined) throw new EcgError('FORMAT_UNSUPPORTED', recognise(bytes));
  return format.read(bytes);
}
