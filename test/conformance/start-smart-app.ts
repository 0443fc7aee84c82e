import express from 'express';
import { pino } from 'pino';
import type { AuditRecord } from '../../src/audit/audit-record.ts';
import { MODELS_DIRECTORY, openModels } from '../../src/cli/open-models.ts';
import { createClassifiers } from '../../src/cli/open-smart-app.ts';
import { parseConfig, type Tenant } from '../../src/config.ts';
import { createFhirServer } from '../../src/edges/fhir-server/fhir-kit-server.ts';
import { reportPdf } from '../../src/edges/pdf/report-pdf.ts';
import { newSigningKey, parseSigningKeys } from '../../src/edges/smart/signing-keys.ts';
import { createAppContextReader } from '../../src/edges/smart-app/app-context.ts';
import { appPlace, createSmartApp } from '../../src/edges/smart-app/smart-app.ts';
import { SMART_APP_PATH } from '../../src/edges/smart-app/smart-app-deps.ts';
import type { FhirServer } from '../../src/fhir/fhir-server.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { createFormMemory } from '../../src/write-back/form-memory.ts';
import { interpretAndWrite } from '../../src/write-back/interpret-and-write.ts';
import { createWriteGuard } from '../../src/write-back/write-guard.ts';
import { listen } from '../edges/fhir-server/loopback.ts';
import { type SmartEhr, startSmartEhr } from './smart-ehr.ts';

export const APP_CONTEXT_KEY = 'a secret of thirty-two bytes, at least';

export interface RunningSmartApp {
  /** Of the app. */
  readonly url: string;
  readonly tenant: Tenant;
  readonly ehr: SmartEhr;
  /** The FHIR server, without access control. */
  readonly fhir: FhirServer;
  readonly audited: readonly Omit<AuditRecord, 'recordedAt'>[];
  readonly logged: () => string;
  /** Writes the preliminary report on an ECG, "Observation/1", as write-back does. */
  report(reference: string): Promise<void>;
  /** Lets the app's clock go ahead. */
  pass(seconds: number): void;
  /** The address an EHR sends a browser to. */
  launchUrl(context: object): Promise<string>;
  stop(): Promise<void>;
}

/** The real app with the stand-in network, and an EHR that launches it, both on loopback. */
export async function startSmartApp(): Promise<RunningSmartApp> {
  const outer = express();
  const server = await listen(outer);
  const keys = await parseSigningKeys(await newSigningKey('ES384'));
  const place = appPlace(server.origin);
  const jwks = { keys: keys.map(({ publicJwk }) => publicJwk) };
  const ehr = await startSmartEhr({ redirectUrl: `${place.url}/callback`, jwks });
  const { fhirServer } = ehr;
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const models = await openModels({
    ...{ directory: MODELS_DIRECTORY, twelveLead: 'stand-in', log },
    inference: { executionProvider: 'cpu', workers: 1 },
  });
  const config = parseConfig({
    publicUrl: server.origin,
    tenants: [
      {
        ...{ name: 'clinic', fhirServer, authentication: 'none', smartApp: { clientId: 'viewer' } },
        tracingApp: { launchUrl: `${place.url}/launch` },
      },
    ],
  });
  const [tenant] = config.tenants;
  if (tenant === undefined) throw new Error('no tenant');
  const open = (accessToken?: Parameters<typeof createFhirServer>[0]['accessToken']) =>
    createFhirServer({
      baseUrl: fhirServer,
      allowList: [fhirServer],
      accessToken,
      timeoutMs: 10_000,
      maxBytes: 2 ** 24,
    });
  const audited: Omit<AuditRecord, 'recordedAt'>[] = [];
  let passedMs = 0;
  const readings = createReadingCache(50);
  const guard = createWriteGuard(async (_keys, work) => await work());
  const app = await createSmartApp({
    ...{ config, keys, log, models, place, readings, guard, renderPdf: reportPdf },
    secretOf: () => undefined,
    readAppContext: createAppContextReader(APP_CONTEXT_KEY),
    openFhirServer: (_tenant, tokens) => open(tokens),
    audit: { record: (record) => void audited.push(record) },
    classifierOf: createClassifiers(MODELS_DIRECTORY),
    now: () => new Date(),
    nowMs: () => performance.now() + passedMs,
  });
  outer.use(SMART_APP_PATH, app);
  return {
    ...{ url: place.url, tenant, ehr, fhir: open(), audited },
    logged: () => lines.join(''),
    report: async (reference) => {
      const writing = { server: open(), models, readings, guard, formMemory: createFormMemory(), now: new Date() };
      const { outcome } = await interpretAndWrite({ settings: tenant, reference }, writing);
      if (outcome !== 'written') throw new Error(`the report was not written: ${outcome}`);
    },
    pass: (seconds) => {
      passedMs += seconds * 1_000;
    },
    launchUrl: async (context) =>
      `${place.url}/launch?${new URLSearchParams({ iss: fhirServer, launch: await ehr.launch(context) })}`,
    stop: async () => {
      await server.close();
      await ehr.close();
      await models.close();
    },
  };
}
