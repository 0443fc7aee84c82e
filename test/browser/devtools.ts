import { once } from 'node:events';
import { z } from 'zod';

export type Send = (method: string, parameters?: object) => Promise<Record<string, unknown>>;

/** One page of the browser. */
export interface Session {
  readonly send: Send;
  onEvent(listener: (method: string, parameters: Record<string, unknown>) => void): void;
}

const messageSchema = z.looseObject({
  id: z.number().optional(),
  sessionId: z.string().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).default({}),
  result: z.record(z.string(), z.unknown()).default({}),
  error: z.looseObject({ message: z.string() }).optional(),
});

/** The DevTools protocol over Node's own WebSocket: commands to the browser, and to pages by their session. */
export async function connectDevtools(address: string): Promise<{ send: Send; session: (id: string) => Session }> {
  const socket = new WebSocket(address);
  const pending = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  const listeners = new Map<string, (method: string, parameters: Record<string, unknown>) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, sessionId, method, params, result, error } = messageSchema.parse(JSON.parse(String(data)));
    const waiting = pending.get(id ?? 0);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
    pending.delete(id ?? 0);
    if (method !== undefined) listeners.get(sessionId ?? '')?.(method, params);
  });
  await once(socket, 'open');
  let last = 0;
  const sender =
    (sessionId?: string): Send =>
    (method, params = {}) => {
      last += 1;
      const reply = Promise.withResolvers<Record<string, unknown>>();
      pending.set(last, reply);
      socket.send(JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      return reply.promise;
    };
  return {
    send: sender(),
    session: (id) => ({ send: sender(id), onEvent: (listener) => void listeners.set(id, listener) }),
  };
}
