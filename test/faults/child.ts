import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';

/** A process of a scenario, and what it says over IPC. */
export interface Child {
  readonly pid: number;
  /** The first message of the process: it is at work. Rejects when it ends before. */
  readonly ready: Promise<unknown>;
  readonly hasEnded: () => boolean;
  /** Sends a message and gives back the answer; undefined when the process ends without one. */
  ask<T>(message: object, schema: z.ZodType<T>): Promise<T | undefined>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Runs a file of this folder with its parameters as JSON. */
export function startChild(file: string, parameters: object): Child {
  const child: ChildProcess = fork(join(import.meta.dirname, file), [JSON.stringify(parameters)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // A worker that starts two hundred times need not compile its modules as often.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'cardhook-compile-cache') },
  });
  const said = new EventEmitter();
  const exit = once(child, 'exit');
  let hasEnded = false;
  void exit.then(() => {
    hasEnded = true;
    said.emit('answer', undefined);
  });
  let isReady = false;
  const ready = new Promise<unknown>((resolve, reject) => {
    child.on('message', (message) => {
      if (isReady) said.emit('answer', message);
      isReady = true;
      resolve(message);
    });
    void exit.then(() => reject(new Error(`${file} ended before it was ready`)));
  });
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready,
    hasEnded: () => hasEnded,
    ask: async (message, schema) => {
      await ready;
      if (hasEnded) return undefined;
      const answer = once(said, 'answer');
      child.send(message, () => {});
      const [content] = await answer;
      return content === undefined ? undefined : schema.parse(content);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
