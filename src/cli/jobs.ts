import { parseArgs } from 'node:util';
import { type OpenQueue, openQueue } from '../edges/queue/ecg-queue.ts';
import {
  type Backlog,
  JOB_STATES,
  type JobFilter,
  type JobRecord,
  type JobRecords,
} from '../edges/queue/job-records.ts';
import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';
import { openConfiguredDatabase } from './open-configured-database.ts';
import { readConfig } from './read-config.ts';

export const USAGE = `usage: cardhook jobs list --config FILE [--state STATE] [--tenant NAME] [--limit N] [--json]
       cardhook jobs show ID --config FILE
       cardhook jobs retry ID... | --all --config FILE
       cardhook jobs drop ID... --config FILE

  list            how much there is to do, then the jobs, the newest first
  show            one job in JSON, with what became of it
  retry           tries flagged jobs again, at once; --all: every flagged one
  drop            deletes jobs that are not under way; an ECG that is noticed again makes a new one
  --state STATE   ${JOB_STATES.join(', ')}
  --limit N       at most so many jobs (50)

Beside a running service this needs PostgreSQL (DATABASE_URL): the embedded database is the service's alone; stop it first.
Jobs name ECGs: treat what is printed accordingly.`;

const DEFAULT_LIMIT = '50';
const MAX_LIMIT = 10_000;

/** `cardhook jobs`: the ECGs that are to be, or were, interpreted and written back. */
export async function runJobs(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      state: { type: 'string' },
      tenant: { type: 'string' },
      limit: { type: 'string', default: DEFAULT_LIMIT },
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
    },
  });
  const [action, ...ids] = positionals;
  const state = JOB_STATES.find((each) => each === values.state);
  const limit = Number(values.limit);
  const isWrong = {
    list: ids.length > 0 || (values.state !== undefined && state === undefined) || !(limit >= 1 && limit <= MAX_LIMIT),
    show: ids.length !== 1,
    retry: (ids.length === 0) === !values.all,
    drop: ids.length === 0,
  };
  if (values.config === undefined || action === undefined || !isAction(action, isWrong) || isWrong[action]) {
    io.stderr(USAGE);
    return 2;
  }
  const filter = { state, tenant: values.tenant, limit };
  return await withQueue(values.config, io, async ({ records }) => {
    if (action === 'list') await list(records, filter, { io, json: values.json });
    else if (action === 'show') io.stdout(JSON.stringify(await jobOf(records, ids), null, 2));
    else if (action === 'drop') io.stdout(`${await records.drop(ids)} dropped`);
    else {
      const flagged = values.all ? await records.list({ state: 'flagged', limit: MAX_LIMIT }) : [];
      const count = await records.retry(values.all ? flagged.map(({ id }) => id) : ids);
      io.stdout(`${count} to be tried again`);
    }
    return 0;
  });
}

async function list(
  records: JobRecords,
  filter: JobFilter,
  { io, json }: { readonly io: Io; readonly json: boolean },
): Promise<void> {
  const jobs = await records.list(filter);
  if (!json) io.stdout(backlogLine(await records.backlog()));
  for (const job of jobs) io.stdout(json ? JSON.stringify(job) : jobLine(job));
}

async function jobOf(records: JobRecords, [id = '']: readonly string[]): Promise<JobRecord> {
  const job = await records.find(id);
  if (job === undefined) throw new EcgError('NOT_FOUND', 'there is no job of this id');
  return job;
}

async function withQueue(path: string, io: Io, use: (queue: OpenQueue) => Promise<number>): Promise<number> {
  const database = await openConfiguredDatabase(await readConfig(path));
  try {
    const queue = await openQueue(database, () => io.stderr('cardhook: the queue was disturbed'));
    try {
      return await use(queue);
    } finally {
      await queue.close();
    }
  } finally {
    await database.close();
  }
}

function isAction<T extends object>(name: string, actions: T): name is Extract<keyof T, string> {
  return Object.hasOwn(actions, name);
}

/** "12 waiting, the oldest for 34 s (about 3 s to go), 4 active, 1200 done, 2 flagged" */
function backlogLine({ waiting, active, done, flagged, oldestSeconds, doneLastMinute }: Backlog): string {
  const oldest = oldestSeconds === null ? '' : `, the oldest for ${Math.round(oldestSeconds)} s`;
  const eta =
    waiting === 0 || doneLastMinute === 0 ? '' : ` (about ${Math.ceil((waiting / doneLastMinute) * 60)} s to go)`;
  return `${waiting} waiting${oldest}${eta}, ${active} active, ${done} done, ${flagged} flagged`;
}

function jobLine({ id, state, data, output, retries, createdOn }: JobRecord): string {
  const { outcome, code, reason } = { outcome: undefined, code: undefined, reason: undefined, ...(output ?? {}) };
  const became = [outcome === state ? undefined : outcome, code, reason].filter((part) => part !== undefined).join(' ');
  const fields = [id, createdOn.toISOString(), state, data.tenant, data.reference, `${retries + 1} tries`, became];
  return fields.filter((field) => field !== '').join('  ');
}
