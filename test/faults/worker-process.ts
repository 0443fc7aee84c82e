/**
 * The part of Cardhook that writes reports back, in a process to be killed: real queue, real database, real FHIR client; the
 * network is replaced by fixed answers, since what it says does not matter here. Parameters in JSON as the first argument.
 */
import { pino } from 'pino';
import { z } from 'zod';
import { openWriteBack } from '../../src/cli/open-write-back.ts';
import { parseConfig, type Tenant } from '../../src/config.ts';
import { createFhirServer } from '../../src/edges/fhir-server/fhir-kit-server.ts';
import { createExclusively } from '../../src/edges/store/exclusively.ts';
import { openDatabase } from '../../src/edges/store/open-database.ts';
import { createAuditTrail } from '../../src/edges/store/sql-audit-trail.ts';
import { createTelemetry } from '../../src/edges/telemetry/telemetry.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { createWriteGuard } from '../../src/write-back/write-guard.ts';
import { fixedModels } from '../cds/fixed-models.ts';

const { fhirServer, fhirTimeoutMs, url, directory } = z
  .object({
    fhirServer: z.string(),
    fhirTimeoutMs: z.int(),
    url: z.string().optional(),
    directory: z.string().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const config = parseConfig({
  // Jobs of a killed worker count for its tenant until they are missed; they shall not keep the next one idle.
  jobs: { concurrency: 4, perTenant: 64 },
  tenants: [
    {
      name: 'clinic',
      fhirServer,
      authentication: 'none',
      fhirTimeoutMs,
      writeBack: { trigger: 'poll', pollSeconds: 1, pdf: false },
    },
  ],
});
let performed = 0;
const log = pino(
  { level: 'info' },
  {
    write: (line: string) => {
      if (line.includes('"outcome":"written"') || line.includes('"outcome":"unchanged"')) performed += 1;
      if (process.env['FAULTS_LOG'] !== undefined) process.stderr.write(line);
    },
  },
);
const database = await openDatabase({ url, directory, onConnectionLost: () => {} });
const openFhirServer = (tenant: Tenant) =>
  createFhirServer({
    baseUrl: tenant.fhirServer,
    allowList: [fhirServer],
    timeoutMs: tenant.fhirTimeoutMs,
    maxBytes: 50_000_000,
  });
const writeBack = await openWriteBack({
  ...{ config, database, log, openFhirServer, models: fixedModels(), readings: createReadingCache(10) },
  guard: createWriteGuard(createExclusively(database)),
  accounts: { telemetry: createTelemetry(), audit: createAuditTrail(database, log) },
});
await writeBack?.start();
process.send?.({ ready: true });
process.on('message', () => {
  void writeBack?.records
    .backlog()
    .then((backlog) => process.send?.({ ...backlog, performed }))
    .catch(() => process.send?.({ waiting: 1, active: 0, done: 0, flagged: 0, retried: 0, performed }));
});
process.on('disconnect', () => process.exit(0));
