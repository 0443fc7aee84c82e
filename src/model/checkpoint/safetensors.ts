import { z } from 'zod';
import { elementCount, type Tensor } from '../tensor.ts';
import { type ByteSource, readBytes } from './byte-source.ts';
import { checkpointInvalid, printable } from './checkpoint-invalid.ts';
import { bytesPerElement, type ElementType, isFloat, toFloat32 } from './element-type.ts';
import { unwrappedName } from './state-dict.ts';

const LENGTH_BYTES = 8;
/** ECGFounder with batch norm describes some 600 tensors in 80 kB. */
const MAX_HEADER_BYTES = 2 ** 20;

const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'int8'],
  ['BOOL', 'int8'],
]);

const count = z.int().min(0);
const tensorSchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(count).max(8),
  data_offsets: z.tuple([count, count]),
});

interface Extent {
  readonly name: string;
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a `.safetensors` file: the length of the header (8 bytes), a JSON header, then the numbers, little-endian
 * (github.com/huggingface/safetensors, "Format"). Integer tensors are left out.
 * @throws EcgError CHECKPOINT_INVALID when the header is malformed or too large, or when the tensors overlap, leave
 *   holes or reach beyond the file.
 */
export async function readSafetensors(source: ByteSource): Promise<ReadonlyMap<string, Tensor>> {
  const length = new DataView((await readBytes(source, 0, LENGTH_BYTES)).buffer).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) throw checkpointInvalid('the header is larger than 1 MiB');
  const headerLength = Number(length);
  const extents = parseHeader(await readBytes(source, LENGTH_BYTES, headerLength));
  const start = LENGTH_BYTES + headerLength;
  checkCoverage(extents, source.size - start);
  const tensors = new Map<string, Tensor>();
  for (const { name, elementType, shape, begin, end } of extents) {
    if (tensors.has(name)) throw checkpointInvalid(`two tensors are called ${printable(name)}`);
    if (!isFloat(elementType)) continue;
    tensors.set(name, { shape, values: toFloat32(await readBytes(source, start + begin, end - begin), elementType) });
  }
  return tensors;
}

function parseHeader(bytes: Uint8Array): readonly Extent[] {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw checkpointInvalid('the safetensors header is no JSON', error);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw checkpointInvalid('the safetensors header is no object');
  }
  return Object.entries(header).flatMap(([name, value]) => (name === '__metadata__' ? [] : [parseExtent(name, value)]));
}

function parseExtent(name: string, value: unknown): Extent {
  const result = tensorSchema.safeParse(value);
  const elementType = ELEMENT_TYPES.get(result.data?.dtype ?? '');
  if (!result.success || elementType === undefined) {
    throw checkpointInvalid(`the header describes tensor ${printable(name)} wrongly or in an unknown number format`);
  }
  const { shape, data_offsets } = result.data;
  return { name: unwrappedName(name), elementType, shape, begin: data_offsets[0], end: data_offsets[1] };
}

/** The format allows neither overlaps nor holes: in order of their offsets the tensors fill the file exactly. */
function checkCoverage(extents: readonly Extent[], bytes: number): void {
  let covered = 0;
  for (const { name, elementType, shape, begin, end } of [...extents].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== covered) throw checkpointInvalid(`tensor ${printable(name)} overlaps another one or leaves a hole`);
    if (end - begin !== elementCount(shape) * bytesPerElement(elementType)) {
      throw checkpointInvalid(
        `tensor ${printable(name)} has ${end - begin} bytes, which its shape [${shape}] does not fill`,
      );
    }
    covered = end;
  }
  if (covered !== bytes)
    throw checkpointInvalid(`the file has ${bytes} bytes of numbers where ${covered} are described`);
}
