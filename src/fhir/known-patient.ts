import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { PersonName } from './name-match.ts';

/** What a hook knows of the patient from FHIR. */
export interface KnownPatient {
  readonly id: string;
  /** False where the Patient could not be had: then nothing is known but the id. */
  readonly isRead: boolean;
  /** YYYY, YYYY-MM or YYYY-MM-DD. */
  readonly birthDate?: string | undefined;
  /** Administrative gender, where it is one of the two that criteria are given for. */
  readonly sex?: 'male' | 'female' | undefined;
  /** Every name, former ones too. */
  readonly names: readonly PersonName[];
  /** Values of the identifiers, whichever system they are of. */
  readonly identifiers: readonly string[];
  /** False for a record that is no longer in use. */
  readonly isActive: boolean;
}

const nameSchema = z
  .looseObject({
    family: z.string().optional().catch(undefined),
    given: z.array(z.string()).default([]).catch([]),
    text: z.string().optional().catch(undefined),
  })
  .transform(({ family = '', given, text = '' }): PersonName => ({ family, given, text }));

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
  name: z.array(nameSchema).default([]).catch([]),
  identifier: z
    .array(z.looseObject({ value: z.string().optional().catch(undefined) }))
    .default([])
    .catch([]),
  active: z.unknown().optional(),
  link: z.array(z.looseObject({ type: z.unknown() })).catch([]),
});

/**
 * The patient among `resources`, if there; else what stands in for one that could not be had.
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
  const [patient] = patients;
  return {
    id: patientId,
    isRead: patient !== undefined,
    birthDate: patient?.birthDate,
    sex: patient?.gender,
    names: patient?.name ?? [],
    identifiers: (patient?.identifier ?? []).flatMap(({ value }) => value ?? []),
    isActive: patient?.active !== false,
  };
}

/**
 * Whole years at the time of a recording; undefined only without a birth date. Where that time is not known, or is years
 * before the birth, as of a clock that was reset, the age today; nobody was older than today.
 * A partial birth date gives the lowest age it allows, so that a possible child is never taken for an adult.
 */
export function ageInYears(
  birthDate: string | undefined,
  recordedAt: string | undefined,
  now: Date,
): number | undefined {
  if (birthDate === undefined) return undefined;
  const today = yearsFrom(birthDate, now.toISOString());
  const then = recordedAt === undefined ? today : yearsFrom(birthDate, recordedAt);
  // Less than a year before the birth is another zone, or a date of birth that is not whole: a newborn.
  const age = then >= -1 ? Math.min(then, today) : today;
  return Number.isInteger(age) ? Math.max(0, age) : undefined;
}

/** Negative before the birth; NaN where a date cannot be read. */
function yearsFrom(birthDate: string, at: string): number {
  const [year = '', month = '12', day = '31'] = birthDate.split('-');
  const years = Number(at.slice(0, 4)) - Number(year);
  const hadBirthday = at.slice(5, 10) >= `${month}-${day}`;
  return hadBirthday ? years : years - 1;
}
