import { z } from 'zod';
import { limitSchema, wideQrsBoundSchema } from './measurement-limit.ts';

/** "80 PROLONGED QT": a slip of the index or of the wording is noticed, and labels of other models never match. */
const labelSchema = z.string().transform((text, context) => {
  const [, index, label] = /^(\d+) (\S.*)$/.exec(text) ?? [];
  if (index !== undefined && label !== undefined) return { index: Number(index), label };
  context.addIssue(`'${text}' is not an index and a label`);
  return z.NEVER;
});
export type NamedLabel = z.infer<typeof labelSchema>;
export const labelsSchema = z.array(labelSchema).min(1);

const daysSchema = z.int().positive();

const diagnosisSchema = z.strictObject({
  id: z.string().min(1),
  /** As a card says it, after "on record". */
  name: z.string().min(1),
  /** It matters for ever: a Condition that is resolved counts too. */
  lasting: z.boolean(),
  snomed: z.array(z.string().regex(/^\d{6,18}$/)).min(1),
  /** Codes by their beginning. */
  icd10: z.array(z.string().regex(/^[A-Z]\d\d(\.\d+)?$/)).min(1),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/** Orders that a card may offer; `suggested-orders.ts` makes them. */
export const SUGGESTED_ORDERS = ['ecg', 'potassium', 'magnesium'] as const;
export type SuggestedOrder = (typeof SUGGESTED_ORDERS)[number];

const groupSchema = z.strictObject({
  id: z.string().min(1),
  /** As a card says it, after "possible". */
  name: z.string().min(1),
  /** Any of these makes the group; `with` needs one of its labels beside it, `without` none, `onRecord` a diagnosis. */
  labels: z
    .array(
      z.strictObject({
        label: labelSchema,
        with: labelsSchema.optional(),
        without: labelsSchema.optional(),
        onRecord: z.string().optional(),
      }),
    )
    .min(1),
  /** Labels that belong here by a criterion that cannot be tested. */
  omitted: z.array(z.strictObject({ label: labelSchema, reason: z.string().min(1) })).default([]),
  /** Any of these, even one that was not reported, and the group says nothing. */
  unless: labelsSchema.optional(),
  /** A value that makes the group without any label, and contradicts the labels where it is on the other side. */
  limit: limitSchema.optional(),
  /** Of a drug that one of these groups speaks against already, this one says nothing. */
  yieldsTo: z.array(z.string()).default([]),
  /** An older ECG lowers what is said by one step. */
  ageingAfterDays: daysSchema.optional(),
  /** An older ECG, or one of unknown time, says nothing. */
  silentAfterDays: daysSchema.optional(),
  /** Findings of low confidence speak too, to rules of critical severity: too grave to wait for better evidence. */
  speaksAtLowConfidence: z.boolean().default(false),
  /** What to do instead of signing. */
  instead: z.string().min(1),
  orders: z.array(z.enum(SUGGESTED_ORDERS)).default([]),
  /** What the ECG cannot exclude. */
  caution: z.string().min(1),
});

/** Findings that matter to a drug, and when they count. */
export type FindingGroup = z.infer<typeof groupSchema>;

/** `mappings/ecg-finding-groups.json` */
export const groupsFileSchema = z.strictObject({
  labelSet: z.literal('ecgfounder'),
  wideQrs: z.strictObject({ bound: wideQrsBoundSchema, labels: labelsSchema }),
  /** Where the age is not known, these say that the criteria, which are those of adults, do not hold. */
  paediatric: labelsSchema,
  diagnoses: z.array(diagnosisSchema),
  groups: z.array(groupSchema),
});
