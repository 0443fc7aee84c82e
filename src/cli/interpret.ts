import { parseArgs } from 'node:util';
import { durationSeconds, type Ecg } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import { interpretationBundle } from '../fhir/interpretation-bundle.ts';
import { ageInYears } from '../fhir/known-patient.ts';
import { patientIdOf } from '../fhir/patient-reference.ts';
import { type EcgReading, interpretEcg, type Models, type ScoredReading } from '../interpret-ecg.ts';
import { measurementText } from '../measurement/measurement-text.ts';
import { PIPELINE_VERSION } from '../pipeline-version.ts';
import { LAYOUTS } from '../tracing/arrange-leads.ts';
import { STANDARD_SCALE } from '../tracing/paper.ts';
import type { Io } from './console-io.ts';
import { printable } from './ecg-summary.ts';
import { openNamedModels } from './open-named-models.ts';
import { GAINS, PICTURE_OPTIONS, type Pictures, parsePictures, SPEEDS, writePictures } from './pictures.ts';
import { readEcgFile } from './read-ecg-file.ts';

export const USAGE = `usage: cardhook interpret FILE… [--model NAME] [--json | --fhir [--subject Patient/ID]]
       cardhook interpret FILE [--svg OUT] [--pdf OUT] [--layout NAME] [--speed MM] [--gain MM] …

  --model NAME    a model of models/ (default: ecgfounder-12-lead and -1-lead, else the stand-ins)
  --json          one document per ECG and line
  --fhir          the transaction Bundle that would be written back, one per ECG and line
  --subject REF   the patient of the report; else the one the file states
  --svg OUT       the tracing to scale on A4 as a new file; the second ECG of a file as OUT-2
  --pdf OUT       the report as a new file: the tracing, findings with their codes, model and remarks
  --layout NAME   ${LAYOUTS.join(', ')} (default: 3x4 for twelve leads, else rows)
  --speed MM      ${SPEEDS.join(', ')} mm/s (default: ${STANDARD_SCALE.mmPerSecond})
  --gain MM       ${GAINS.join(', ')} mm/mV (default: ${STANDARD_SCALE.mmPerMillivolt})`;

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
      ...PICTURE_OPTIONS,
    },
  });
  const pictures = parsePictures(values);
  const isDrawn = values.svg !== undefined || values.pdf !== undefined;
  const isWrongCall =
    positionals.length === 0 ||
    pictures === undefined ||
    (isDrawn && positionals.length > 1) ||
    (values.json && values.fhir) ||
    (values.subject !== undefined && !values.fhir);
  if (isWrongCall) {
    io.stderr(USAGE);
    return 2;
  }
  const subject = values.subject === undefined ? undefined : checkedSubject(values.subject);
  const print = values.fhir ? fhirLines(subject) : values.json ? jsonLines : textLines;
  const models = await openNamedModels(values.model, io, 1);
  try {
    let exitCode = 0;
    for (const file of positionals) {
      const isInterpreted = await interpretFile(file, models, { print, pictures, reportsInJson: values.json, io });
      if (!isInterpreted) exitCode = 1;
    }
    return exitCode;
  } finally {
    await models.close();
  }
}

interface Printing {
  readonly print: (name: string, reading: ScoredReading) => readonly string[];
  readonly pictures: Pictures;
  /** Whether a refusal is a document on stdout. */
  readonly reportsInJson: boolean;
  readonly io: Io;
}

/** Prints a reading or a refusal for each ECG of a file; whether there was any reading. */
async function interpretFile(file: string, models: Models, printing: Printing): Promise<boolean> {
  const { print, pictures, reportsInJson, io } = printing;
  let interpretedCount = 0;
  for (const found of await readEcgFile(file)) {
    const name = found.reference === undefined ? file : `${file}#${found.reference}`;
    try {
      if ('error' in found) throw found.error;
      const reading = await readAlone(found.ecg, models);
      const lines = print(name, reading);
      await writePictures(reading, pictures, interpretedCount + 1);
      for (const line of lines) io.stdout(line);
      interpretedCount += 1;
    } catch (error) {
      printError(name, error, reportsInJson ? io.stdout : undefined, io);
    }
  }
  return interpretedCount > 0;
}

