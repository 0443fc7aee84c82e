import dicomParser, { type ByteArrayParser, type ByteStream, type Element } from 'dicom-parser';
import { EcgError } from '../../errors.ts';
import { type Encoding, isMetaElement } from './file-layout.ts';
import { TAG } from './tags.ts';

/** Elements by tag (xGGGGEEEE). */
export type Elements = Readonly<Record<string, Element>>;

/**
 * Bounds what a hostile file can make of itself: an element costs at least three reads, and some 300 bytes of memory.
 * A recording with some thousand annotated beats stays within.
 */
const MAX_READS = 200_000;
const ITEM_TAG = 0xfffee000;
const SEQUENCE_END_TAG = 0xfffee0dd;

/**
 * The elements of a whole data set, sequences included.
 * @throws EcgError SOURCE_INVALID when it is truncated, malformed or nested too deeply; SOURCE_TOO_LARGE for too many
 *   elements.
 */
export function parseElements(bytes: Uint8Array, encoding: Encoding): Elements {
  return parsing(() => {
    const stream = openStream(bytes, 0, encoding.littleEndian);
    const warnings: string[] = [];
    const vrOf = implicitVr(stream);
    const elements: Record<string, Element> = {};
    while (stream.position < bytes.length) {
      const element = encoding.explicitVr
        ? dicomParser.readDicomElementExplicit(stream, warnings)
        : dicomParser.readDicomElementImplicit(stream, undefined, vrOf);
      elements[element.tag] = element;
    }
    refuseTruncated(stream, warnings);
    return elements;
  });
}

/**
 * The file meta information at `offset` (PS3.10 7.1): its elements, explicit VR little endian, and where they end.
 * @throws EcgError as {@link parseElements}.
 */
export function parseMeta(bytes: Uint8Array, offset: number): { readonly elements: Elements; readonly end: number } {
  return parsing(() => {
    const stream = openStream(bytes, offset, true);
    const warnings: string[] = [];
    const elements: Record<string, Element> = {};
    while (isMetaElement(bytes, stream.position)) {
      const element = dicomParser.readDicomElementExplicit(stream, warnings);
      elements[element.tag] = element;
    }
    refuseTruncated(stream, warnings);
    return { elements, end: stream.position };
  });
}

/**
 * The items of a sequence that an archive without a dictionary stored as UN: they are implicit VR little endian
 * whatever the transfer syntax (PS3.5 6.2.2).
 * @throws EcgError as {@link parseElements}.
 */
export function parseUnknownItems(bytes: Uint8Array, element: Element): readonly Element[] {
  return parsing(() => {
    const stream = openStream(bytes, element.dataOffset, true);
    const sequence: Element = { tag: element.tag, length: element.length, dataOffset: element.dataOffset };
    dicomParser.readSequenceItemsImplicit(stream, sequence, implicitVr(stream));
    refuseTruncated(stream, []);
    return sequence.items ?? [];
  });
}

function openStream(bytes: Uint8Array, offset: number, littleEndian: boolean): ByteStream {
  const parser = littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
  return new dicomParser.ByteStream(withBudget(parser), bytes, offset);
}

function withBudget(parser: ByteArrayParser): ByteArrayParser {
  let reads = 0;
  const count = (): void => {
    reads += 1;
    if (reads > MAX_READS) throw new EcgError('SOURCE_TOO_LARGE', 'DICOM data set has too many elements');
  };
  return {
    ...parser,
    readUint16: (bytes, position) => {
      count();
      return parser.readUint16(bytes, position);
    },
    readUint32: (bytes, position) => {
      count();
      return parser.readUint32(bytes, position);
    },
  };
}

/**
 * Implicit VR names no sequences: one is known by the item that its value starts with. Samples may look like an item
 * as well (-2, -8192), so waveform values never count as one.
 */
function implicitVr(stream: ByteStream): (tag: string) => string {
  return (tag) => {
    const value = stream.position + 4;
    if (tag === TAG.WaveformData || tag === TAG.WaveformPaddingValue || value + 4 > stream.byteArray.length)
      return 'OW';
    const first =
      stream.byteArrayParser.readUint16(stream.byteArray, value) * 0x10000 +
      stream.byteArrayParser.readUint16(stream.byteArray, value + 2);
    return first === ITEM_TAG || first === SEQUENCE_END_TAG ? 'SQ' : 'OW';
  };
}

/** dicom-parser steps over the end in silence, and only warns of a sequence or an item that never ends. */
function refuseTruncated(stream: ByteStream, warnings: readonly string[]): void {
  const unended = [...warnings, ...stream.warnings].some((warning) => warning.startsWith('eof'));
  if (unended || stream.position > stream.byteArray.length) {
    throw new EcgError('SOURCE_INVALID', 'DICOM data set is truncated');
  }
}

/** dicom-parser throws strings, TypeErrors and, on deep nesting, the RangeError of an exhausted stack. */
function parsing<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof EcgError) throw error;
    throw new EcgError('SOURCE_INVALID', 'DICOM data set is truncated, malformed or nested too deeply', {
      cause: error,
    });
  }
}
