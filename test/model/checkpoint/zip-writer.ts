import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** Lies of the central directory. */
  readonly claim?: {
    readonly uncompressedSize?: number;
    readonly compressedSize?: number;
    readonly crc32?: number;
    readonly method?: number;
    readonly flags?: number;
    readonly localHeaderOffset?: number;
  };
}

/** Writes a zip for tests; `entryCount` may lie. */
export function writeZip(entries: readonly ZipEntry[], entryCount = entries.length): Uint8Array {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = encodeEntry(entry, offset);
    bodies.push(local);
    directory.push(central);
    offset += local.length;
  }
  const directorySize = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entryCount, 8);
  end.writeUInt16LE(entryCount, 10);
  end.writeUInt32LE(directorySize, 12);
  end.writeUInt32LE(offset, 16);
  return Uint8Array.from(Buffer.concat([...bodies, ...directory, end]));
}

function encodeEntry({ name, content, deflate = false, claim = {} }: ZipEntry, offset: number) {
  const packed = deflate ? deflateRawSync(content) : Buffer.from(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(claim.flags ?? 0, 2);
  fields.writeUInt16LE(claim.method ?? (deflate ? 8 : 0), 4);
  fields.writeUInt32LE(claim.crc32 ?? crc32(content), 10);
  fields.writeUInt32LE(claim.compressedSize ?? packed.length, 14);
  fields.writeUInt32LE(claim.uncompressedSize ?? content.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(claim.localHeaderOffset ?? offset, 10);
  const nameBytes = Buffer.from(name);
  return {
    local: Buffer.concat([signature(0x04034b50), fields, nameBytes, packed]),
    central: Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), fields, tail, nameBytes]),
  };
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
