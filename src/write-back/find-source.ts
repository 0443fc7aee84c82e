import { z } from 'zod';
import { type PatientSources, patientSources, subjectOf } from '../cds/patient-sources.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { readStamp } from '../fhir/report-stamp.ts';
import type { EcgSource } from '../formats/fhir/ecg-sources.ts';
import { isWithdrawn } from '../formats/fhir/fhir-json.ts';

const ECG_REFERENCE = /^(Observation|DocumentReference|DiagnosticReport|Media)\/([A-Za-z0-9.-]{1,64})$/;

/**
 * The one ECG in a resource, and whose it is.
 * @param reference "Observation/1", or a DocumentReference, DiagnosticReport, Media.
 * @throws EcgError SOURCE_INVALID, NO_WAVEFORM, PATIENT_MISMATCH, and what {@link FhirServer} throws.
 */
export async function findSource(
  reference: string,
  server: FhirServer,
): Promise<{ readonly patientId: string; readonly source: EcgSource }> {
  const [, type, id] = ECG_REFERENCE.exec(reference) ?? [];
  if (type === undefined || id === undefined) {
    throw new EcgError(
      'SOURCE_INVALID',
      'an ECG is named by the reference of an Observation, DocumentReference, DiagnosticReport or Media ("Observation/1")',
    );
  }
  const resource = await server.read(type, id);
  refuseWithdrawn(resource);
  const patientId = subjectOf(resource, server.baseUrl);
  if (patientId === undefined) {
    throw new EcgError('PATIENT_MISMATCH', 'the ECG does not say which patient of this server it is of');
  }
  return { patientId, source: onlySource(patientSources(resource, patientId, server.baseUrl)) };
}

const statusSchema = z.looseObject({ status: z.string().optional(), docStatus: z.string().optional() });

function refuseWithdrawn(resource: FhirJson): void {
  const { status, docStatus } = statusSchema.safeParse(resource).data ?? {};
  if (isWithdrawn(status) || isWithdrawn(docStatus)) {
    throw new EcgError('NO_WAVEFORM', 'the ECG was cancelled, superseded or entered in error');
  }
  if (readStamp(resource) !== undefined)
    throw new EcgError('NO_WAVEFORM', 'the resource is a report of Cardhook itself');
}

/** A report is of one ECG of one patient; what is ambiguous is for the caller to name. */
function onlySource({ own, othersCount }: PatientSources): EcgSource {
  const [source, ...more] = own;
  if (othersCount > 0) throw new EcgError('PATIENT_MISMATCH', 'the resource holds an ECG of another than its subject');
  if (source === undefined) throw new EcgError('NO_WAVEFORM', 'the resource holds no ECG');
  if (more.length > 0)
    throw new EcgError('SOURCE_INVALID', 'the resource holds several ECGs; name the one to interpret');
  return source;
}
