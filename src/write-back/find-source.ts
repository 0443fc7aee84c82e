import { type PatientSources, patientSources, subjectOf } from '../cds/patient-sources.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { readStamp } from '../fhir/report-stamp.ts';
import type { EcgSource } from '../formats/fhir/ecg-sources.ts';
import { isWithdrawnResource } from '../formats/fhir/fhir-json.ts';

const ECG_REFERENCE = /^(Observation|DocumentReference|DiagnosticReport|Media)\/([A-Za-z0-9.-]{1,64})$/;

/** The one ECG in a resource, and whose it is. */
export interface FoundSource {
  readonly patientId: string;
  readonly source: EcgSource;
}

/** @throws EcgError what {@link readNamed} and {@link sourceIn} throw. */
export async function findSource(reference: string, server: FhirServer): Promise<FoundSource> {
  return sourceIn(await readNamed(reference, server), server.baseUrl);
}

/**
 * A resource that can hold an ECG.
 * @param reference "Observation/1", or a DocumentReference, DiagnosticReport, Media.
 * @throws EcgError SOURCE_INVALID, and what {@link FhirServer} throws.
 */
export async function readNamed(reference: string, server: Pick<FhirServer, 'read'>): Promise<FhirJson> {
  const [, type, id] = ECG_REFERENCE.exec(reference) ?? [];
  if (type === undefined || id === undefined) {
    throw new EcgError(
      'SOURCE_INVALID',
      'an ECG is named by the reference of an Observation, DocumentReference, DiagnosticReport or Media ("Observation/1")',
    );
  }
  return await server.read(type, id);
}

/** @throws EcgError NO_WAVEFORM, PATIENT_MISMATCH, SOURCE_INVALID. */
export function sourceIn(resource: FhirJson, baseUrl: string): FoundSource {
  refuseWithdrawn(resource);
  const patientId = subjectOf(resource, baseUrl);
  if (patientId === undefined) {
    throw new EcgError('PATIENT_MISMATCH', 'the ECG does not say which patient of this server it is of');
  }
  return { patientId, source: onlySource(patientSources(resource, patientId, baseUrl)) };
}

function refuseWithdrawn(resource: FhirJson): void {
  if (isWithdrawnResource(resource)) {
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
