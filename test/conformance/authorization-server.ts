import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Assertion {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface AuthorizationServer {
  readonly origin: string;
  /** Client assertions it took, oldest first. */
  readonly assertions: readonly Assertion[];
  close(): Promise<void>;
}

export interface RegisteredClient {
  readonly clientId: string;
  readonly jwksUrl: string;
  readonly algorithm: 'ES384' | 'RS384';
}

interface Told {
  readonly origin?: string;
  readonly assertion?: Assertion;
}

/** A real OAuth server, in a process of its own. */
export async function startAuthorizationServer(clients: readonly RegisteredClient[]): Promise<AuthorizationServer> {
  const assertions: Assertion[] = [];
  const child = fork(join(import.meta.dirname, 'oauth-process.ts'), [JSON.stringify(clients)], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the OAuth server ended')));
    child.on('message', (told: Told) => {
      if (told.assertion) assertions.push(told.assertion);
      if (told.origin) resolve(told.origin);
    });
  });
  return {
    origin,
    assertions,
    close: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
