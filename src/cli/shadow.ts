import { parseArgs } from 'node:util';
import { createShadowCounts } from '../edges/store/sql-shadow-counts.ts';
import { cohensKappa } from '../shadow/agreement.ts';
import type { ShadowCount } from '../shadow/shadow-counts.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';
import type { Io } from './console-io.ts';
import { openConfiguredDatabase } from './open-configured-database.ts';
import { readConfig } from './read-config.ts';

export const USAGE = `usage: cardhook shadow --config FILE [--json]

How a model in the shadow (tenants[].shadow) agrees with the one that is shown, label by label: ECGs on which both, one or
none stated it, and Cohen's kappa with its 95 % interval. Labels that neither ever stated are left out of the table.

  --json   all labels, as JSON`;

/** `cardhook shadow`: agreement of models. */
export async function runShadow(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (values.config === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const database = await openConfiguredDatabase(await readConfig(values.config));
  try {
    const counts = await createShadowCounts(database).all();
    if (values.json) {
      const lines = counts.map((count) => ({ ...count, label: labelOf(count), kappa: cohensKappa(count) ?? null }));
      io.stdout(JSON.stringify({ lines }, null, 2));
    } else for (const line of agreementMarkdown(counts)) io.stdout(line);
    return 0;
  } finally {
    await database.close();
  }
}

/** One table for each tenant and pair of models. */
export function agreementMarkdown(counts: readonly ShadowCount[]): readonly string[] {
  if (counts.length === 0) return ['nothing was compared yet'];
  const pairs = Map.groupBy(
    counts,
    ({ tenant, shown, shadow }) => `## ${tenant}: ${shown} shown, ${shadow} in the shadow`,
  );
  return [...pairs].flatMap(([title, members]) => [
    title,
    '',
    '| label | ECGs | both | shown only | shadow only | neither | kappa (95 %) |',
    `| --- |${' ---: |'.repeat(6)}`,
    ...members.filter(({ both, shownOnly, shadowOnly }) => both + shownOnly + shadowOnly > 0).map(row),
    '',
  ]);
}

function row(count: ShadowCount): string {
  const { both, shownOnly, shadowOnly, neither } = count;
  const kappa = cohensKappa(count);
  const said =
    kappa === undefined
      ? '–'
      : `${kappa.value.toFixed(2)} (${kappa.interval.low.toFixed(2)} to ${kappa.interval.high.toFixed(2)})`;
  const cells = [both + shownOnly + shadowOnly + neither, both, shownOnly, shadowOnly, neither];
  return `| ${[labelOf(count), ...cells, said].join(' | ')} |`;
}

function labelOf({ output }: ShadowCount): string {
  return ECGFOUNDER.labels[output]?.label ?? `output ${output}`;
}
