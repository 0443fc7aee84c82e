import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import type { FhirResource } from 'fhir/r4';
import { pino } from 'pino';
import { SERVICES } from '../../../cds-hooks/index.ts';
import { type AuditRecord, parseAuditRecord } from '../../../src/audit/audit-record.ts';
import type { CdsService } from '../../../src/cds/cds-service.ts';
import type { OverrideMemory } from '../../../src/cds/override-memory.ts';
import { openCardMemory } from '../../../src/cli/open-card-memory.ts';
import { openClientAuth } from '../../../src/cli/open-client-auth.ts';
import { MODELS_DIRECTORY, openModels } from '../../../src/cli/open-models.ts';
import { parseConfig } from '../../../src/config.ts';
import { createEmbeddedFhirServer } from '../../../src/edges/demo/embedded-fhir-server.ts';
import { createFhirServer } from '../../../src/edges/fhir-server/fhir-kit-server.ts';
import { createHttpApp } from '../../../src/edges/http/http-app.ts';
import { createTracingLinks } from '../../../src/edges/http/tracing-link.ts';
import { createExclusively } from '../../../src/edges/store/exclusively.ts';
import { type Database, openDatabase } from '../../../src/edges/store/open-database.ts';
import { auditEntries, createAuditTrail } from '../../../src/edges/store/sql-audit-trail.ts';
import { createTelemetry } from '../../../src/edges/telemetry/telemetry.ts';
import { createReadingCache } from '../../../src/reading-cache.ts';
import { createWriteGuard } from '../../../src/write-back/write-guard.ts';
import { createPost, type Post } from './published-schemas.ts';

/** Signs the contexts of tracing apps. */
export const APP_CONTEXT_KEY = 'a secret of thirty-two bytes, at least';

export interface RunningService {
  /** Cardhook's own address. */
  readonly address: string;
  /** The tenant's FHIR base. */
  readonly fhirServer: string;
  /** Paths the FHIR server was asked for, in order. */
  readonly fhirRequests: readonly string[];
  /** Everything logged so far. */
  readonly logged: () => string;
  /** Posts to it; every answer is checked against the schemas it publishes. */
  readonly post: Post;
  /** Its database, in memory. */
  readonly database: Database;
  /** The audit trail so far. */
  audited(): Promise<readonly AuditRecord[]>;
  load(resources: readonly FhirResource[]): Promise<void>;
  /** How long the FHIR server holds every answer back. */
  delayFhir(ms: number): void;
  /** Sees every request to the FHIR server first; may answer it. */
  interceptFhir(handler: RequestHandler): void;
  /** From now on no ECG can be interpreted. */
  closeModels(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceSettings {
  readonly hookBudgetMs?: number;
  /** A small network that finds something, instead of untrained ones of full size. */
  readonly twelveLead?: 'stand-in';
  /** Instead of all. */
  readonly services?: readonly CdsService[];
  /** Whose JWTs are asked for; without them anybody may call. */
  readonly clients?: readonly unknown[];
  /** Settings beside the tenant, and further tenants. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly furtherTenants?: readonly unknown[];
  /** Instead of one in memory; its opener closes it. */
  readonly database?: Database;
  /** How long it takes to say what was overridden. */
  readonly overridesMs?: number;
  /** Without networks, and with a FHIR server that never answers: for what needs neither, and starts faster so. */
  readonly isBare?: boolean;
}

/** The real service with untrained networks, and a real FHIR server beside it, both on loopback. */
export async function startService(settings: ServiceSettings = {}): Promise<RunningService> {
  const directory = await mkdtemp(join(tmpdir(), 'cardhook-'));
  const fhirRequests: string[] = [];
  const lines: string[] = [];
  let delayMs = 0;
  let intercept: RequestHandler = (_request, _response, next) => next();
  const embedded = settings.isBare ? undefined : await createEmbeddedFhirServer();
  const fhirApp = express().use((request, _response, next) => {
    fhirRequests.push(request.url);
    if (embedded) setTimeout(next, delayMs);
  });
  if (embedded) fhirApp.use('/fhir', (request, response, next) => intercept(request, response, next), embedded.router);
  const fhir = await listen(fhirApp);
  const fhirServer = `${addressOf(fhir)}/fhir`;
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const models = await openModels({
    ...modelsOf(settings, directory),
    inference: { executionProvider: 'cpu', workers: 1 },
    log,
  });
  const outer = express();
  const server = await listen(outer);
  const address = addressOf(server);
  const { clients, hookBudgetMs = 25_000, furtherTenants = [] } = settings;
  const access = clients === undefined ? { authentication: 'none' } : { clients };
  const config = parseConfig({
    tenants: [{ name: 'test', fhirServer, hookBudgetMs, fhirTimeoutMs: 2_000, ...access }, ...furtherTenants],
    publicUrl: address,
    corsOrigins: ['https://ehr.example'],
    maxBodyBytes: 5_000_000,
    ...settings.config,
  });
  const database = settings.database ?? (await openDatabase({}));
  const authenticator = openClientAuth(config, database, log);
  const memory = await openCardMemory(config, database, log);
  const audit = createAuditTrail(database, log);
  const app = createHttpApp({
    ...memory,
    overrides: slowed(memory.overrides, settings.overridesMs ?? 0),
    services: settings.services ?? SERVICES,
    authenticator,
    config,
    models,
    readings: createReadingCache(50),
    guard: createWriteGuard(createExclusively(database)),
    log,
    telemetry: createTelemetry(),
    audit,
    isReady: () => models.ready(),
    tracingLinks: createTracingLinks(config.tenants, APP_CONTEXT_KEY),
    openFhirServer: (tenant, accessToken, signal) =>
      createFhirServer({
        baseUrl: tenant.fhirServer,
        accessToken,
        signal,
        allowList: config.tenants.map((each) => each.fhirServer),
        timeoutMs: tenant.fhirTimeoutMs,
        maxBytes: 50_000_000,
      }),
  });
  outer.use(app);
  return {
    address,
    fhirServer,
    fhirRequests,
    logged: () => lines.join(''),
    post: createPost(addressOf(server)),
    database,
    audited: async () => {
      // What was recorded before is written together, a tenth of a second later.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const records: AuditRecord[] = [];
      for await (const { record } of auditEntries(database)) records.push(parseAuditRecord(record));
      return records;
    },
    load: async (resources) => await embedded?.load(resources),
    delayFhir: (ms) => {
      delayMs = ms;
    },
    interceptFhir: (handler) => {
      intercept = handler;
    },
    closeModels: () => models.close(),
    stop: async () => {
      for (const each of [server, fhir]) {
        each.closeAllConnections();
        each.close();
      }
      authenticator.close();
      await models.close();
      await memory.close();
      await audit.close();
      if (settings.database === undefined) await database.close();
      await rm(directory, { recursive: true });
    },
  };
}

function slowed(overrides: OverrideMemory, ms: number): OverrideMemory {
  return {
    silence: (problems) => overrides.silence(problems),
    silenced: async (audience, now) => {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      return await overrides.silenced(audience, now);
    },
  };
}

function modelsOf({ isBare, twelveLead }: ServiceSettings, directory: string) {
  if (isBare) return { directory };
  if (twelveLead) return { directory: MODELS_DIRECTORY, twelveLead, singleLead: 'stand-in-1-lead' };
  return { directory, twelveLead: 'untrained-12-lead', singleLead: 'untrained-1-lead' };
}

async function listen(app: express.Express): Promise<Server> {
  return await new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
