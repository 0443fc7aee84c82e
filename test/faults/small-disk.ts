import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../../src/edges/store/storing.ts';

const run = promisify(execFile);

/** A file system of its own with little room, in memory. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  /** Gives the room back. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

const CHUNK = new Uint8Array(65_536);

/** Mounts a tmpfs. None where that is not permitted: it takes root, and Linux. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'cardhook-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', path]);
  } catch {
    await rmdir(path);
    return undefined;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: async () => await writeUntilFull(ballast),
    free: async () => await rm(ballast),
    remove: async () => {
      // Lazily: what still has files open keeps them, nobody else sees them.
      await run('umount', ['-l', path]);
      await rmdir(path);
    },
  };
}

async function writeUntilFull(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (;;) await file.write(CHUNK);
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
