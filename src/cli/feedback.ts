import { parseArgs } from 'node:util';
import { type FeedbackLine, feedbackReport, type Rate, type ReasonCount } from '../cds/feedback-report.ts';
import { createFeedbackCounts } from '../edges/store/sql-feedback-counts.ts';
import { SYSTEMS } from '../fhir/identity.ts';
import { findingText } from '../terminology/finding-text.ts';
import type { Io } from './console-io.ts';
import { dateOption } from './date-option.ts';
import { openConfiguredDatabase } from './open-configured-database.ts';
import { readConfig } from './read-config.ts';

export const USAGE = `usage: cardhook feedback --config FILE [--since DATE] [--json]

How often cards were accepted and overridden, and for which reasons, by service, rule and finding and by version of the model. Shares are of the
cards that came back with feedback, with 95 % intervals (Wilson); most cards are never answered.

  --since DATE   cards issued from then on (2026-03-10 or 2026-03-10T09:00:00Z)
  --json         as JSON`;

/** `cardhook feedback`: what became of the cards. */
export async function runFeedback(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, since: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (values.config === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const since = dateOption(values.since);
  const database = await openConfiguredDatabase(await readConfig(values.config));
  try {
    const lines = feedbackReport(await createFeedbackCounts(database).count(since), findingText);
    if (values.json) io.stdout(JSON.stringify({ lines }, null, 2));
    else for (const row of table(lines)) io.stdout(row);
    return 0;
  } finally {
    await database.close();
  }
}

function table(lines: readonly FeedbackLine[]): readonly string[] {
  if (lines.length === 0) return ['no cards were issued'];
  const rows = lines.map((line) => [
    line.subject,
    line.subject === 'service' ? line.name : `${line.service}: ${line.name}`,
    line.model ?? 'no model',
    `${line.shown} shown`,
    `${line.accepted} accepted${inPercent(line.acceptance)}`,
    `${line.overridden} overridden${inPercent(line.override)}${reasonsOf(line)}`,
  ]);
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** ": already-monitored 2, no reason 1"; a reason of the client's own with its system. */
function reasonsOf({ reasons, overridden }: FeedbackLine): string {
  if (overridden === 0) return '';
  const silent = overridden - reasons.reduce((sum, { count }) => sum + count, 0);
  const said = reasons.map((reason) => `${nameOf(reason)} ${reason.count}`);
  return `: ${[...said, ...(silent > 0 ? [`no reason ${silent}`] : [])].join(', ')}`;
}

function nameOf({ system, code }: ReasonCount): string {
  return system === SYSTEMS.overrideReason ? code : `${system}|${code}`;
}

function inPercent(rate: Rate | null): string {
  if (rate === null) return '';
  const percent = (share: number) => (100 * share).toFixed(0);
  return ` (${percent(rate.share)} %, ${percent(rate.low)} to ${percent(rate.high)} %)`;
}
