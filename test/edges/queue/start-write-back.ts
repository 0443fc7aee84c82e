import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { pino } from 'pino';
import { z } from 'zod';
import { openCardMemory } from '../../../src/cli/open-card-memory.ts';
import { openClientAuth } from '../../../src/cli/open-client-auth.ts';
import { openWriteBack } from '../../../src/cli/open-write-back.ts';
import { type Config, parseConfig, type Tenant } from '../../../src/config.ts';
import { createEmbeddedFhirServer } from '../../../src/edges/demo/embedded-fhir-server.ts';
import { createFhirServer } from '../../../src/edges/fhir-server/fhir-kit-server.ts';
import { createHttpApp } from '../../../src/edges/http/http-app.ts';
import { createExclusively } from '../../../src/edges/store/exclusively.ts';
import { type Database, openDatabase } from '../../../src/edges/store/open-database.ts';
import { createAuditTrail } from '../../../src/edges/store/sql-audit-trail.ts';
import { createTelemetry } from '../../../src/edges/telemetry/telemetry.ts';
import { toObservation } from '../../../src/formats/fhir/write-observation.ts';
import { createReadingCache } from '../../../src/reading-cache.ts';
import { simulateEcg } from '../../../src/simulator/simulate-ecg.ts';
import { createWriteGuard } from '../../../src/write-back/write-guard.ts';
import { fixedModels } from '../../cds/fixed-models.ts';

const searchsetSchema = z.looseObject({
  entry: z.array(z.looseObject({ resource: z.looseObject({ resourceType: z.string(), id: z.string() }) })).default([]),
});

export const SECRET = 'a-secret-of-this-test';

export interface WriteBackSettings {
  readonly trigger: Tenant['writeBack']['trigger'];
  readonly writeBack?: Partial<Config['tenants'][number]['writeBack']>;
  /** In memory unless given. */
  readonly database?: Database;
}

/** A FHIR server and, beside it, the service that writes reports back to it. */
export type RunningWriteBack = Awaited<ReturnType<typeof startWriteBack>>;

export async function startWriteBack({ trigger, writeBack = {}, database: given }: WriteBackSettings) {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const fhir = await startFhirServer();
  const outer = express();
  const server = await listen(outer);
  const config = parseConfig({
    publicUrl: addressOf(server),
    tenants: [
      {
        name: 'clinic',
        fhirServer: fhir.baseUrl,
        fhirTimeoutMs: 2_000,
        authentication: 'none',
        writeBack: { trigger, secret: SECRET, ...writeBack },
      },
    ],
  });
  const database = given ?? (await openDatabase({}));
  const models = fixedModels();
  const audit = createAuditTrail(database, log);
  const authenticator = openClientAuth(config, database, log);
  const memory = await openCardMemory(config, database, log);
  const shared = { config, database, models, readings: createReadingCache(50), log };
  const guard = createWriteGuard(createExclusively(database));
  const openFhirServer = (tenant: Tenant, accessToken?: string) =>
    createFhirServer({
      ...{ baseUrl: tenant.fhirServer, accessToken, allowList: [fhir.baseUrl] },
      ...{ timeoutMs: tenant.fhirTimeoutMs, maxBytes: 50_000_000 },
    });
  const telemetry = createTelemetry();
  const service = await openWriteBack({ ...shared, guard, openFhirServer, accounts: { telemetry, audit } });
  if (service === undefined) throw new Error('no tenant has a trigger');
  outer.use(
    createHttpApp({
      ...shared,
      services: [],
      ...memory,
      isReady: () => true,
      telemetry,
      audit,
      authenticator,
      guard,
      openFhirServer,
      notifications: service,
    }),
  );
  return {
    address: addressOf(server),
    fhir,
    models,
    database,
    service,
    logged: () => lines.map((line) => JSON.parse(line)),
    stop: async () => {
      await service.close();
      authenticator.close();
      await memory.close();
      await audit.close();
      for (const each of [server, fhir.server]) {
        each.closeAllConnections();
        each.close();
      }
      if (given === undefined) await database.close();
    },
  };
}

/** A FHIR server with one patient. `intercept` stands before it and may do what a network or a busy server does. */
export async function startFhirServer() {
  const embedded = await createEmbeddedFhirServer();
  await embedded.load([{ resourceType: 'Patient', id: 'p1', birthDate: '1960-01-01' }]);
  const requests: string[] = [];
  let intercept: RequestHandler = (_request, _response, next) => next();
  const app = express()
    .use((request, response, next) => {
      requests.push(`${request.method} ${request.path}`);
      return intercept(request, response, next);
    })
    .use('/fhir', embedded.router);
  const server = await listen(app);
  const baseUrl = `${addressOf(server)}/fhir`;
  const search = async (query: string) => {
    const { entry } = searchsetSchema.parse(await (await fetch(`${baseUrl}/${query}`)).json());
    return entry.map(({ resource }) => resource);
  };
  return {
    server,
    baseUrl,
    requests,
    search,
    intercept: (handler: RequestHandler) => {
      intercept = handler;
    },
    storeEcg: async (id: string, seed = 1) => await embedded.load([ecgObservation(id, seed)]),
    /** Every DiagnosticReport there is. */
    reports: async () => await search('DiagnosticReport?_count=1000'),
  };
}

const ECG = simulateEcg({
  ...{ finding: 'sinus rhythm', seed: 1, format: 'fhir', durationSeconds: 10 },
  ...{ patient: { ids: ['p1'], birthDate: '1960-01-01' }, recordedAt: '2026-01-01T00:00:00Z' },
});

/** One tracing, recorded at a second of its own for every seed: as many ECGs as one wants. */
export function ecgObservation(id: string, seed: number) {
  const recordedAt = new Date(Date.UTC(2026, 0, 1) + seed * 1_000).toISOString();
  return { ...toObservation({ ...ECG, recordedAt }, 'Patient/p1'), id };
}

/** Waits until `condition` holds. @throws after 50 s, so that nothing goes on when the test has given up. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 50_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('did not come true within 50 s');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function listen(app: express.Express): Promise<Server> {
  return await new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
