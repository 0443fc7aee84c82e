import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import express, { type Express } from 'express';
import { pino } from 'pino';
import { SERVICES } from '../../cds-hooks/index.ts';
import { type Config, parseConfig } from '../config.ts';
import { demoConfig, demoOverview, mountDemo } from '../edges/demo/demo.ts';
import { createFhirServer } from '../edges/fhir-server/fhir-kit-server.ts';
import { createHttpApp } from '../edges/http/http-app.ts';
import { EcgError } from '../errors.ts';
import { createReadingCache } from '../reading-cache.ts';
import type { Io } from './console-io.ts';
import { MODELS_DIRECTORY, openModels } from './open-models.ts';

const READINGS_REMEMBERED = 500;
const MAX_FHIR_RESPONSE_BYTES = 64 * 2 ** 20;
const STOP_GRACE_MS = 10_000;

/**
 * `cardhook serve`: the composition root. Runs until SIGINT or SIGTERM.
 * @throws EcgError CONFIG_INVALID, MODEL_UNAVAILABLE.
 */
export async function runServe(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      demo: { type: 'boolean', default: false },
      config: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
    },
  });
  if (!values.demo && values.config === undefined) {
    io.stderr('cardhook serve: give --config FILE (see docs/configuration.md) or --demo');
    return 2;
  }
  const config = withOverrides(values.config ? await readConfig(values.config) : demoConfig(), values);
  const log = pino({ level: values.demo ? 'warn' : config.logLevel });
  const models = await openModels({
    ...config.models,
    directory: config.models.directory === undefined ? MODELS_DIRECTORY : resolve(config.models.directory),
    inference: config.inference,
    log,
  });
  const outer = express();
  const server = await listen(outer, config);
  const base = `http://${urlHost(config.host)}:${(server.address() as AddressInfo).port}`;
  const demo = values.demo ? await mountDemo(outer, base, config) : undefined;
  const served = demo?.config ?? config;
  outer.use(
    createHttpApp({
      services: SERVICES,
      config: served,
      models,
      readings: createReadingCache(READINGS_REMEMBERED),
      log,
      isReady: () => models.ready(),
      openFhirServer: (tenant, accessToken) =>
        createFhirServer({
          baseUrl: tenant.fhirServer,
          accessToken,
          allowList: served.tenants.map(({ fhirServer }) => fhirServer),
          timeoutMs: tenant.fhirTimeoutMs,
          maxBytes: MAX_FHIR_RESPONSE_BYTES,
        }),
    }),
  );
  if (demo) io.stdout(demoOverview(demo, models.described));
  else log.info({ address: base, tenants: served.tenants.map(({ name }) => name), models: models.described }, 'ready');
  await stopSignal();
  await close(server);
  await models.close();
  return 0;
}

async function readConfig(path: string): Promise<Config> {
  const text = await readFile(path, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new EcgError('CONFIG_INVALID', `configuration ${path} is not JSON`, { cause });
  }
  return parseConfig(json);
}

function withOverrides(
  config: Config,
  { port, host }: { readonly port?: string | undefined; readonly host?: string | undefined },
): Config {
  return parseConfig({
    ...config,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(host === undefined ? {} : { host }),
  });
}

async function listen(app: Express, { host, port }: Config): Promise<Server> {
  return await new Promise((resolve, reject) => {
    const server = app.listen(port, host, (error?: NodeJS.ErrnoException) => {
      if (error === undefined) resolve(server);
      else if (error.code === 'EADDRINUSE') {
        reject(
          new EcgError('CONFIG_INVALID', `port ${port} of ${host} is in use; choose another with --port N`, {
            cause: error,
          }),
        );
      } else reject(error);
    });
  });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** Answers what is under way, then closes; connections that stay open longer than the grace are cut. */
async function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
}
