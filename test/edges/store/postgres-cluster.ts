import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Debian puts the programs of the newest PostgreSQL. */
const BIN = globSync('/usr/lib/postgresql/*/bin')
  .filter((directory) => existsSync(join(directory, 'initdb')))
  .sort()
  .at(-1);

/** Whether the tests can start a PostgreSQL here. */
export const hasPostgres = BIN !== undefined;

export interface PostgresCluster {
  readonly url: string;
  /** Ends every connection at once, as a crash or a failover does, and starts it again. */
  restart(): Promise<void>;
  /** Like `restart`, in two steps. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  /** `pg_dump` while it runs, restored as another database. @returns the url of that one. */
  restoreBackup(): Promise<string>;
  log(): Promise<string>;
  /** Of the postmaster, the parent of all its processes. */
  pid(): Promise<number>;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** Directories for a part of what PostgreSQL keeps, on other disks than that of temporary files. */
export interface PostgresDisks {
  readonly data?: string;
  /** Of the write-ahead log, which grows in steps of 1 MB, so that a full disk is felt soon. */
  readonly wal?: string;
}

/** A PostgreSQL of its own, empty, on loopback. */
export async function startPostgres({ data, wal }: PostgresDisks = {}): Promise<PostgresCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'cardhook-pg-'));
  const pgdata = join(data ?? directory, 'cluster');
  const pgwal = join(wal ?? pgdata, 'pg_wal');
  const owned = [directory, ...(data ? [pgdata] : []), ...(wal ? [pgwal] : [])];
  for (const each of owned) await mkdir(each, { recursive: true });
  const port = await freePort();
  const asOwner = await ownerOf(owned);
  const pg = async (program: string, ...args: string[]) => {
    const [command = '', ...rest] = [...asOwner, join(BIN ?? '', program), ...args];
    await run(command, rest, { cwd: directory });
  };
  const start = () =>
    pg(
      'pg_ctl',
      '-D',
      pgdata,
      '-w',
      '-l',
      join(directory, 'log'),
      '-o',
      `-p ${port} -h 127.0.0.1 -k ${directory}`,
      'start',
    );
  const halt = () => pg('pg_ctl', '-D', pgdata, '-m', 'immediate', '-w', 'stop');
  const walOptions = ['--wal-segsize', '1', ...(wal ? ['--waldir', pgwal] : [])];
  await pg('initdb', '-D', pgdata, '-U', 'cardhook', '-A', 'trust', '--no-sync', '-E', 'UTF8', ...walOptions);
  await start();
  return {
    url: `postgres://cardhook@127.0.0.1:${port}/postgres`,
    halt,
    resume: start,
    restart: async () => {
      await halt();
      await start();
    },
    restoreBackup: async () => {
      const dump = join(directory, 'dump.sql');
      const to = ['-h', '127.0.0.1', '-p', String(port), '-U', 'cardhook'];
      await pg('pg_dump', ...to, '-f', dump, 'postgres');
      await pg('createdb', ...to, 'restored');
      await pg('psql', ...to, '-q', '-v', 'ON_ERROR_STOP=1', '-f', dump, 'restored');
      return `postgres://cardhook@127.0.0.1:${port}/restored`;
    },
    pid: async () => Number.parseInt(await readFile(join(pgdata, 'postmaster.pid'), 'utf8'), 10),
    log: async () => await readFile(join(directory, 'log'), 'utf8'),
    stop: async () => {
      await halt().catch(() => undefined);
      for (const each of owned) await rm(each, { recursive: true });
    },
  };
}

/** PostgreSQL does not run as root: then the user `postgres` of Debian's package owns it. */
async function ownerOf(directories: readonly string[]): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const ids = await Promise.all(
    ['-u', '-g'].map(async (option) => Number((await run('id', [option, 'postgres'])).stdout)),
  );
  for (const directory of directories) await chown(directory, ids[0] ?? 0, ids[1] ?? 0);
  return ['runuser', '-u', 'postgres', '--'];
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