async function readAlone(ecg: Ecg, models: Models): Promise<ScoredReading> {
  return await interpretEcg(ecg, models, { ageYears: ageInYears(ecg.patient.birthDate, ecg.recordedAt, new Date()) });
}

function textLines(
  name: string,
  { ecg, manifest, interpretation, measurements, notes }: EcgReading,
): readonly string[] {
  const findings = interpretation.findings.map(({ text, coding, score, threshold, tier }) => {
    const code = coding === undefined ? 'text only' : `SNOMED CT ${coding.code}`;
    return `  ${text}  (${code}; score ${score.toFixed(3)}, threshold ${threshold.toFixed(3)}, ${tier} confidence)`;
  });
  const remarks = [...interpretation.overReadReasons.map((reason) => `look at the tracing: ${reason}`), ...notes];
  return [
    name,
    `  ${interpretation.sentence}`,
    ...findings,
    `  measured: ${measurementText(measurements)}`,
    ...[...remarks, ...ecg.warnings.map(({ message }) => message)].map((remark) => `  - ${remark}`),
    `  ${manifest.title} ${manifest.version}, trust: ${manifest.trust}, scores: ${manifest.thresholds.basis}`,
    ...(manifest.notice === undefined ? [] : [`  ${manifest.notice}`]),
    '  Preliminary machine reading; a finding that is not listed is not excluded.',
  ].map(printable);
}

function jsonLines(
  file: string,
  { ecg, manifest, interpretation, measurements, quality, notes }: ScoredReading,
): readonly string[] {
  const { name, version, trust, notice, thresholds } = manifest;
  const document = {
    file,
    format: ecg.format,
    recordedAt: ecg.recordedAt,
    durationSeconds: durationSeconds(ecg),
    model: { name, version, trust, thresholdBasis: thresholds.basis, notice },
    ...interpretation,
    measurements,
    quality,
    sourceMeasurements: ecg.measurements,
    notes,
    warnings: ecg.warnings,
  };
  return [JSON.stringify(document)];
}

/** The Bundle of a reading. It throws PATIENT_MISMATCH where neither the caller nor the file names the patient. */
function fhirLines(wantedSubject: string | undefined): Printing['print'] {
  return (_name, { ecg, interpretation, manifest, measurements, notes }) => {
    const subject = wantedSubject ?? statedSubject(ecg);
    if (subject === undefined) {
      throw new EcgError('PATIENT_MISMATCH', 'the file names no patient of the server; give --subject Patient/ID');
    }
    const bundle = interpretationBundle({
      ecgIdentity: ecgIdentity(ecg, subject),
      ecg,
      interpretation,
      measurements,
      manifest,
      subject,
      sources: [],
      issued: new Date().toISOString(),
      pipelineVersion: PIPELINE_VERSION,
      notes,
    });
    return [JSON.stringify(bundle)];
  };
}

/** @throws EcgError PATIENT_MISMATCH */
function checkedSubject(reference: string): string {
  const id = patientIdOf(reference, undefined);
  if (id === undefined) throw new EcgError('PATIENT_MISMATCH', '--subject names one patient as Patient/ID');
  return `Patient/${id}`;
}

/**
 * A file's patient id becomes a conditional reference, which the server resolves when the Bundle is sent (R4
 * 3.1.0.11.2). Undefined for a reference of FHIR that means a patient of another server, or no patient.
 */
function statedSubject({ format, patient }: Ecg): string | undefined {
  const [stated] = patient.ids;
  const id = patientIdOf(stated, undefined);
  if (id !== undefined) return `Patient/${id}`;
  const isOther = stated === undefined || (format === 'fhir' && /[/:]/.test(stated));
  return isOther ? undefined : `Patient?identifier=${encodeURIComponent(stated)}`;
}

function printError(file: string, error: unknown, json: ((line: string) => void) | undefined, io: Io): void {
  if (!(error instanceof EcgError)) throw error;
  if (json) json(JSON.stringify({ file, error: { code: error.code, message: error.message } }));
  else io.stderr(printable(`${file}: not interpreted, ${error.message} (${error.code})`));
}
