import { z } from 'zod';
import type { EcgPatient } from '../ecg/ecg.ts';

/** However malformed, a Patient is shown with what can be read of it. */
const headingSchema = z.looseObject({
  resourceType: z.literal('Patient'),
  id: z.string().optional().catch(undefined),
  identifier: z
    .array(
      z.looseObject({
        use: z.string().optional(),
        value: z.string().optional(),
        type: z.looseObject({ coding: z.array(z.looseObject({ code: z.string().optional() })).optional() }).optional(),
      }),
    )
    .catch([]),
  name: z
    .array(
      z.looseObject({
        use: z.string().optional(),
        text: z.string().optional(),
        given: z.array(z.string()).optional(),
        family: z.string().optional(),
      }),
    )
    .catch([]),
  birthDate: z.string().optional().catch(undefined),
  gender: z.enum(['male', 'female', 'other', 'unknown']).optional().catch(undefined),
});

/** HL7 v2-0203: medical record number, the one that staff know a patient by. */
const RECORD_NUMBER = 'MR';

/**
 * What stands at the head of a page about the patient of a FHIR Patient resource: official name, record number (else
 * every identifier in use, else the resource's id), birth date, sex; undefined for anything but a Patient.
 */
export function patientHeading(resource: unknown): EcgPatient | undefined {
  const patient = headingSchema.safeParse(resource).data;
  if (patient === undefined) return undefined;
  const { id, birthDate, gender } = patient;
  const identifiers = patient.identifier.filter(({ use, value }) => use !== 'old' && value !== undefined);
  const numbers = identifiers.filter(({ type }) => type?.coding?.some(({ code }) => code === RECORD_NUMBER));
  const values = (numbers.length > 0 ? numbers : identifiers).flatMap(({ value }) => value ?? []);
  const name = patient.name.find(({ use }) => use === 'official') ?? patient.name.find(({ use }) => use !== 'old');
  const words = name?.text ?? [...(name?.given ?? []), name?.family].filter(Boolean).join(' ');
  return {
    ids: values.length === 0 && id !== undefined ? [id] : values,
    ...(words !== '' && { name: words }),
    ...(birthDate !== undefined && { birthDate }),
    ...(gender !== undefined && { sex: gender }),
  };
}
