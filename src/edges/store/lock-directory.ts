import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import { EcgError } from '../../errors.ts';
import { codeOf } from './storing.ts';

/** Length of `sun_path` less its final zero (Linux, unix(7)). */
const MAX_SOCKET_PATH_BYTES = 107;

/**
 * Takes a directory for this process alone, by listening on a socket in it. The kernel stops answering for a process
 * that was killed, so that no lock outlives its owner and none is ever taken for stale by mistake.
 * @returns a function that gives it back.
 * @throws EcgError STORE_UNAVAILABLE when another process has it, CONFIG_INVALID when its path is too long.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = resolve(directory, 'lock.sock');
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new EcgError('CONFIG_INVALID', `the path of the database is too long: ${path.length} characters`);
  }
  const server = (await listenOn(path)) ?? (await takeOver(path));
  return async () => {
    server.close();
    await once(server, 'close');
  };
}

async function takeOver(path: string): Promise<Server> {
  if (!(await isAnswered(path))) {
    await rm(path, { force: true });
    const server = await listenOn(path);
    if (server) return server;
  }
  throw new EcgError(
    'STORE_UNAVAILABLE',
    'the embedded database is in use by another process; stop it, or give replicas a PostgreSQL (DATABASE_URL)',
  );
}

async function listenOn(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    server.listen(path);
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}

async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
