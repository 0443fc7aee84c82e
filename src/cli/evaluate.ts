import { parseArgs } from 'node:util';
import { EcgError } from '../errors.ts';
import { evaluateCases } from '../evaluation/evaluate-cases.ts';
import { type EvaluationReport, markdownReport } from '../evaluation/evaluation-report.ts';
import { ECGFOUNDER_REFERENCE } from '../evaluation/reference-table.ts';
import { scoreEcg } from '../interpret-ecg.ts';
import type { Manifest } from '../model/manifest.ts';
import { collectCases } from './collect-cases.ts';
import type { Io } from './console-io.ts';
import { findRecords } from './find-records.ts';
import { defaultModel, openNamedModels } from './open-named-models.ts';

export const USAGE = `usage: cardhook evaluate DIR [--model NAME] [--json] [--bootstrap N] [--seed N]

Scores the labelled WFDB records below DIR (with a labels.csv of PTB-XL or of the PhysioNet/CinC Challenges beside them,
or "# Dx:" in their headers) and compares with the labels, as mappings/ecgfounder-reference-labels.json reads them.

  --model NAME    a model of models/ (default: ecgfounder-12-lead, else the stand-in)
  --json          one document instead of Markdown
  --bootstrap N   draws for the 95 % intervals, 1000 unless given; 0 for none
  --seed N        of the draws, 1 unless given`;

/** Enough to keep the workers busy while the next records are read. */
const CONCURRENCY = 8;
const PROGRESS_STEP = 50;
const MAX_REPLICATES = 100_000;
const MAX_SEED = 2 ** 32 - 1;

/** `cardhook evaluate DIR`: how well a model agrees with references. Exit code 1 if no record could be evaluated. */
export async function runEvaluate(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      json: { type: 'boolean', default: false },
      bootstrap: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [directory, ...others] = positionals;
  const replicates = parseCount(values.bootstrap, MAX_REPLICATES);
  const seed = parseCount(values.seed, MAX_SEED);
  if (directory === undefined || others.length > 0 || replicates === undefined || seed === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const report = await evaluateDirectory(directory, values.model ?? (await defaultModel(12)), {
    bootstrap: { replicates, seed },
    io,
  });
  for (const line of values.json ? [JSON.stringify(report)] : markdownReport(report)) io.stdout(line);
  return Object.keys(report.evaluated).length === 0 ? 1 : 0;
}

async function evaluateDirectory(
  directory: string,
  modelName: string,
  { bootstrap, io }: { readonly bootstrap: EvaluationReport['bootstrap']; readonly io: Io },
): Promise<EvaluationReport> {
  const { records, missing } = await findRecords(directory);
  const models = await openNamedModels(modelName, io);
  try {
    const manifest = testableManifest(models.twelveLead?.manifest ?? models.singleLead?.manifest);
    const { cases, excluded, failed } = await collectCases(records, {
      table: ECGFOUNDER_REFERENCE,
      score: async (ecg) => (await scoreEcg(ecg, models)).scores,
      concurrency: CONCURRENCY,
      onProgress: (done) => {
        if (done % PROGRESS_STEP === 0) io.stderr(`cardhook evaluate: ${done} of ${records.length} records`);
      },
    });
    const bySource = Map.groupBy(cases, ({ source }) => source);
    const { name, version, title, trust, notice, thresholds } = manifest;
    return {
      model: {
        name,
        version,
        title,
        trust,
        thresholdBasis: thresholds.basis,
        ...(notice === undefined ? {} : { notice }),
      },
      found: records.length + missing.length,
      evaluated: Object.fromEntries([...bySource].map(([source, members]) => [source, members.length])),
      excluded:
        missing.length === 0 ? excluded : [...excluded, { reason: 'in labels.csv, but not there', records: missing }],
      failed,
      bootstrap,
      ...evaluateCases(cases, ECGFOUNDER_REFERENCE.targets, { manifest, bootstrap }),
    };
  } finally {
    await models.close();
  }
}

/** @throws EcgError CONFIG_INVALID for a model whose outputs are not the labels that references are read for. */
function testableManifest(manifest: Manifest | undefined): Manifest {
  if (manifest?.labelSet === 'ecgfounder') return manifest;
  throw new EcgError('CONFIG_INVALID', 'the model has labels of its own; references are read for those of ECGFounder');
}

function parseCount(text: string, greatest: number): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= greatest ? Number(text) : undefined;
}
