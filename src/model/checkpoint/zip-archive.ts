import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { EcgError } from '../../errors.ts';
import { type ByteSource, readBytes } from './byte-source.ts';
import { checkpointInvalid, printable } from './checkpoint-invalid.ts';

/** A zip whose directory has been checked; entries are read one by one. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** Uncompressed size in bytes, or undefined where there is no such entry. */
  sizeOf(name: string): number | undefined;
  /**
   * The content of one entry, checked against its CRC-32.
   * @throws EcgError CHECKPOINT_INVALID when it is not there, overlaps the next entry or is damaged.
   */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** A released checkpoint has about 1100 entries, one per storage. */
const MAX_ENTRIES = 20_000;
/** Weights hardly compress; an entry that claims to is a bomb. Small ones may be all zeros. */
const MAX_INFLATION = 64;
const SMALL_ENTRY_BYTES = 65_536;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * Reads the central directory of a zip.
 * @throws EcgError CHECKPOINT_INVALID for a truncated or malformed directory, too many entries, a name twice,
 *   odd paths, encryption, a compression other than deflate, or entries that overlap.
 */
export async function openZip(source: ByteSource): Promise<ZipArchive> {
  const reader = new SourceReader(source);
  const { zip, entries } = await readDirectory(reader, source.size);
  const byName = new Map(entries.map((entry) => [entry.fileName, entry]));
  const ends = entryEnds(entries, source.size);
  return {
    names: [...byName.keys()],
    sizeOf: (name) => byName.get(name)?.uncompressedSize,
    read: async (name) => {
      const entry = byName.get(name);
      if (entry === undefined) throw checkpointInvalid(`the archive has no entry ${printable(name)}`);
      const { fileDataStart } = await asCheckpoint(zip.readLocalFileHeaderPromise(entry, { minimal: true }));
      if (fileDataStart + entry.compressedSize > (ends.get(entry) ?? 0)) {
        throw checkpointInvalid(`entry ${printable(name)} overlaps the one after it`);
      }
      return unpack(entry, await readBytes(source, fileDataStart, entry.compressedSize));
    },
  };
}

/** Lets yauzl read from a {@link ByteSource}. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    readBytes(this.#source, position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null);
    }, callback);
  }
}

async function readDirectory(reader: SourceReader, size: number): Promise<{ zip: ZipFile; entries: readonly Entry[] }> {
  const options = { autoClose: false, strictFileNames: true };
  const zip = await asCheckpoint(fromRandomAccessReaderPromise(reader, size, options));
  if (zip.entryCount > MAX_ENTRIES) throw checkpointInvalid(`the archive claims ${zip.entryCount} entries`);
  const entries: Entry[] = [];
  const names = new Set<string>();
  await asCheckpoint(
    (async () => {
      for await (const entry of zip.eachEntry()) {
        checkEntry(entry);
        if (names.has(entry.fileName))
          throw checkpointInvalid(`the archive has two entries ${printable(entry.fileName)}`);
        names.add(entry.fileName);
        entries.push(entry);
      }
    })(),
  );
  return { zip, entries };
}

function checkEntry(entry: Entry): void {
  const { fileName, compressionMethod, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted()) throw checkpointInvalid(`entry ${printable(fileName)} is encrypted`);
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    throw checkpointInvalid(`entry ${printable(fileName)} has compression method ${compressionMethod}`);
  }
  if (uncompressedSize > Math.max(SMALL_ENTRY_BYTES, compressedSize * MAX_INFLATION)) {
    throw checkpointInvalid(
      `entry ${printable(fileName)} claims to inflate from ${compressedSize} to ${uncompressedSize} bytes`,
    );
  }
}

/** Where each entry must end: at the start of the next, or of what follows the last. */
function entryEnds(entries: readonly Entry[], size: number): ReadonlyMap<Entry, number> {
  const sorted = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  const ends = new Map<Entry, number>();
  for (const [index, entry] of sorted.entries()) {
    const end = sorted[index + 1]?.relativeOffsetOfLocalHeader ?? size;
    const { relativeOffsetOfLocalHeader, fileNameLength, compressedSize, fileName } = entry;
    if (relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + fileNameLength + compressedSize > end) {
      throw checkpointInvalid(`entry ${printable(fileName)} overlaps the one after it`);
    }
    ends.set(entry, end);
  }
  return ends;
}

function unpack(entry: Entry, content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = entry.compressionMethod === STORED ? content : inflate(entry, content);
  if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.crc32) {
    throw checkpointInvalid(`entry ${printable(entry.fileName)} is damaged (size or CRC-32)`);
  }
  return bytes;
}

function inflate({ fileName, uncompressedSize }: Entry, content: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(inflateRawSync(content, { maxOutputLength: Math.max(1, uncompressedSize) }));
  } catch (error) {
    throw checkpointInvalid(`entry ${printable(fileName)} cannot be inflated to its size`, error);
  }
}

/** Turns what yauzl says of a bad zip into a refusal of the checkpoint. */
async function asCheckpoint<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof EcgError) throw error;
    throw checkpointInvalid(`zip: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
