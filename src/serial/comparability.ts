import { independentLeads } from '../ecg/independent-leads.ts';
import { isMeasured } from '../measurement/measurement.ts';
import type { ReadEcg } from './serial-comparison.ts';
import { SERIAL_RULES } from './serial-rules.ts';

/** Why two ECGs of one patient cannot be compared, seen from their signals alone; undefined where nothing speaks against it. */
export function signalsDiffer(previous: Pick<ReadEcg, 'ecg'>, present: Pick<ReadEcg, 'ecg'>): string | undefined {
  const named = ({ ecg }: Pick<ReadEcg, 'ecg'>) => independentLeads(ecg.leads).map(({ lead }) => lead);
  if (named(previous).join() !== named(present).join()) return 'the leads differ';
  const isUncalibrated = ({ ecg }: Pick<ReadEcg, 'ecg'>) =>
    ecg.warnings.some(({ code }) => code === 'AMPLITUDE_IMPLAUSIBLE');
  if (isUncalibrated(previous)) return 'the amplitude of the previous ECG is not that of an ECG in mV';
  return isUncalibrated(present) ? 'the amplitude of the present ECG is not that of an ECG in mV' : undefined;
}

/** Why two ECGs of one patient cannot be compared, once both are read; undefined where nothing speaks against it. */
export function notComparable(previous: ReadEcg, present: ReadEcg, ageYears: number | undefined): string | undefined {
  const { labels, ageBelowYears } = SERIAL_RULES.notComparable;
  if (ageYears !== undefined && ageYears < ageBelowYears) return 'the limits are those of adults';
  for (const [read, whose] of [
    [previous, 'the previous ECG'],
    [present, 'the present ECG'],
  ] as const) {
    if (read.measurements.isPaced) return `${whose} is paced`;
    if (!isMeasured(read.measurements.ventricularRate)) return `${whose} could not be measured`;
    const found = labelsAbove(read);
    const forbidding = labels.find((rule) => rule.labels.some((label) => found.includes(label)));
    if (forbidding !== undefined) return `${whose} ${forbidding.reason}`;
  }
  return signalsDiffer(previous, present);
}

/** Also those that the label logic left out; none of a network with labels of its own. */
function labelsAbove({ interpretation, manifest }: ReadEcg): readonly number[] {
  if (manifest.labelSet !== 'ecgfounder') return [];
  return [...interpretation.findings, ...interpretation.suppressed].map(({ index }) => index);
}
