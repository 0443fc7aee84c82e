import type { Manifest } from '../model/manifest.ts';
import type { BootstrapOptions, Interval } from './bootstrap.ts';
import { type Evaluation, MIN_CASES, type TargetCounts, type TargetEvaluation } from './evaluate-cases.ts';

/** What `cardhook evaluate` says; printed as it is by `--json`. */
export interface EvaluationReport extends Evaluation {
  readonly model: Pick<Manifest, 'name' | 'version' | 'title' | 'trust' | 'notice'> & {
    readonly thresholdBasis: Manifest['thresholds']['basis'];
  };
  readonly found: number;
  /** Records evaluated, by source. */
  readonly evaluated: Readonly<Record<string, number>>;
  readonly excluded: readonly ExcludedRecords[];
  /** Records that could not be read or scored, and why. */
  readonly failed: readonly { readonly record: string; readonly code: string; readonly message: string }[];
  readonly bootstrap: BootstrapOptions;
}

/** Records that were left out for one reason. */
export interface ExcludedRecords {
  readonly reason: string;
  readonly records: readonly string[];
}

const RECORDS_SHOWN = 10;

/** The report as Markdown, line by line. */
export function markdownReport(report: EvaluationReport): readonly string[] {
  const { model, tested, notTestable, notReported } = report;
  const notice = model.notice === undefined ? [] : [`**${cell(model.notice)}**`, ''];
  return [
    `# ${cell(model.title)} (${model.name} ${cell(model.version)})`,
    '',
    ...notice,
    `Trust: ${model.trust}; thresholds: ${model.thresholdBasis}.`,
    '',
    macroSentence(report),
    '',
    ...recordTable(report),
    ...resultTable(
      'label',
      tested.filter(({ isUnion }) => !isUnion),
    ),
    ...resultTable(
      'any of several labels',
      tested.filter(({ isUnion }) => isUnion),
    ),
    ...countList(`Not testable, with fewer than ${MIN_CASES} positive or negative cases (positive cases)`, notTestable),
    ...countList('In the references, but not reported by the model (positive cases)', notReported),
    ...notes(report.bootstrap),
  ];
}

function macroSentence({ macro, found, evaluated }: EvaluationReport): string {
  const count = Object.values(evaluated).reduce((sum, number) => sum + number, 0);
  const claim =
    macro === undefined
      ? 'No label has enough cases: nothing is claimed'
      : `Macro AUROC **${withInterval(macro)}** over ${macro.labelCount} labels`;
  return `${claim}; ${count} of ${found} records evaluated.`;
}

function recordTable({ evaluated, excluded, failed }: EvaluationReport): readonly string[] {
  return [
    '| records | number | which |',
    '| --- | ---: | --- |',
    ...Object.entries(evaluated).map(([source, count]) => row([source, String(count), 'evaluated'])),
    ...excluded.map(({ reason, records }) => row([`left out: ${reason}`, String(records.length), listed(records)])),
    ...failed.map(({ record, code, message }) => row([`failed: ${message} (${code})`, '1', record])),
    '',
  ];
}

function resultTable(title: string, tested: readonly TargetEvaluation[]): readonly string[] {
  if (tested.length === 0) return [];
  return [
    `| ${title} | + | − | open | AUROC (95 %) | AP | prevalence | sensitivity | specificity | PPV |`,
    `| --- |${' ---: |'.repeat(9)}`,
    ...tested.map(resultRow),
    '',
  ];
}

function resultRow(target: TargetEvaluation): string {
  const { name, positives, negatives, leftOut, truePositives, falsePositives } = target;
  return row([
    name,
    ...[positives, negatives, leftOut].map(String),
    withInterval(target),
    target.averagePrecision.toFixed(3),
    share(positives, positives + negatives),
    share(truePositives, positives),
    share(negatives - falsePositives, negatives),
    share(truePositives, truePositives + falsePositives),
  ]);
}

function countList(title: string, counts: readonly TargetCounts[]): readonly string[] {
  if (counts.length === 0) return [];
  return [`${title}: ${counts.map(({ name, positives }) => `${name} (${positives})`).join('; ')}.`, ''];
}

function notes({ replicates, seed }: BootstrapOptions): readonly string[] {
  return [
    'References are read by `mappings/ecgfounder-reference-labels.json`; cases they leave open are not counted.',
    `Intervals are percentiles of ${replicates} bootstrap draws (seed ${seed}) of patients, or of records where no patient is stated;`,
    'one of 1.000 to 1.000 means that no case was misranked, not that none will be.',
    'Sensitivity, specificity and PPV are at the thresholds of the model, before any rule of the label logic;',
    'PPV holds for the prevalence of these records.',
  ];
}

function withInterval({
  auroc,
  interval,
}: {
  readonly auroc: number;
  readonly interval: Interval | undefined;
}): string {
  const range = interval === undefined ? '' : ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`;
  return `${auroc.toFixed(3)}${range}`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(2);
}

function listed(records: readonly string[]): string {
  const more = records.length > RECORDS_SHOWN ? ` and ${records.length - RECORDS_SHOWN} more` : '';
  return `${records.slice(0, RECORDS_SHOWN).join(', ')}${more}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** Names come from disk and must not end a cell or a line. */
function cell(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replaceAll('|', '\\|');
}
