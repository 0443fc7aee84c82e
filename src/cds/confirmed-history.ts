import { z } from 'zod';
import { subjectOf } from './patient-sources.ts';

const codingSchema = z.looseObject({ system: z.string().optional(), code: z.string().optional() });
const conceptSchema = z.looseObject({ coding: z.array(codingSchema).default([]) });
const conditionSchema = z.looseObject({
  resourceType: z.literal('Condition'),
  clinicalStatus: conceptSchema.optional(),
  verificationStatus: conceptSchema,
  code: conceptSchema,
});

/** The codes of one diagnosis. */
export interface DiagnosisCodes {
  readonly snomed: readonly string[];
  /** Beginnings: "I21" stands for all below it. */
  readonly icd10: readonly string[];
  /** It matters for ever: resolved or not. */
  readonly lasting: boolean;
}

/** Whose records count, and the server they are from, where it is known. */
export interface RecordOwner {
  readonly patientId: string;
  readonly baseUrl: string | undefined;
}

const SNOMED = 'http://snomed.info/sct';
const ICD10 = /^(http:\/\/hl7\.org\/fhir\/sid\/icd-10(-[a-z]+)?|http:\/\/fhir\.de\/CodeSystem\/bfarm\/icd-10-gm)$/;
const OVER = ['inactive', 'remission', 'resolved'];

/**
 * Whether a diagnosis stands on record for this patient: a Condition of one of the codes, confirmed, and not over
 * unless it lasts.
 * @param records what a search brought, unchecked.
 */
export function isOnRecord(diagnosis: DiagnosisCodes, records: readonly unknown[], owner: RecordOwner): boolean {
  return records.some((resource) => {
    const condition = conditionSchema.safeParse(resource);
    if (!condition.success || subjectOf(resource, owner.baseUrl) !== owner.patientId) return false;
    const { clinicalStatus, verificationStatus, code } = condition.data;
    return (
      verificationStatus.coding.some((coding) => coding.code === 'confirmed') &&
      (diagnosis.lasting || !clinicalStatus?.coding.some((coding) => OVER.includes(coding.code ?? ''))) &&
      code.coding.some((coding) => isOf(diagnosis, coding))
    );
  });
}

function isOf({ snomed, icd10 }: DiagnosisCodes, { system = '', code = '' }: z.infer<typeof codingSchema>): boolean {
  if (system === SNOMED) return snomed.includes(code);
  return ICD10.test(system) && icd10.some((start) => code.startsWith(start));
}
