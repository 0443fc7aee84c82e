import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startServer, stopServer } from '../../../src/edges/http/http-server.ts';

describe('the HTTP server', () => {
  it('answers what is under way when it is stopped, and waits for no client that keeps its connection', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const server = await startServer((_request, response) => arrived.resolve(response), '127.0.0.1', 0);
    const agent = new Agent({ keepAlive: true });
    const request = get({ port: (server.address() as AddressInfo).port, agent });
    const response = await arrived.promise;
    const stopped = stopServer(server);
    response.end('answered');
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(await text(answer)).toBe('answered');
    await stopped;
    agent.destroy();
  });

  it('gives slow clients up before a proxy would, and keeps connections longer than one', async () => {
    const server = await startServer(() => {}, '127.0.0.1', 0);
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.requestTimeout).toBeLessThanOrEqual(60_000);
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    await stopServer(server);
  });

  it('names a port that is in use', async () => {
    const server = await startServer(() => {}, '127.0.0.1', 0);
    const { port } = server.address() as AddressInfo;
    await expect(startServer(() => {}, '127.0.0.1', port)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `port ${port} of 127.0.0.1 is in use; choose another with --port N`,
    });
    await stopServer(server);
  });
});
