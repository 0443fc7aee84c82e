import { z } from 'zod';
import { EcgError } from '../errors.ts';

/** What a hook knows of the patient from FHIR. */
export interface KnownPatient {
  readonly id: string;
  /** YYYY, YYYY-MM or YYYY-MM-DD. */
  readonly birthDate?: string | undefined;
  /** Administrative gender, where it is one of the two that criteria are given for. */
  readonly sex?: 'male' | 'female' | undefined;
}

/** However malformed, a Patient is compared by its id. */
const patientSchema = z.looseObject({
  resourceType: z.literal('Patient'),
  id: z.unknown(),
  birthDate: z
    .string()
    .regex(/^\d{4}(-\d\d(-\d\d)?)?$/)
    .optional()
    .catch(undefined),
  gender: z.enum(['male', 'female']).optional().catch(undefined),
  link: z.array(z.looseObject({ type: z.unknown() })).catch([]),
});

/**
 * The patient among `resources`, if there.
 * @throws EcgError PATIENT_MISMATCH when a Patient resource is another one than asked for; PATIENT_INACTIVE when it was
 *   merged into another and "must no longer be used" (R4 LinkType, replaced-by).
 */
export function parsePatient(resources: readonly unknown[], patientId: string): KnownPatient {
  const patients = resources.flatMap((resource) => patientSchema.safeParse(resource).data ?? []);
  if (patients.some(({ id }) => id !== undefined && id !== patientId)) {
    throw new EcgError('PATIENT_MISMATCH', 'the Patient resource is not the patient of the context');
  }
  if (patients.some(({ link }) => link.some(({ type }) => type === 'replaced-by'))) {
    throw new EcgError('PATIENT_INACTIVE', 'the Patient was merged into another and must no longer be used');
  }
  return { id: patientId, birthDate: patients[0]?.birthDate, sex: patients[0]?.gender };
}

/**
 * Whole years at the time of a recording; undefined where either is unknown.
 * A partial birth date gives the lowest age it allows, so that a possible child is never taken for an adult.
 */
export function ageInYears(birthDate: string | undefined, recordedAt: string | undefined): number | undefined {
  if (birthDate === undefined || recordedAt === undefined) return undefined;
  const [year = '', month = '12', day = '31'] = birthDate.split('-');
  const years = Number(recordedAt.slice(0, 4)) - Number(year);
  const hadBirthday = recordedAt.slice(5, 10) >= `${month}-${day}`;
  const age = hadBirthday ? years : years - 1;
  return Number.isInteger(age) && age >= 0 ? age : undefined;
}
