import { basename, dirname } from 'node:path';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import type { EvaluatedCase } from '../evaluation/evaluate-cases.ts';
import type { EvaluationReport } from '../evaluation/evaluation-report.ts';
import { type LabelledRecord, parseSnomedCodes } from '../evaluation/labelled-record.ts';
import { referenceStates, unfitReason } from '../evaluation/reference-states.ts';
import type { ReferenceTable } from '../evaluation/reference-table.ts';
import { commentValue } from '../formats/wfdb/comments.ts';
import type { WfdbEcg } from '../formats/wfdb/read-wfdb.ts';
import type { FoundRecord } from './find-records.ts';
import { readWfdbFile } from './read-wfdb-file.ts';

export interface CollectOptions {
  readonly table: ReferenceTable;
  /** @throws EcgError for a recording that cannot be scored. */
  readonly score: (ecg: WfdbEcg) => Promise<ArrayLike<number>>;
  /** Records that are scored at once. */
  readonly concurrency: number;
  /** Called with the number of records done so far. */
  readonly onProgress: (done: number) => void;
}

/** Every record is in one of them. */
export interface CollectedCases extends Pick<EvaluationReport, 'excluded' | 'failed'> {
  readonly cases: readonly IdentifiedCase[];
}

export interface IdentifiedCase extends EvaluatedCase {
  /** Of the tracing: a hash. */
  readonly identity: string;
}

interface ReadRecord {
  readonly name: string;
  readonly ecg: WfdbEcg;
  readonly labelled: LabelledRecord;
}
type Unused = { readonly excluded: string } | { readonly error: EcgError };
type Outcome = { readonly evaluated: IdentifiedCase } | Unused;

/**
 * Reads labelled records one after another, so that of several with the same signal the first is taken, and scores
 * them while it reads on. Cases are in the order of the records.
 */
export async function collectCases(records: readonly FoundRecord[], options: CollectOptions): Promise<CollectedCases> {
  const names = new Set(records.map(({ name }) => name));
  const nameOfSignal = new Map<string, string>();
  const running = new Set<Promise<Outcome>>();
  const outcomes: Promise<Outcome>[] = [];
  let done = 0;
  for (const record of records) {
    const isCopy = record.name.endsWith('_lr') && names.has(record.name.replace(/_lr$/, '_hr'));
    const read = isCopy ? { excluded: 'the 100 Hz copy of another record' } : await readRecord(record, options.table);
    const outcome = 'ecg' in read ? scoreOnce(read, nameOfSignal, options) : Promise.resolve(read);
    const settle = () => {
      running.delete(outcome);
      done += 1;
      options.onProgress(done);
    };
    outcomes.push(outcome);
    running.add(outcome);
    void outcome.then(settle, settle);
    if (running.size >= options.concurrency) await Promise.race(running);
  }
  return summarise(records, await Promise.all(outcomes));
}

async function readRecord(record: FoundRecord, table: ReferenceTable): Promise<ReadRecord | Unused> {
  try {
    const ecg = await readWfdbFile(record.file);
    const labelled = record.labelled ?? labelsInHeader(ecg, record);
    if (labelled === undefined) return { excluded: 'without a reference' };
    const unfit = unfitReason(labelled, table);
    return unfit === undefined ? { name: record.name, ecg, labelled } : { excluded: unfit };
  } catch (error) {
    return failure(error);
  }
}

/** The Challenges write their SNOMED CT codes into the header too. */
function labelsInHeader({ comments }: WfdbEcg, { name, file }: FoundRecord): LabelledRecord | undefined {
  const codes = commentValue(comments, 'Dx');
  if (codes === undefined) return undefined;
  const age = Number(commentValue(comments, 'Age') ?? Number.NaN);
  return {
    record: name,
    source: basename(dirname(file)),
    scheme: 'snomed-ct',
    statements: parseSnomedCodes(codes),
    ageYears: Number.isNaN(age) ? undefined : age,
  };
}

/** @param nameOfSignal of those seen so far: databases hold the same signal under several names. */
async function scoreOnce(
  { name, ecg, labelled }: ReadRecord,
  nameOfSignal: Map<string, string>,
  options: CollectOptions,
): Promise<Outcome> {
  const { recordedAt: _, ...timeless } = ecg;
  const signal = ecgIdentity(timeless, '');
  const same = nameOfSignal.get(signal);
  if (same !== undefined) return { excluded: `the signal of ${same} again` };
  nameOfSignal.set(signal, name);
  const { source, patient = `record ${name}` } = labelled;
  try {
    const scores = await options.score(ecg);
    const states = referenceStates(labelled, options.table);
    return { evaluated: { source, unit: patient, identity: signal, scores, states } };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): { readonly error: EcgError } {
  if (error instanceof EcgError) return { error };
  throw error;
}

function summarise(records: readonly FoundRecord[], outcomes: readonly Outcome[]): CollectedCases {
  const named = outcomes.map((outcome, index) => ({ outcome, record: records[index]?.name ?? '' }));
  const excluded = named.flatMap(({ outcome, record }) =>
    'excluded' in outcome ? [{ reason: outcome.excluded, record }] : [],
  );
  return {
    cases: outcomes.flatMap((outcome) => ('evaluated' in outcome ? [outcome.evaluated] : [])),
    excluded: [...Map.groupBy(excluded, ({ reason }) => reason)].map(([reason, members]) => ({
      reason,
      records: members.map(({ record }) => record),
    })),
    failed: named.flatMap(({ outcome, record }) =>
      'error' in outcome ? [{ record, code: outcome.error.code, message: outcome.error.message }] : [],
    ),
  };
}
