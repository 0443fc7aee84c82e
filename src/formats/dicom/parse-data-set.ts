import { inflateRawSync } from 'node:zlib';
import { EcgError } from '../../errors.ts';
import { textDecoder } from './character-set.ts';
import { type DataSet, readText } from './data-set.ts';
import { type Encoding, encodingOf, guessEncoding, startOfDicom } from './file-layout.ts';
import { parseElements, parseMeta } from './parse-elements.ts';
import { TAG } from './tags.ts';

const MEBIBYTE = 2 ** 20;
/** A deflated data set may not become larger than this, nor, beyond 1 MiB, more than a hundred times what it was. */
const MAX_INFLATED_BYTES = 24 * MEBIBYTE;
const MAX_INFLATE_RATIO = 100;

/**
 * The data set of a DICOM file, or of bare bytes without preamble or file meta information.
 * @throws EcgError FORMAT_UNSUPPORTED for what is no DICOM or in a private transfer syntax, SOURCE_INVALID when it is
 *   truncated or malformed, SOURCE_TOO_LARGE for too many elements or too much once inflated.
 */
export function parseDataSet(bytes: Uint8Array): DataSet {
  const start = startOfDicom(bytes);
  if (start === undefined) throw new EcgError('FORMAT_UNSUPPORTED', 'not a DICOM file');
  const { transferSyntax, end } = readMeta(bytes, start);
  const encoding = transferSyntax === undefined ? guessEncoding(bytes, end) : encodingOf(transferSyntax);
  if (encoding === undefined) {
    throw new EcgError(
      'FORMAT_UNSUPPORTED',
      'DICOM transfer syntax is missing or private: store the file as explicit VR little endian',
    );
  }
  return openDataSet(encoding.deflated ? inflate(bytes.subarray(end)) : bytes.subarray(end), encoding);
}

function readMeta(
  bytes: Uint8Array,
  start: number,
): { readonly transferSyntax: string | undefined; readonly end: number } {
  const { elements, end } = parseMeta(bytes, start);
  const meta = { elements, bytes, littleEndian: true, decodeText: textDecoder(undefined) };
  return { transferSyntax: readText(meta, TAG.TransferSyntaxUID), end };
}

function openDataSet(bytes: Uint8Array, encoding: Encoding): DataSet {
  const dataSet = {
    elements: parseElements(bytes, encoding),
    bytes,
    littleEndian: encoding.littleEndian,
    decodeText: textDecoder(undefined),
  };
  return { ...dataSet, decodeText: textDecoder(readText(dataSet, TAG.SpecificCharacterSet)) };
}

function inflate(deflated: Uint8Array): Uint8Array {
  const allowed = Math.min(MAX_INFLATED_BYTES, Math.max(MEBIBYTE, deflated.length * MAX_INFLATE_RATIO));
  try {
    return inflateRawSync(deflated, { maxOutputLength: allowed });
  } catch (error) {
    if (isTooLarge(error)) throw new EcgError('SOURCE_TOO_LARGE', 'deflated DICOM data set inflates to too much');
    throw new EcgError('SOURCE_INVALID', 'deflated DICOM data set is truncated or malformed', { cause: error });
  }
}

function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
