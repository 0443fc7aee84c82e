import { compareOnServer, type PresentEcg } from '../cds/compare-with-previous.ts';
import { interpretFor, type PatientEcgDeps } from '../cds/read-patient-ecg.ts';
import type { Tenant } from '../config.ts';
import type { Ecg, EcgPatient } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { parsePatient } from '../fhir/known-patient.ts';
import { patientHeading } from '../fhir/patient-heading.ts';
import { readEcgSource } from '../formats/fhir/ecg-sources.ts';
import { type EcgReading, modelsFor } from '../interpret-ecg.ts';
import { findSource } from '../write-back/find-source.ts';
import type { OverReadDeps } from './over-read-deps.ts';
import { findReport, type RecordedReport } from './recorded-report.ts';

/** What is asked for, and where. */
export interface ReviewRequest {
  readonly tenant: Pick<Tenant, 'name' | 'snomedEdition' | 'writeBack'>;
  readonly server: FhirServer;
  /** Whose chart is open, or whose report was chosen. */
  readonly patientId: string;
  /** "Observation/1" */
  readonly reference: string;
}

/** An ECG as a clinician looks at it. */
export interface EcgUnderReview {
  readonly reference: string;
  /** The resource that holds the tracing itself, where `reference` is a report. */
  readonly tracing: string;
  readonly patientId: string;
  readonly ecg: Ecg;
  readonly ecgIdentity: string;
  /** As the record knows the patient. */
  readonly patient: EcgPatient;
  /** What the model reads, beside the previous ECG (`comparison`), or why it does not. */
  readonly reading: EcgReading | EcgError;
  readonly report: RecordedReport | undefined;
}

/**
 * Reads an ECG for review. Where it cannot be interpreted it is shown all the same.
 * @throws EcgError PATIENT_MISMATCH where it is of another patient than the one whose chart is open, or its file says so;
 *   and whatever keeps it from being read.
 */
export async function readForReview(
  { tenant, server, patientId, reference }: ReviewRequest,
  { models, readings }: Pick<OverReadDeps, 'models' | 'readings'>,
  now: Date,
): Promise<EcgUnderReview> {
  // A clinician waits: what does not need each other is asked for at once.
  const [resource, { source, ecg }] = await Promise.all([
    server.read('Patient', patientId),
    readTracing({ patientId, reference }, server),
  ]);
  const patient = parsePatient([resource], patientId);
  const { snomedEdition } = tenant;
  const deps = { models: modelsFor(models, tenant.name), readings, snomedEdition, now };
  const identity = ecgIdentity(ecg, `Patient/${patientId}`);
  const reading = interpretFor(patient, ecg, deps).then(
    (interpreted) => orAlone({ patient, present: { ...interpreted, source: reference } }, server, deps),
    (error: unknown) => {
      if (!(error instanceof EcgError) || error.code === 'PATIENT_MISMATCH') throw error;
      return error;
    },
  );
  const heading = patientHeading(resource) ?? ecg.patient;
  const [read, report] = await Promise.all([reading, findReport(server, identity)]);
  return {
    reference,
    tracing: source.reference,
    patientId,
    ecg,
    ecgIdentity: identity,
    patient: heading,
    reading: read,
    report,
  };
}

async function readTracing(
  { patientId, reference }: Pick<ReviewRequest, 'patientId' | 'reference'>,
  server: FhirServer,
) {
  const { source, ...found } = await findSource(reference, server);
  if (found.patientId !== patientId) {
    throw new EcgError('PATIENT_MISMATCH', 'the ECG is of another patient than the one whose chart is open');
  }
  return { source, ecg: await readEcgSource(source, (url) => server.readBinary(url)) };
}

/** Without a comparison where that fails: the tracing at hand matters more. */
async function orAlone(
  ecg: Omit<PresentEcg, 'sources'>,
  server: FhirServer,
  deps: PatientEcgDeps,
): Promise<EcgReading> {
  try {
    return await compareOnServer(ecg, server, deps);
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return { ...ecg.present.reading, notes: [...ecg.present.reading.notes, NOT_COMPARED] };
  }
}

const NOT_COMPARED = 'earlier ECGs could not be searched for, so this one was compared with none';
