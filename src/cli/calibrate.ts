import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { calibrateLabels, type FittedLabel } from '../calibration/calibrate-labels.ts';
import { type CalibrationReport, calibrationMarkdown } from '../calibration/calibration-report.ts';
import { reliabilityDiagram } from '../calibration/reliability-diagram.ts';
import { writeCalibration } from '../edges/calibration-files/calibration-file.ts';
import { EcgError } from '../errors.ts';
import { ECGFOUNDER_REFERENCE } from '../evaluation/reference-table.ts';
import type { Manifest } from '../model/manifest.ts';
import { type CalibrationTarget, calibrationModel, targetSchema } from '../model/site-calibration.ts';
import { PIPELINE_VERSION } from '../pipeline-version.ts';
import { type CalibrationCases, casesInDirectory, casesOnServer, type ServerQuery } from './calibration-cases.ts';
import type { Io } from './console-io.ts';
import { readPrivateKey } from './open-calibrations.ts';
import { defaultModel, openNamedModels } from './open-named-models.ts';

export const USAGE = `usage: cardhook calibrate DIR --tenant NAME --target MEASURE=SHARE [--model NAME]
           [--key FILE --out FILE] [--svg FILE] [--json]
       cardhook calibrate --config FILE --tenant NAME --target MEASURE=SHARE [--query SEARCH] [--limit N] ...

Fits a probability (Platt scaling) and a threshold to every label that labelled ECGs of a site decide often enough, shows
before and after by cross-validation, and writes a signed file for "calibrations" of that tenant (docs/calibration.md).
The ECGs are the labelled records below DIR, as cardhook evaluate reads them, or those that signed reports on the tenant's
FHIR server are about. Nothing is written without --key and --out.

  --tenant NAME   whose site it is
  --target T      what every threshold keeps, with the lower end of its 95 % interval: specificity=0.95,
                  sensitivity=0.9 or ppv=0.5
  --model NAME    a model of models/ (default: ecgfounder-12-lead, else the stand-in)
  --query SEARCH  DiagnosticReports whose signed ones are used (by default all on ECGs, of whatever date)
  --limit N       reports at most, 10000 unless given
  --key FILE      the private key that signs: cardhook keys new --algorithm Ed25519 --out FILE
  --out FILE      the calibration; its signature goes to FILE.jws
  --svg FILE      reliability diagrams
  --json          the report as one document instead of Markdown`;

const DEFAULT_LIMIT = '10000';
const MAX_LIMIT = 200_000;

interface CalibrateOptions {
  readonly tenant: string;
  readonly target: CalibrationTarget;
  readonly model: string;
}

/** `cardhook calibrate`: thresholds and probabilities for one site. Exit code 1 if no label could be calibrated. */
export async function runCalibrate(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      target: { type: 'string' },
      model: { type: 'string' },
      config: { type: 'string' },
      query: { type: 'string' },
      limit: { type: 'string', default: DEFAULT_LIMIT },
      key: { type: 'string' },
      out: { type: 'string' },
      svg: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [directory, ...more] = positionals;
  const { tenant, config, query, key, out } = values;
  const target = parseTarget(values.target);
  const limit = /^[1-9]\d{0,5}$/.test(values.limit) ? Number(values.limit) : MAX_LIMIT + 1;
  const isOneSource = (directory === undefined) !== (config === undefined) && more.length === 0;
  const isWellSigned = (key === undefined) === (out === undefined);
  if (tenant === undefined || !target || !isOneSource || !isWellSigned || limit > MAX_LIMIT) {
    io.stderr(USAGE);
    return 2;
  }
  // Before the work of hours: a key that is none would lose it.
  const signer = key === undefined ? undefined : await readPrivateKey(key);
  const source = config === undefined ? (directory ?? '') : { config, tenant, query, limit };
  const options = { tenant, target, model: values.model ?? (await defaultModel(12)) };
  const { labels, ...report } = await calibrate(source, options, io);
  for (const line of values.json ? [JSON.stringify(report)] : calibrationMarkdown(report)) io.stdout(line);
  if (labels.length === 0) return 1;
  if (values.svg !== undefined) {
    const { model, version } = report.calibration;
    const title = `Reliability of ${model.name} ${model.version} for ${tenant}, calibration ${version}`;
    await writeFile(values.svg, reliabilityDiagram(labels, title));
  }
  if (signer !== undefined && out !== undefined) {
    await writeCalibration(out, { ...report.calibration, labels: [...report.calibration.labels] }, signer);
    io.stderr(`cardhook calibrate: ${out} and ${out}.jws written, signed with key ${signer.kid}`);
  }
  return 0;
}

async function calibrate(
  source: string | ServerQuery,
  { tenant, target, model }: CalibrateOptions,
  io: Io,
): Promise<CalibrationReport & { readonly labels: readonly FittedLabel[] }> {
  const models = await openNamedModels(model, io);
  try {
    const manifest = calibratableManifest(models.twelveLead?.manifest ?? models.singleLead?.manifest);
    const onProgress = (count: string) => io.stderr(`cardhook calibrate: ${count}`);
    const { cases, leftOut } =
      typeof source === 'string'
        ? await casesInDirectory(source, models, onProgress)
        : await casesOnServer(source, models, onProgress);
    if (cases.length === 0) throw new EcgError('NO_WAVEFORM', `no labelled ECG was found: ${reasons(leftOut)}`);
    const { labels, refused, unseen } = calibrateLabels(cases, ECGFOUNDER_REFERENCE.targets, { manifest, target });
    return {
      labels,
      unseen,
      leftOut,
      calibration: {
        format: 'cardhook-site-calibration-1',
        version: new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
        tenant,
        model: calibrationModel(manifest),
        pipelineVersion: PIPELINE_VERSION,
        target,
        data: {
          source: typeof source === 'string' ? 'labelled records' : 'signed reports',
          cases: cases.length,
          casesSha256: hashOf(cases),
        },
        labels: labels.map(({ binsBefore: _before, binsAfter: _after, ...label }) => label),
        refused,
      },
    };
  } finally {
    await models.close();
  }
}

/** Over identities, which are hashes themselves, in an order that does not depend on names. */
function hashOf(cases: CalibrationCases['cases']): string {
  const list = cases.map(({ identity }) => identity).sort();
  return createHash('sha256').update(list.join('\n')).digest('hex');
}

/** @throws EcgError CONFIG_INVALID for a model whose outputs are not the labels that references are read for. */
function calibratableManifest(manifest: Manifest | undefined): Manifest {
  if (manifest?.labelSet === 'ecgfounder') return manifest;
  throw new EcgError('CONFIG_INVALID', 'the model has labels of its own; references are read for those of ECGFounder');
}

function parseTarget(text: string | undefined): CalibrationTarget | undefined {
  const [measure, share] = text?.split('=') ?? [];
  return targetSchema.safeParse({ measure, atLeast: Number(share) }).data;
}

function reasons(leftOut: CalibrationReport['leftOut']): string {
  const all = Object.entries(leftOut).map(([reason, count]) => `${reason} (${count})`);
  return all.join('; ') || 'there is none';
}
