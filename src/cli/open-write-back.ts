import type { Logger } from 'pino';
import type { EcgJob, EcgQueue } from '../arrivals/ecg-job.ts';
import { ecgSubscriptions, subscribe, topicSubscription } from '../arrivals/ecg-subscriptions.ts';
import { pollEcgs } from '../arrivals/poll-ecgs.ts';
import { withStoredVersion } from '../arrivals/stored-version.ts';
import { takeNotification } from '../arrivals/take-notification.ts';
import { type Config, isNotified, isWrittenBack, type Tenant } from '../config.ts';
import { stackFrames } from '../edges/http/stack-frames.ts';
import { openQueue } from '../edges/queue/ecg-queue.ts';
import { type JobOutcome, startEcgWorkers } from '../edges/queue/ecg-worker.ts';
import type { JobRecords } from '../edges/queue/job-records.ts';
import { startSweeps } from '../edges/queue/sweeps.ts';
import type { Database } from '../edges/store/open-database.ts';
import { createArrivalCursors } from '../edges/store/sql-arrival-cursors.ts';
import { createEventLog, type SubscriptionSilence } from '../edges/store/sql-event-log.ts';
import { codeOf } from '../edges/store/storing.ts';
import { type Accounts, accountedWriteBack } from '../edges/telemetry/accounted-write-back.ts';
import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { createFormMemory } from '../write-back/form-memory.ts';
import type { WriteBackDeps } from '../write-back/interpret-and-write.ts';

/** What a process does: answer over HTTP, work through the queue, or both. */
export const ROLES = ['all', 'http', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export interface WriteBackOptions extends Pick<WriteBackDeps, 'models' | 'readings' | 'guard' | 'renderPdf'> {
  readonly config: Config;
  readonly database: Database;
  /** A tenant's FHIR server as Cardhook itself, nobody's token at hand. */
  readonly openFhirServer: (tenant: Tenant) => FhirServer;
  readonly accounts: Accounts;
  readonly log: Logger;
}

/** Reports without anyone asking. */
export interface WriteBack {
  readonly queue: EcgQueue;
  readonly records: JobRecords;
  readonly silences: () => Promise<readonly SubscriptionSilence[]>;
  /** A notification of a tenant's FHIR server; when this returns, what it is about is on record. */
  readonly takeNotification: (tenant: Tenant, body: unknown) => Promise<void>;
  /** Begins to work through the queue and to search for new ECGs. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the queue, and puts together what fills it and what works through it. Nothing where no tenant has a trigger.
 * @throws EcgError STORE_UNAVAILABLE.
 */
export async function openWriteBack(options: WriteBackOptions): Promise<WriteBack | undefined> {
  const { config, database, openFhirServer, log } = options;
  if (!config.tenants.some(isWrittenBack)) return undefined;
  const queue = await openQueue(database, (error) =>
    log.warn({ code: codeOf(error), err: stackFrames(error) }, 'the queue was disturbed'),
  );
  const cursors = createArrivalCursors(database);
  const events = createEventLog(database);
  const sweep = async (tenant: Tenant) => {
    const found = await pollEcgs(tenant, { server: openFhirServer(tenant), cursors, queue, now: new Date() });
    if (found > 0) log.info({ tenant: tenant.name, found }, 'new ECGs found by search');
  };
  const formMemory = createFormMemory();
  let endSweeps = async () => {};
  return {
    queue,
    records: queue.records,
    silences: events.silences,
    takeNotification: (tenant, body) => {
      const server = openFhirServer(tenant);
      return takeNotification(tenant.name, body, { queue, events, server, sweep: () => sweep(tenant) });
    },
    start: async () => {
      const perform = (job: EcgJob) => performJob(job, queue, { ...options, formMemory });
      await startEcgWorkers(queue, { ...config.jobs, perform, log });
      const keepUp = async (tenant: Tenant) => {
        await keepSubscribed(tenant, options);
        await sweep(tenant);
      };
      endSweeps = startSweeps({ tenants: config.tenants, sweep: keepUp, log });
    },
    close: async () => {
      await endSweeps();
      await queue.close();
    },
  };
}

/** A server that lets nobody subscribe is searched all the same; an operator may subscribe by hand. */
async function keepSubscribed(tenant: Tenant, { config, openFhirServer, log }: WriteBackOptions): Promise<void> {
  const { secret, topic, topicFilters } = tenant.writeBack;
  if (!isNotified(tenant) || secret === undefined) return;
  const target = { endpoint: `${config.publicUrl}/notifications/${tenant.name}`, secret };
  const wanted = topic === undefined ? ecgSubscriptions(target) : [topicSubscription(topic, topicFilters, target)];
  try {
    const count = await subscribe(wanted, openFhirServer(tenant));
    if (count > 0) log.info({ tenant: tenant.name, count }, 'subscribed to new ECGs');
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    log.warn({ tenant: tenant.name, code: error.code, reason: error.message }, 'could not subscribe to new ECGs');
  }
}

type JobOptions = WriteBackOptions & Pick<WriteBackDeps, 'formMemory'>;

async function performJob(job: EcgJob, queue: EcgQueue, options: JobOptions): Promise<JobOutcome> {
  const { config, openFhirServer, accounts, ...rest } = options;
  const tenant = config.tenants.find(({ name }) => name === job.tenant);
  if (!tenant) throw new EcgError('CONFIG_INVALID', 'the tenant of the job is no longer configured');
  const server = openFhirServer(tenant);
  if (job.versionId === undefined) {
    await queue.enqueue([await withStoredVersion(job, server)]);
    return { outcome: 'noticed' };
  }
  const result = await accountedWriteBack(
    { tenant, reference: job.reference, action: 'write-back' },
    { ...rest, server, now: new Date() },
    accounts,
  );
  const { outcome } = result;
  if (outcome === 'written') return { outcome, ...(result.remark === undefined ? {} : { reason: result.remark }) };
  return { outcome, reason: result.reason, ...('code' in result ? { code: result.code } : {}) };
}
