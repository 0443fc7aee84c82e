import { parseArgs } from 'node:util';
import type { Io } from './console-io.ts';

/** Every benchmark by name. Each runs all sides of its comparison in one go. */
const BENCHMARKS = {
  preprocess: () => import('../../bench/preprocess.ts'),
  measurement: () => import('../../bench/measurement.ts'),
  'signal-quality': () => import('../../bench/signal-quality.ts'),
  'cross-check': () => import('../../bench/cross-check.ts'),
  inference: () => import('../../bench/inference.ts'),
  'hook-latency': () => import('../../bench/hook-latency.ts'),
  'write-back': () => import('../../bench/write-back.ts'),
  viewer: () => import('../../bench/viewer.ts'),
  'alert-budget': () => import('../../bench/alert-budget.ts'),
} as const;

export const USAGE = `usage: cardhook bench [NAME…]

  NAME   ${Object.keys(BENCHMARKS).join(', ')}; all of them unless named`;

/** `cardhook bench [NAME…]`: all benchmarks, or those named. */
export async function runBench(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined) {
    io.stderr(`cardhook: no benchmark '${unknown}'\n\n${USAGE}`);
    return 2;
  }
  for (const [name, load] of Object.entries(BENCHMARKS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const { run } = await load();
    await run();
  }
  return 0;
}
