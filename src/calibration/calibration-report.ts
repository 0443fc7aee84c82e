import type { CalibratedLabel, Performance, SiteCalibration } from '../model/site-calibration.ts';
import { MIN_CASES } from './calibrate-labels.ts';

/** What `cardhook calibrate` says beside what goes into the file. */
export interface CalibrationReport {
  readonly calibration: Omit<SiteCalibration, 'labels'> & { readonly labels: readonly CalibratedLabel[] };
  readonly unseen: readonly string[];
  /** ECGs that were not used: reason and number. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** The report as Markdown, line by line. */
export function calibrationMarkdown({ calibration, unseen, leftOut }: CalibrationReport): readonly string[] {
  const { model, tenant, target, data, labels, refused, version } = calibration;
  return [
    `# Calibration ${version} of ${model.name} ${model.version} for ${tenant}`,
    '',
    `Target: ${target.measure} of at least ${target.atLeast}, with the lower end of its 95 % interval. ${data.cases} ECGs (${data.source}), SHA-256 of the case list ${data.casesSha256}.`,
    '',
    ...table(
      ['left out', 'ECGs'],
      Object.entries(leftOut).map(([reason, count]) => [reason, String(count)]),
    ),
    ...(labels.length === 0 ? ['**No label could be calibrated.**', ''] : labelTable(labels)),
    ...table(
      ['not calibrated', '+', '−', 'why'],
      refused.map(({ label, positives, negatives, reason }) => [label, String(positives), String(negatives), reason]),
    ),
    ...(unseen.length === 0
      ? []
      : [`Never found in the references: ${unseen.length} labels that the model reports.`, '']),
    'Before: the score as the model gives it, at the threshold it came with. After: five-fold cross-validation by patient,',
    'so that no ECG is judged by what was fitted on it. Intervals are 95 % (Wilson); Brier and ECE (ten bins of equal count)',
    `are better when smaller. A label needs ${MIN_CASES} positive and ${MIN_CASES} negative ECGs of different patients. Probabilities and PPV`,
    'hold for the prevalence of these ECGs. What was labelled by readers who saw the reading of a machine agrees with it',
    'more than independent readers would.',
  ];
}

function labelTable(labels: readonly CalibratedLabel[]): readonly string[] {
  const columns = ['label', '+', '−', '', 'threshold', 'Brier', 'ECE', 'sensitivity', 'specificity', 'PPV'];
  return table(
    columns,
    labels.flatMap(({ label, positives, negatives, threshold, before, after }) => [
      [label, String(positives), String(negatives), 'before', '', ...performanceCells(before)],
      ['', '', '', 'after', threshold.toFixed(3), ...performanceCells(after)],
    ]),
  );
}

/** Brier, ECE, sensitivity, specificity and PPV, the last three with their intervals. */
export function performanceCells({ brier, ece, sensitivity, specificity, ppv }: Performance): readonly string[] {
  const withInterval = (proportion: Performance['ppv']) =>
    proportion === undefined
      ? '–'
      : `${proportion.value.toFixed(2)} (${proportion.low.toFixed(2)} to ${proportion.high.toFixed(2)})`;
  return [brier.toFixed(4), ece.toFixed(4), ...[sensitivity, specificity, ppv].map(withInterval)];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line), ''];
}
