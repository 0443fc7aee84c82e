import { independentLeads } from '../ecg/independent-leads.ts';
import { isMeasured } from '../measurement/measurement.ts';
import type { ReadEcg } from './serial-comparison.ts';
import { SERIAL_RULES } from './serial-rules.ts';

/** Why two ECGs of one patient cannot be compared, before either is read; undefined where nothing speaks against it. */
export function signalsDiffer(previous: Pick<ReadEcg, 'ecg'>, present: Pick<ReadEcg, 'ecg'>): string | undefined {
  const named = ({ ecg }: Pick<ReadEcg, 'ecg'>) => independentLeads(ecg.leads).map(({ lead }) => lead);
  return named(previous).join() === named(present).join() ? undefined : 'the leads differ';
}

/** Why two ECGs of one patient cannot be compared, once both are read; undefined where nothing speaks against it. */
export function notComparable(previous: ReadEcg, present: ReadEcg, ageYears: number | undefined): string | undefined {
  const { labels, ageBelowYears, recording, leads } = SERIAL_RULES.notComparable;
  if (ageYears !== undefined && ageYears < ageBelowYears) return 'the limits are those of adults';
  for (const [read, whose] of [
    [previous, 'the previous ECG'],
    [present, 'the present ECG'],
  ] as const) {
    if (read.measurements.isPaced) return `${whose} is paced`;
    if (!isMeasured(read.measurements.ventricularRate)) return `${whose} could not be measured`;
    const defects: readonly string[] = [...read.quality.recording, ...read.quality.defects.map(({ kind }) => kind)];
    const faulty = [...recording, ...leads].find(({ defect }) => defects.includes(defect));
    if (faulty !== undefined) return `${whose} ${faulty.reason}`;
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
