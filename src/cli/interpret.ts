import { parseArgs } from 'node:util';
import { durationSeconds, type Ecg } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import { interpretationBundle } from '../fhir/interpretation-bundle.ts';
import { ageInYears } from '../fhir/known-patient.ts';
import { type EcgReading, interpretEcg, type Models } from '../interpret-ecg.ts';
import { PIPELINE_VERSION } from '../pipeline-version.ts';
import type { Io } from './console-io.ts';
import { openNamedModels } from './open-named-models.ts';
import { readEcgFile } from './read-ecg-file.ts';

const USAGE = `usage: cardhook interpret FILE… [--model NAME] [--json | --fhir [--subject Patient/ID]]

  --model NAME    a model of models/ (default: ecgfounder-12-lead and -1-lead, else the stand-ins)
  --json          one document per ECG and line
  --fhir          the transaction Bundle that would be written back, one per ECG and line
  --subject REF   the patient of the report; else the one the file states`;

/** `cardhook interpret FILE…`: the whole pipeline on files. Exit code 1 if one of them gave no interpretation. */
export async function runInterpret(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      json: { type: 'boolean', default: false },
      fhir: { type: 'boolean', default: false },
      subject: { type: 'string' },
    },
  });
  if (positionals.length === 0 || (values.json && values.fhir)) {
    io.stderr(USAGE);
    return 2;
  }
  const models = await openNamedModels(values.model, io, 1);
  try {
    let exitCode = 0;
    for (const file of positionals) {
      let interpreted = 0;
      for (const found of await readEcgFile(file)) {
        const name = found.reference === undefined ? file : `${file}#${found.reference}`;
        try {
          if ('error' in found) throw found.error;
          const reading = await readAlone(found.ecg, models);
          const print = values.fhir ? fhirLines : values.json ? jsonLines : textLines;
          for (const line of print(name, reading, values.subject)) io.stdout(line);
          interpreted += 1;
        } catch (error) {
          printError(name, error, values.json ? io.stdout : undefined, io);
        }
      }
      if (interpreted === 0) exitCode = 1;
    }
    return exitCode;
  } finally {
    await models.close();
  }
}

async function readAlone(ecg: Ecg, models: Models): Promise<EcgReading> {
  return await interpretEcg(ecg, models, { ageYears: ageInYears(ecg.patient.birthDate, ecg.recordedAt) });
}

function textLines(name: string, { ecg, manifest, interpretation, notes }: EcgReading): readonly string[] {
  const findings = interpretation.findings.map(({ text, coding, score, threshold, tier }) => {
    const code = coding === undefined ? 'text only' : `SNOMED CT ${coding.code}`;
    return `  ${text}  (${code}; score ${score.toFixed(3)}, threshold ${threshold.toFixed(3)}, ${tier} confidence)`;
  });
  const remarks = [...interpretation.overReadReasons.map((reason) => `look at the tracing: ${reason}`), ...notes];
  return [
    name,
    `  ${interpretation.sentence}`,
    ...findings,
    ...[...remarks, ...ecg.warnings.map(({ message }) => message)].map((remark) => `  - ${remark}`),
    `  ${manifest.title} ${manifest.version}, trust: ${manifest.trust}, scores: ${manifest.thresholds.basis}`,
    ...(manifest.notice === undefined ? [] : [`  ${manifest.notice}`]),
    '  Preliminary machine reading; a finding that is not listed is not excluded.',
  ];
}

function jsonLines(file: string, { ecg, manifest, interpretation, notes }: EcgReading): readonly string[] {
  const { name, version, trust, notice, thresholds } = manifest;
  const document = {
    file,
    format: ecg.format,
    recordedAt: ecg.recordedAt,
    durationSeconds: durationSeconds(ecg),
    model: { name, version, trust, thresholdBasis: thresholds.basis, notice },
    ...interpretation,
    notes,
    warnings: ecg.warnings,
  };
  return [JSON.stringify(document)];
}

/** @throws EcgError PATIENT_MISMATCH where neither the caller nor the file names the patient. */
function fhirLines(_name: string, reading: EcgReading, wantedSubject: string | undefined): readonly string[] {
  const subject = wantedSubject ?? statedSubject(reading.ecg);
  if (subject === undefined) {
    throw new EcgError('PATIENT_MISMATCH', 'the file names no patient; give --subject Patient/ID');
  }
  const bundle = interpretationBundle({
    ecgIdentity: ecgIdentity(reading.ecg, subject),
    ecg: reading.ecg,
    interpretation: reading.interpretation,
    manifest: reading.manifest,
    subject,
    sources: [],
    issued: new Date().toISOString(),
    pipelineVersion: PIPELINE_VERSION,
    notes: reading.notes,
  });
  return [JSON.stringify(bundle)];
}

/** A file's patient id becomes a conditional reference, which the server resolves when the Bundle is sent (R4 3.1.0.11.2). */
function statedSubject({ patient }: Ecg): string | undefined {
  const [id] = patient.ids;
  if (id === undefined || /^Patient\/[A-Za-z0-9.-]{1,64}$/.test(id)) return id;
  return `Patient?identifier=${encodeURIComponent(id)}`;
}

function printError(file: string, error: unknown, json: ((line: string) => void) | undefined, io: Io): void {
  if (!(error instanceof EcgError)) throw error;
  if (json) json(JSON.stringify({ file, error: { code: error.code, message: error.message } }));
  else io.stderr(`${file}: not interpreted, ${error.message} (${error.code})`);
}
