import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
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
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** A PostgreSQL of its own, empty, on loopback. */
export async function startPostgres(): Promise<PostgresCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'cardhook-pg-'));
  const pgdata = join(directory, 'cluster');
  const port = await freePort();
  const asOwner = await ownerOf(directory);
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
  await pg('initdb', '-D', pgdata, '-U', 'cardhook', '-A', 'trust', '--no-sync', '-E', 'UTF8');
  await start();
  return {
    url: `postgres://cardhook@127.0.0.1:${port}/postgres`,
    halt,
    resume: start,
    restart: async () => {
      await halt();
      await start();
    },
    stop: async () => {
      await halt().catch(() => undefined);
      await rm(directory, { recursive: true });
    },
  };
}

/** PostgreSQL does not run as root: then the user `postgres` of Debian's package owns it. */
async function ownerOf(directory: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const ids = await Promise.all(
    ['-u', '-g'].map(async (option) => Number((await run('id', [option, 'postgres'])).stdout)),
  );
  await chown(directory, ids[0] ?? 0, ids[1] ?? 0);
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
