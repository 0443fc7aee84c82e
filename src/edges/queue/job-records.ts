import { type RawBuilder, sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { ecgJobSchema } from '../../arrivals/ecg-job.ts';
import type { Database } from '../store/open-database.ts';
import { storing } from '../store/storing.ts';
import { QUEUE } from './queue-name.ts';

/** `waiting`: to be tried at once or at its time; `flagged`: given up, for a human to look at. */
export const JOB_STATES = ['waiting', 'active', 'done', 'flagged'] as const;
export type JobState = (typeof JOB_STATES)[number];

const recordSchema = z.object({
  id: z.string(),
  state: z.enum(JOB_STATES),
  data: ecgJobSchema,
  /** What became of it, or why the last try failed. */
  output: z.unknown(),
  /** How often it was tried again. */
  retries: z.int(),
  createdOn: z.date(),
  nextOn: z.date(),
  endedOn: z.date().nullable(),
});
export type JobRecord = z.infer<typeof recordSchema>;

const backlogSchema = z.object({
  waiting: z.int(),
  active: z.int(),
  done: z.int(),
  flagged: z.int(),
  /** How long the oldest job that waits has waited. */
  oldestSeconds: z.number().nullable(),
  doneLastMinute: z.int(),
  /** Took more than one try, so far. */
  retried: z.int(),
});
export type Backlog = z.infer<typeof backlogSchema>;

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly tenant?: string | undefined;
  readonly limit: number;
}

/** The jobs on record, for people. Every member may throw EcgError STORE_UNAVAILABLE. */
export interface JobRecords {
  /** Newest first. */
  list(filter: JobFilter): Promise<readonly JobRecord[]>;
  find(id: string): Promise<JobRecord | undefined>;
  backlog(): Promise<Backlog>;
  /** Tries jobs again that were flagged, at once. @returns how many there were. */
  retry(ids: readonly string[]): Promise<number>;
  /** Deletes jobs that are not under way. @returns how many there were. */
  drop(ids: readonly string[]): Promise<number>;
  /** Deletes jobs that are done, and no others. @returns how many there were. */
  forgetDone(ids: readonly string[]): Promise<number>;
  /** Returns all jobs under way to the queue: for when nobody can be working on them. */
  releaseActive(): Promise<void>;
}

const RECORD = sql`
  select id::text as id, data, output, retry_count as retries, created_on as "createdOn", start_after as "nextOn",
    completed_on as "endedOn",
    case state::text when 'created' then 'waiting' when 'retry' then 'waiting' when 'active' then 'active'
      when 'failed' then 'flagged' else 'done' end as state
  from pgboss.job where name = ${sql.lit(QUEUE)}`;

export function createJobRecords({ db }: Database, boss: PgBoss): JobRecords {
  const deleteJobs = (ids: readonly string[], where: RawBuilder<unknown>) =>
    storing(async () => {
      const { numAffectedRows } = await sql`
        delete from pgboss.job where name = ${QUEUE} and id::text = any(${[...ids]}) and ${where}`.execute(db);
      return Number(numAffectedRows ?? 0);
    });
  return {
    list: ({ state, tenant, limit }) =>
      storing(async () => {
        const { rows } = await sql`
          select * from (${RECORD}) as record
          where (${state ?? null}::text is null or state = ${state ?? null})
            and (${tenant ?? null}::text is null or data->>'tenant' = ${tenant ?? null})
          order by "createdOn" desc, id limit ${limit}`.execute(db);
        return z.array(recordSchema).parse(rows);
      }),
    find: (id) =>
      storing(async () => {
        const { rows } = await sql`${RECORD} and id::text = ${id}`.execute(db);
        return z.array(recordSchema).parse(rows)[0];
      }),
    backlog: () =>
      storing(async () => {
        const { rows } = await sql`
          select count(*) filter (where state = 'waiting')::int as waiting,
            count(*) filter (where state = 'active')::int as active,
            count(*) filter (where state = 'done')::int as done,
            count(*) filter (where state = 'flagged')::int as flagged,
            extract(epoch from now() - min("createdOn") filter (where state = 'waiting'))::float8 as "oldestSeconds",
            count(*) filter (where state = 'done' and "endedOn" > now() - interval '1 minute')::int as "doneLastMinute",
            count(*) filter (where retries > 0)::int as retried
          from (${RECORD}) as record`.execute(db);
        return backlogSchema.parse(rows[0]);
      }),
    retry: (ids) =>
      storing(async () => {
        const { rows } = await sql<{ id: string }>`
          select id from (${RECORD}) as record where state = 'flagged' and id = any(${[...ids]})`.execute(db);
        if (rows.length > 0)
          await boss.retry(
            QUEUE,
            rows.map(({ id }) => id),
          );
        return rows.length;
      }),
    drop: (ids) => deleteJobs(ids, sql`state <> 'active'`),
    forgetDone: (ids) => deleteJobs(ids, sql`state = 'completed'`),
    releaseActive: () =>
      storing(async () => {
        const { rows } = await sql<{ id: string }>`
          select id::text as id from pgboss.job where name = ${QUEUE} and state = 'active'`.execute(db);
        if (rows.length > 0)
          await boss.fail(
            QUEUE,
            rows.map(({ id }) => id),
            { reason: 'the process was cut off' },
          );
      }),
  };
}
