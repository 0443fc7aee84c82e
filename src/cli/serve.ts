import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import express from 'express';
import { type Logger, pino } from 'pino';
import { SERVICES } from '../../cds-hooks/index.ts';
import { type Config, parseConfig } from '../config.ts';
import { demoConfig, demoOverview, mountDemo } from '../edges/demo/demo.ts';
import { createHttpApp } from '../edges/http/http-app.ts';
import { startServer, stopServer } from '../edges/http/http-server.ts';
import type { OperatorDeps } from '../edges/http/operator-routes.ts';
import { stackFrames } from '../edges/http/stack-frames.ts';
import { createTracingLinks } from '../edges/http/tracing-link.ts';
import { reportPdf } from '../edges/pdf/report-pdf.ts';
import { jwksRoute } from '../edges/smart/jwks-route.ts';
import { SMART_APP_PATH } from '../edges/smart-app/smart-app-deps.ts';
import { createExclusively } from '../edges/store/exclusively.ts';
import { type Database, openDatabase } from '../edges/store/open-database.ts';
import { createAuditTrail } from '../edges/store/sql-audit-trail.ts';
import { createFeedbackCounts } from '../edges/store/sql-feedback-counts.ts';
import { observedModels } from '../edges/telemetry/observed.ts';
import { createTelemetry } from '../edges/telemetry/telemetry.ts';
import { EcgError } from '../errors.ts';
import { createReadingCache } from '../reading-cache.ts';
import { createWriteGuard } from '../write-back/write-guard.ts';
import type { Io } from './console-io.ts';
import { modelGauges } from './model-gauges.ts';
import { withCalibrations } from './open-calibrations.ts';
import { type CardMemory, openCardMemory } from './open-card-memory.ts';
import { type ClientAuth, openClientAuth } from './open-client-auth.ts';
import { openConfiguredDatabase } from './open-configured-database.ts';
import { openFhirServers } from './open-fhir-servers.ts';
import { openModelPages, withPages } from './open-model-pages.ts';
import { MODELS_DIRECTORY, type OpenedModels, openModels } from './open-models.ts';
import { defaultModel } from './open-named-models.ts';
import { openShadow, type Shadow } from './open-shadow.ts';
import { openSmartApp } from './open-smart-app.ts';
import { openWriteBack, ROLES, type Role, type WriteBack } from './open-write-back.ts';
import { queueGauges, silenceGauge } from './queue-gauges.ts';
import { readConfig } from './read-config.ts';
import { readSigningKeys } from './read-signing-keys.ts';
import { shadowGauges } from './shadow-gauges.ts';

export const USAGE = `usage: cardhook serve --config FILE | --demo [--role all|http|worker] [--port N] [--host ADDRESS]

  --config FILE    the configuration, in JSON; see docs/configuration.md
  --demo           a sandbox EHR with simulated patients instead
  --role ROLE      http: answers hooks and takes notifications; worker: interprets new ECGs and writes reports back;
                   all: both (default). Processes of one service share a PostgreSQL
  --port N         instead of the configured one
  --host ADDRESS   instead of the configured one`;

const READINGS_REMEMBERED = 500;

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
      role: { type: 'string', default: 'all' },
      port: { type: 'string' },
      host: { type: 'string' },
    },
  });
  const role = ROLES.find((each) => each === values.role);
  if ((!values.demo && values.config === undefined) || role === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const config = withOverrides(values.config ? await readConfig(values.config) : await defaultDemoConfig(), values);
  const log = pino({ level: values.demo ? 'warn' : config.logLevel });
  const stopped = stopSignal();
  process.once('uncaughtException', (error) => {
    log.fatal({ err: stackFrames(error) }, 'unforeseen error, stopping');
    process.exit(1);
  });
  // The demo leaves nothing behind.
  const database = values.demo
    ? await openDatabase({})
    : await openConfiguredDatabase(config, (error) =>
        log.warn({ err: stackFrames(error) }, 'a connection to the database was lost'),
      );
  try {
    const models = await openModels({
      ...config.models,
      directory: modelsDirectory(config),
      inference: config.inference,
      log,
    });
    try {
      await serve({ config, models, database, log, io, isDemo: values.demo, role, stopped });
    } finally {
      await models.close();
    }
  } finally {
    await database.close();
  }
  return 0;
}

interface Serving {
  readonly config: Config;
  readonly models: OpenedModels;
  readonly database: Database;
  readonly log: Logger;
  readonly io: Io;
  readonly isDemo: boolean;
  readonly role: Role;
  readonly stopped: Promise<void>;
}

