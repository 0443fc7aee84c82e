import type { JobResult, JobWithMetadata } from 'pg-boss';
import type { Logger } from 'pino';
import { type EcgJob, ecgJobSchema } from '../../arrivals/ecg-job.ts';
import { EcgError, type EcgErrorCode } from '../../errors.ts';
import { stackFrames } from '../http/stack-frames.ts';
import type { OpenQueue } from './ecg-queue.ts';
import { QUEUE } from './queue-name.ts';

/** What became of a job, as it is kept with it. `flagged` waits for a human. */
export interface JobOutcome {
  readonly outcome: 'written' | 'unchanged' | 'skipped' | 'flagged' | 'noticed';
  readonly code?: EcgErrorCode;
  readonly reason?: string;
}

export interface EcgWorkerOptions {
  /** Jobs of this process at a time. */
  readonly concurrency: number;
  /** Jobs of one tenant at a time, over all processes. */
  readonly perTenant: number;
  /** Does one job. @throws EcgError for what may be tried again. */
  readonly perform: (job: EcgJob) => Promise<JobOutcome>;
  readonly log: Logger;
}

/** Where NOTIFY wakes the workers, searching is for retries that have become due. */
const POLLING = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 } as const;

/** What passes by itself, sooner or later; anything else gets a few tries. */
const TRANSIENT: ReadonlySet<EcgErrorCode> = new Set([
  'FHIR_UNAVAILABLE',
  'WRITE_REFUSED',
  'STORE_UNAVAILABLE',
  'MODEL_UNAVAILABLE',
  'OVERLOADED',
]);
/** Refusals of a FHIR server that pass: credentials, timeouts, conflicts, load. */
const TRANSIENT_REFUSALS: ReadonlySet<number> = new Set([401, 403, 408, 409, 412, 423, 425, 429]);
const FEW_TRIES = 5;

/** Works through the queue until it is closed. */
export async function startEcgWorkers(queue: OpenQueue, options: EcgWorkerOptions): Promise<void> {
  for (let count = 0; count < options.concurrency; count += 1) await startEcgWorker(queue, options);
}

async function startEcgWorker({ boss }: OpenQueue, { perTenant, perform, log }: EcgWorkerOptions): Promise<void> {
  let worker = '';
  const work = { ...POLLING, perJobResults: true, includeMetadata: true, groupConcurrency: perTenant } as const;
  worker = await boss.work(QUEUE, work, async (jobs: JobWithMetadata<unknown>[]) => {
    const results: JobResult[] = [];
    for (const job of jobs) results.push(await settle(job));
    // One after the other while there are any.
    boss.notifyWorker(worker);
    return results;
  });

  async function settle(job: JobWithMetadata<unknown>): Promise<JobResult> {
    const { id, retryCount } = job;
    const started = performance.now();
    const note = (fields: object) =>
      log.info({ job: id, tries: retryCount + 1, ms: Math.round(performance.now() - started), ...fields });
    try {
      const parsed = ecgJobSchema.parse(job.data);
      const output = await perform(parsed);
      note({ tenant: parsed.tenant, ...output });
      if (isNotThereYet(output, retryCount)) return { id, status: 'failed', output };
      return { id, status: output.outcome === 'flagged' ? 'deadletter' : 'completed', output };
    } catch (error) {
      const output = toOutput(error);
      const isGivenUp = retryCount + 1 >= (isTransient(error) ? job.retryLimit : FEW_TRIES);
      note({ outcome: isGivenUp ? 'flagged' : 'failed', ...output, ...unforeseen(error) });
      if (isGivenUp) return { id, status: 'deadletter', output: { outcome: 'flagged', ...output } };
      if (error instanceof EcgError && error.retryAfterMs !== undefined)
        await postpone(job, output, error.retryAfterMs);
      return { id, status: 'failed', output };
    }
  }

  /** Later than the queue's own delay; the result that follows then finds the job settled and changes nothing. */
  async function postpone({ id, retryCount }: JobWithMetadata<unknown>, output: object, ms: number): Promise<void> {
    await boss.fail(QUEUE, { id, retryCount }, output);
    await boss.update(QUEUE, undefined, { id, startAfter: Math.ceil(ms / 1_000) });
  }
}

/** A notice may arrive before what it is of can be read. */
function isNotThereYet({ code }: JobOutcome, retryCount: number): boolean {
  return code === 'NOT_FOUND' && retryCount + 1 < FEW_TRIES;
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof EcgError) || !TRANSIENT.has(error.code)) return false;
  const { httpStatus = 500 } = error;
  return httpStatus >= 500 || TRANSIENT_REFUSALS.has(httpStatus);
}

function toOutput(error: unknown): { readonly code: EcgErrorCode; readonly reason: string } {
  if (error instanceof EcgError) return { code: error.code, reason: error.message };
  return { code: 'INTERNAL', reason: 'internal error' };
}

function unforeseen(error: unknown) {
  return error instanceof EcgError ? {} : { err: stackFrames(error) };
}
