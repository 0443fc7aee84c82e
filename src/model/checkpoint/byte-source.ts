import { createHash } from 'node:crypto';
import { checkpointInvalid } from './checkpoint-invalid.ts';

/** Port: bytes that can be read at any offset (an open file, a buffer). */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; the caller keeps within {@link size} (see {@link readBytes}). */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

const CHUNK_BYTES = 4 * 2 ** 20;

/**
 * Reads within bounds, so that a lie about an offset or a length fails before anything is allocated.
 * @throws EcgError CHECKPOINT_INVALID when the range is not inside the source.
 */
export async function readBytes(source: ByteSource, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isRange || offset + length > source.size) {
    throw checkpointInvalid(`the file ends at ${source.size} bytes where ${length} bytes from ${offset} are needed`);
  }
  return source.read(offset, length);
}

/** SHA-256 of the whole source in hex, read in pieces. */
export async function sha256Of(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += CHUNK_BYTES) {
    hash.update(await source.read(offset, Math.min(CHUNK_BYTES, source.size - offset)));
  }
  return hash.digest('hex');
}
