import { z } from 'zod';
import rulesJson from '../../mappings/drug-ecg-rules.json' with { type: 'json' };
import groupsJson from '../../mappings/ecg-finding-groups.json' with { type: 'json' };
import { EcgError } from '../errors.ts';

/** "80 PROLONGED QT": a slip of the index or of the wording is noticed, and labels of other models never match. */
const labelSchema = z.string().transform((text, context) => {
  const [, index, label] = /^(\d+) (\S.*)$/.exec(text) ?? [];
  if (index !== undefined && label !== undefined) return { index: Number(index), label };
  context.addIssue(`'${text}' is not an index and a label`);
  return z.NEVER;
});
const labels = z.array(labelSchema).min(1);

const groupsSchema = z.strictObject({
  labelSet: z.literal('ecgfounder'),
  groups: z.array(
    z.strictObject({
      id: z.string().min(1),
      /** As a card says it, after "possible". */
      name: z.string().min(1),
      /** Any of these makes the group; `with` needs one of its labels beside it, `without` none. */
      labels: z
        .array(z.strictObject({ label: labelSchema, with: labels.optional(), without: labels.optional() }))
        .min(1),
      /** Labels that belong here by a criterion that cannot be tested. */
      omitted: z.array(z.strictObject({ label: labelSchema, reason: z.string().min(1) })).default([]),
      /** Any of these, even one that was not reported, and the group says nothing. */
      unless: labels.optional(),
      /** An older ECG, or one of unknown time, says nothing. */
      maxAgeMonths: z.int().positive().optional(),
      /** Findings of low confidence speak too, to rules of critical severity: too grave to wait for better evidence. */
      speaksAtLowConfidence: z.boolean().default(false),
      /** A diagnosis that must be on record besides; ICD-10 codes by their beginning. */
      history: z
        .strictObject({
          name: z.string().min(1),
          snomed: z.array(z.string().regex(/^\d{6,18}$/)).min(1),
          icd10: z.array(z.string().regex(/^[A-Z]\d\d(\.\d+)?$/)).min(1),
        })
        .optional(),
      /** What the ECG cannot exclude. */
      caution: z.string().min(1),
    }),
  ),
});

/** Findings that matter to a drug, and when they count. */
export type FindingGroup = z.infer<typeof groupsSchema>['groups'][number];

const routeSchema = z.strictObject({
  snomed: z.array(z.string().regex(/^\d{6,18}$/)).min(1),
  names: z.array(z.string().min(1)).min(1),
});

const rulesSchema = z.strictObject({
  labelSet: z.literal('ecgfounder'),
  routes: z.strictObject({ intravenous: routeSchema, oral: routeSchema, local: routeSchema }),
  rules: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]+\.[a-z0-9_]+$/),
      ingredient: z.string().min(1),
      /** Code of the ingredient; absent where none is evidenced. */
      rxnorm: z.string().regex(/^\d+$/).optional(),
      drugClass: z.string().min(1),
      findingGroup: z.string().min(1),
      severity: z.enum(['critical', 'warning', 'info']),
      /** The rule holds for this route only, and the order has to state it. */
      route: z.enum(['intravenous', 'oral']).optional(),
      rationale: z.string().min(1),
      evidence: z.string().min(1),
      evidenceStatus: z.enum([
        'page read',
        'public class list read; label section not re-read',
        'label section from knowledge: re-read before use',
      ]),
    }),
  ),
});

/** One drug that one group of findings speaks against. */
export type DrugEcgRule = z.infer<typeof rulesSchema>['rules'][number];

/** The rules and what they refer to. */
export interface OrderRules {
  readonly rules: readonly DrugEcgRule[];
  readonly routes: z.infer<typeof rulesSchema>['routes'];
  readonly groups: ReadonlyMap<string, FindingGroup>;
}

/**
 * Checks `mappings/drug-ecg-rules.json` and `mappings/ecg-finding-groups.json`.
 * @throws EcgError CONFIG_INVALID for a malformed file, a rule of an unknown group or an id that is given twice.
 */
export function parseOrderRules(rulesFile: unknown, groupsFile: unknown): OrderRules {
  const parsed = rulesSchema.safeParse(rulesFile);
  if (!parsed.success) throw new EcgError('CONFIG_INVALID', `drug rules: ${z.prettifyError(parsed.error)}`);
  const grouped = groupsSchema.safeParse(groupsFile);
  if (!grouped.success) throw new EcgError('CONFIG_INVALID', `finding groups: ${z.prettifyError(grouped.error)}`);
  const { rules, routes } = parsed.data;
  const groups = new Map(grouped.data.groups.map((group) => [group.id, group]));
  const stray = rules.find(({ findingGroup }) => !groups.has(findingGroup));
  if (stray) throw new EcgError('CONFIG_INVALID', `drug rules: ${stray.id} is of an unknown finding group`);
  const repeated = rules.find(({ id }, index) => rules.findIndex((other) => other.id === id) !== index);
  if (repeated) throw new EcgError('CONFIG_INVALID', `drug rules: ${repeated.id} is given twice`);
  return { rules, routes, groups };
}

export const ORDER_RULES: OrderRules = parseOrderRules(rulesJson, groupsJson);
