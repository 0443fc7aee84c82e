import { createServer, type RequestListener, type Server } from 'node:http';
import { EcgError } from '../../errors.ts';

/** Against clients that send a byte now and then: for the headers, and for a whole request of 32 MiB. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const TIMEOUT_CHECK_MS = 5_000;
/** Longer than proxies keep idle connections (60 s): whoever closes first loses the request that is on its way. */
const KEEP_ALIVE_MS = 75_000;
const STOP_GRACE_MS = 10_000;
const STOP_SWEEP_MS = 50;

/**
 * Listens on `host`:`port`.
 * @throws EcgError CONFIG_INVALID where that is impossible: in use, not permitted, no such address.
 */
export async function startServer(app: RequestListener, host: string, port: number): Promise<Server> {
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  return await new Promise((resolve, reject) => {
    const server = createServer(timeouts, app);
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is in use; choose another with --port N' : `cannot be opened (${error.code})`;
      reject(new EcgError('CONFIG_INVALID', `port ${port} of ${host} ${reason}`, { cause: error }));
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** Answers what is under way, then closes; connections that stay open longer than the grace are cut. */
export async function stopServer(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  // A connection becomes idle when its answer is sent, and would then be kept for the client's next request.
  const sweep = setInterval(() => server.closeIdleConnections(), STOP_SWEEP_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
  clearInterval(sweep);
}
