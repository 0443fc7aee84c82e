import { z } from 'zod';
import { patientIdOf } from '../fhir/patient-reference.ts';
import { type EcgSource, ecgSources } from '../formats/fhir/ecg-sources.ts';

/** What a resource says of whom it is about. */
const aboutSchema = z.looseObject({
  resourceType: z.string(),
  subject: z.looseObject({ reference: z.string().optional() }).optional(),
  /** Of an Observation that is about somebody else than its subject: a fetus, a donor. */
  focus: z.array(z.unknown()).max(0).optional(),
});

/** The ECGs in a resource, apart by whether they are of one patient. */
export interface PatientSources {
  readonly own: readonly EcgSource[];
  /** Number of ECGs of another patient, or of none that is stated. */
  readonly othersCount: number;
}

/**
 * The ECGs in a FHIR resource that are of one patient by every word of it: the subject of the resource and that of
 * what it contains. A Bundle has none: its entries may be of other servers, where the same reference is somebody else.
 * @param baseUrl of the server the resource is from, where it is known.
 */
export function patientSources(resource: unknown, patientId: string, baseUrl: string | undefined): PatientSources {
  const sources = ecgSources(resource);
  const isOwn = subjectOf(resource, baseUrl) === patientId;
  const own = isOwn ? sources.filter(({ subject }) => patientIdOf(subject, baseUrl) === patientId) : [];
  return { own, othersCount: sources.length - own.length };
}

/** The id of the patient a resource is about, as far as it says so. */
export function subjectOf(resource: unknown, baseUrl: string | undefined): string | undefined {
  return patientIdOf(aboutSchema.safeParse(resource).data?.subject?.reference, baseUrl);
}
