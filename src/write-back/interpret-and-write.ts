import { compareOnServer } from '../cds/compare-with-previous.ts';
import { interpretFor } from '../cds/read-patient-ecg.ts';
import type { Tenant } from '../config.ts';
import { EcgError, type EcgErrorCode } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { type KnownPatient, parsePatient } from '../fhir/known-patient.ts';
import { modelKey, type ReportInput } from '../fhir/report-input.ts';
import { readStamp } from '../fhir/report-stamp.ts';
import { readEcgSource } from '../formats/fhir/ecg-sources.ts';
import type { Models } from '../interpret-ecg.ts';
import { PIPELINE_VERSION } from '../pipeline-version.ts';
import type { ReadingCache } from '../reading-cache.ts';
import { type FoundSource, readNamed, sourceIn } from './find-source.ts';
import { printReport, type RenderPdf } from './print-report.ts';
import { unlessRefused } from './refusal.ts';
import { type Withdrawals, type WithdrawingDeps, withdrawReportsOf } from './withdraw-reports.ts';
import type { WriteBackOutcome } from './write-back-outcome.ts';
import type { WriteGuard, WriteIdentity } from './write-guard.ts';
import { type WritingDeps, writeReading } from './write-reading.ts';

/** What a tenant decides; its part of the configuration is one. */
export type WriteBackSettings = Pick<Tenant, 'snomedEdition' | 'writeBack'>;

export interface WriteBackRequest {
  readonly settings: WriteBackSettings;
  /** The resource that holds the ECG, on the server: "Observation/1", or a DocumentReference, DiagnosticReport, Media. */
  readonly reference: string;
}

export interface WriteBackDeps extends Omit<WritingDeps, 'print'>, Pick<WithdrawingDeps, 'onWithdrawn'> {
  readonly models: Models;
  readonly readings: ReadingCache;
  readonly guard: WriteGuard;
  /** Absent: reports carry no PDF. */
  readonly renderPdf?: RenderPdf | undefined;
}

/** Failures that may be gone at the next try; every other one is of the ECG itself. */
const RETRIABLE: ReadonlySet<EcgErrorCode> = new Set([
  'FHIR_UNAVAILABLE',
  'MODEL_UNAVAILABLE',
  'OVERLOADED',
  'CHECKPOINT_INVALID',
  'STORE_UNAVAILABLE',
  'WRITE_REFUSED',
  'CONFIG_INVALID',
  'INTERNAL',
]);

/**
 * Reads one ECG from a FHIR server, interprets it and writes the report back there. Called twice, the report exists once.
 * What was written about it when it was another patient's, or before it was entered in error, is withdrawn first.
 * @throws EcgError for what may be tried again: FHIR_UNAVAILABLE (with the server's status and `retryAfterMs`),
 *   WRITE_REFUSED for want of a right, MODEL_UNAVAILABLE and faults of the installation. What is wrong with the ECG or its patient is an outcome.
 */
export async function interpretAndWrite(request: WriteBackRequest, deps: WriteBackDeps): Promise<WriteBackOutcome> {
  return await orOutcome(async () => {
    const resource = await readNamed(request.reference, deps.server);
    const withdrawals = await withdrawOutdated(resource, request, deps);
    return told(withdrawals, await orOutcome(() => interpretAndWriteOf(resource, request, deps)));
  });
}

/** The outcome, or what is wrong with the ECG or its patient as one. */
async function orOutcome(work: () => Promise<WriteBackOutcome>): Promise<WriteBackOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EcgError) || RETRIABLE.has(error.code)) throw error;
    const { code, message: reason } = error;
    return code === 'PATIENT_MISMATCH' ? { outcome: 'flagged', code, reason } : { outcome: 'skipped', code, reason };
  }
}

async function withdrawOutdated(
  resource: FhirJson,
  { settings }: WriteBackRequest,
  { server, guard, formMemory, now, onWithdrawn }: WriteBackDeps,
): Promise<Withdrawals> {
  if (readStamp(resource) !== undefined) return { count: 0, left: undefined };
  const worthTrying = formMemory.worthTrying(server.baseUrl, settings.writeBack.forms, now);
  const mayTransact = worthTrying.includes('transaction');
  return await withdrawReportsOf(resource, { server, guard, mayTransact, now, onWithdrawn });
}

/** The outcome with what became of earlier reports; one that a human has to withdraw is for a human to see. */
function told({ count, left }: Withdrawals, outcome: WriteBackOutcome): WriteBackOutcome {
  const done = count === 0 ? [] : ['the report that was made of it before is withdrawn'];
  if (left !== undefined) {
    const reason = [`a report that was made of this ECG before is for a human to withdraw: ${left}`, ...done].join(
      '; ',
    );
    if ('report' in outcome) {
      const { report, ecgIdentity } = outcome;
      return { outcome: 'flagged', code: 'PATIENT_MISMATCH', reason, report, ecgIdentity };
    }
    return { outcome: 'flagged', code: outcome.code, reason: `${reason}; ${outcome.reason}` };
  }
  if (outcome.outcome !== 'written') return { ...outcome, reason: [outcome.reason, ...done].join('; ') };
  const remarks = [...(outcome.remark === undefined ? [] : [outcome.remark]), ...done];
  return { ...outcome, ...(remarks.length > 0 && { remark: remarks.join('; ') }) };
}

async function interpretAndWriteOf(
  resource: FhirJson,
  request: WriteBackRequest,
  deps: WriteBackDeps,
): Promise<WriteBackOutcome> {
  const { input, patient } = await reportInput(sourceIn(resource, deps.server.baseUrl), request, deps);
  const { forms, pdf } = request.settings.writeBack;
  const { guard, renderPdf, ...writing } = deps;
  const print = pdf && renderPdf ? () => printReport(input, patient, renderPdf) : undefined;
  return await guard(writeIdentity(input, deps.server), () => writeReading(input, forms, { ...writing, print }));
}

async function reportInput(
  { patientId, source }: FoundSource,
  { settings }: WriteBackRequest,
  deps: WriteBackDeps,
): Promise<{ readonly input: ReportInput; readonly patient: KnownPatient }> {
  const { server, models, readings, now } = deps;
  const [resource, ecg] = await Promise.all([
    server.read('Patient', patientId),
    readEcgSource(source, (url) => server.readBinary(url)),
  ]);
  const patient = parsePatient([resource], patientId);
  if (!patient.isActive) throw new EcgError('PATIENT_INACTIVE', "the patient's record is not in use (active: false)");
  const reading = { models, readings, snomedEdition: settings.snomedEdition, now };
  const interpreted = await interpretFor(patient, ecg, reading);
  const { ecgIdentity } = interpreted;
  const present = { ...interpreted, source: source.reference };
  const compared = await unlessRefused(compareOnServer({ patient, present }, server, reading));
  const { interpretation, manifest, measurements, notes, comparison } = compared ?? interpreted.reading;
  const input = {
    ecgIdentity,
    ecg,
    interpretation,
    measurements,
    comparison: compared === undefined ? ('not searchable' as const) : comparison,
    manifest,
    notes,
    subject: `Patient/${patientId}`,
    sources: [source.reference],
    issued: now.toISOString(),
    pipelineVersion: PIPELINE_VERSION,
  };
  return { input, patient };
}

function writeIdentity(input: ReportInput, { baseUrl }: FhirServer): WriteIdentity {
  return { server: baseUrl, ecgIdentity: input.ecgIdentity, modelKey: modelKey(input.manifest) };
}