async function serve({ config, models, database, log, io, isDemo, role, stopped }: Serving): Promise<void> {
  const outer = express().disable('x-powered-by');
  const telemetry = createTelemetry();
  const audit = createAuditTrail(database, log);
  for (const gauge of modelGauges(models)) telemetry.gauge(gauge);
  const server = await startServer(outer, config.host, config.port);
  let authenticator: ClientAuth | undefined;
  let memory: CardMemory | undefined;
  let writeBack: WriteBack | undefined;
  let shadow: Shadow | undefined;
  try {
    const base = `http://${urlHost(config.host)}:${(server.address() as AddressInfo).port}`;
    const demo = isDemo ? await mountDemo(outer, base, config) : undefined;
    const served = demo?.config ?? config;
    authenticator = openClientAuth(served, database, log);
    memory = await openCardMemory(served, database, log);
    const keys = demo?.keys ?? (await readSigningKeys(served));
    const appContextKey = demo?.appContextKey ?? process.env['CARDHOOK_APP_CONTEXT_KEY'];
    const fhirServers = openFhirServers(served, { keys, telemetry });
    outer.use(jwksRoute(keys));
    const readings = createReadingCache(READINGS_REMEMBERED);
    const guard = createWriteGuard(createExclusively(database));
    const shown = withPages(observedModels(models, telemetry), served.publicUrl);
    const calibrated = await withCalibrations(shown, served, log);
    shadow = await openShadow(calibrated, { config: served, directory: modelsDirectory(config), database, log });
    const observed = shadow?.models ?? calibrated;
    if (shadow) for (const gauge of shadowGauges(shadow.reader)) telemetry.gauge(gauge);
    writeBack = await openWriteBack({
      config: served,
      database,
      models: observed,
      readings,
      guard,
      renderPdf: reportPdf,
      openFhirServer: fhirServers.forCardhook,
      accounts: { telemetry, audit },
      log,
    });
    if (writeBack) {
      for (const gauge of [...queueGauges(writeBack.records), silenceGauge(writeBack.silences)]) telemetry.gauge(gauge);
    }
    const smartApp = await openSmartApp({
      ...{ config: served, keys, audit, log, models: observed, readings, guard, renderPdf: reportPdf },
      openFhirServer: fhirServers.forCaller,
      directory: modelsDirectory(config),
      appContextKey,
    });
    if (role !== 'worker') outer.use(await openModelPages(observed, served.publicUrl, modelsDirectory(config)));
    if (smartApp && role !== 'worker') outer.use(SMART_APP_PATH, smartApp);
    outer.use(
      createHttpApp({
        services: role === 'worker' ? [] : SERVICES,
        config: served,
        models: observed,
        telemetry,
        audit,
        authenticator,
        readings,
        guard,
        ...memory,
        operator: operatorOf(database),
        log,
        renderPdf: reportPdf,
        isReady: () => models.ready(),
        tracingLinks: createTracingLinks(served.tenants, appContextKey),
        openFhirServer: fhirServers.forCaller,
        notifications: writeBack,
      }),
    );
    if (role !== 'http') await writeBack?.start();
    if (demo) io.stdout(demoOverview(demo, models.described));
    else log.info(startedAs(base, served, { role, models, database }), 'ready');
    await stopped;
  } finally {
    await stopServer(server);
    authenticator?.close();
    await memory?.close();
    await writeBack?.close();
    await shadow?.close();
    await audit.close();
  }
}

function startedAs(address: string, { tenants }: Config, parts: Pick<Serving, 'role' | 'models' | 'database'>) {
  const { role, models, database } = parts;
  const names = tenants.map(({ name }) => name);
  return { address, role, tenants: names, models: models.described, database: database.engine };
}

/** Only where the environment holds a token is there anything for operators. */
function operatorOf(database: Database): OperatorDeps | undefined {
  const token = process.env['CARDHOOK_OPERATOR_TOKEN'];
  if (token === undefined) return undefined;
  if (token.length < 32) throw new EcgError('CONFIG_INVALID', 'CARDHOOK_OPERATOR_TOKEN needs at least 32 characters');
  return { token, counts: createFeedbackCounts(database) };
}

function modelsDirectory({ models }: Config): string {
  return models.directory === undefined ? MODELS_DIRECTORY : resolve(models.directory);
}

async function defaultDemoConfig(): Promise<Config> {
  return demoConfig({ twelveLead: await defaultModel(12), singleLead: await defaultModel(1) });
}

function withOverrides(
  config: Config,
  { port, host }: { readonly port?: string | undefined; readonly host?: string | undefined },
): Config {
  return parseConfig({
    ...config,
    ...(port === undefined ? {} : { port: /^\d+$/.test(port) ? Number(port) : port }),
    ...(host === undefined ? {} : { host }),
  });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** From the start on: process 1 of a container ignores signals that it does not listen for. */
async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
