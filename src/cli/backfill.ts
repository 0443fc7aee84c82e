import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { backfillEcgs } from '../arrivals/backfill-ecgs.ts';
import { jobId } from '../arrivals/ecg-job.ts';
import { openQueue } from '../edges/queue/ecg-queue.ts';
import { createArrivalCursors } from '../edges/store/sql-arrival-cursors.ts';
import { createTelemetry } from '../edges/telemetry/telemetry.ts';
import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';
import { openConfiguredDatabase } from './open-configured-database.ts';
import { openFhirServers } from './open-fhir-servers.ts';
import { readConfig } from './read-config.ts';
import { readSigningKeys } from './read-signing-keys.ts';

export const USAGE = `usage: cardhook backfill --config FILE --tenant NAME --since DATE --until DATE [--dry-run] [--again] [--pace N]

  --since DATE   the first day, by the date of the ECG (2026-01-01)
  --until DATE   the day after the last
  --dry-run      only counts
  --again        also those that are done: after a change of the model, or to compare with ECGs that came later
  --pace N       waits while more than N jobs wait (500): what the FHIR server is asked for ahead of the work

Puts the ECGs of a period in the queue, behind those that are new, for the running service to work through. Stopped and run
again with the same period, it goes on where it ended; with --again it begins anew. Beside a running service this needs PostgreSQL (DATABASE_URL).`;

const DEFAULT_PACE = '500';
const LOOK_MS = 2_000;

/** `cardhook backfill`: reports for ECGs of the past. */
export async function runBackfill(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string' },
      tenant: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      pace: { type: 'string', default: DEFAULT_PACE },
    },
  });
  const [since, until] = [dayOf(values.since), dayOf(values.until)];
  const pace = Number(values.pace);
  if (values.config === undefined || values.tenant === undefined || !since || !until || !(pace >= 1)) {
    io.stderr(USAGE);
    return 2;
  }
  if (since >= until) throw new EcgError('SOURCE_INVALID', '--until has to be after --since');
  const config = await readConfig(values.config);
  const tenant = config.tenants.find(({ name }) => name === values.tenant);
  if (tenant === undefined)
    throw new EcgError('CONFIG_INVALID', `there is no tenant ${values.tenant} in the configuration`);
  const servers = openFhirServers(config, { keys: await readSigningKeys(config), telemetry: createTelemetry() });
  const database = await openConfiguredDatabase(config);
  try {
    const queue = await openQueue(database, () => io.stderr('cardhook: the queue was disturbed'));
    try {
      const { found, enqueued } = await backfillEcgs(
        { tenant: tenant.name, since, until, dryRun: values['dry-run'], again: values.again },
        {
          server: servers.forCardhook(tenant),
          cursors: createArrivalCursors(database),
          queue,
          forgetDone: async (jobs) => {
            await queue.records.forgetDone(jobs.flatMap((job) => jobId(job) ?? []));
          },
          room: async () => {
            while ((await queue.records.backlog()).waiting > pace) await wait(LOOK_MS);
          },
          onDay: ({ day, ...sums }) =>
            io.stdout(`${day.toISOString().slice(0, 10)}: ${sums.found} found, ${sums.enqueued} new in the queue`),
        },
      );
      io.stdout(values['dry-run'] ? `${found} ECGs` : `${enqueued} of ${found} ECGs are new in the queue`);
      return 0;
    } finally {
      await queue.close();
    }
  } finally {
    await database.close();
  }
}

function dayOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN);
  // A day that is none, as the 30th of February, would be another.
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(text))
    throw new EcgError('SOURCE_INVALID', `'${text}' is no day; write 2026-03-10`);
  return date;
}
