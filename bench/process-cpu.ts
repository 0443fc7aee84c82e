import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Processor time that a process has used so far in all its threads, in ms; NaN where there is no /proc. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await statOf(pid);
  return stat ? (await msPerTick()) * stat.ticks : Number.NaN;
}

/** The same with the processes it has started, also those that have ended: a PostgreSQL. */
export async function cpuMsWithChildren(pid: number): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = (await Promise.all(pids.map(statOf))).filter((stat) => stat?.pid === pid || stat?.parent === pid);
  const ticks = stats.reduce((sum, stat) => sum + (stat?.ticks ?? 0) + (stat?.endedTicks ?? 0), 0);
  return stats.length === 0 ? Number.NaN : (await msPerTick()) * ticks;
}

async function statOf(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // After the name in parentheses: state is field 3, ppid 4, utime 14, stime 15, those of ended children 16 and 17 (proc(5)).
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (field: number) => fields[field - 3] ?? 0;
  return { pid, parent: at(4), ticks: at(14) + at(15), endedTicks: at(16) + at(17) };
}

async function msPerTick(): Promise<number> {
  return 1_000 / Number((await promisify(execFile)('getconf', ['CLK_TCK'])).stdout);
}
