import { z } from 'zod';
import rulesJson from '../../mappings/drug-ecg-rules.json' with { type: 'json' };
import groupsJson from '../../mappings/ecg-finding-groups.json' with { type: 'json' };
import { EcgError } from '../errors.ts';
import { type Diagnosis, type FindingGroup, groupsFileSchema, labelsSchema } from './finding-groups.ts';
import { drugLimitSchema } from './measurement-limit.ts';

const routeSchema = z.strictObject({
  snomed: z.array(z.string().regex(/^\d{6,18}$/)).min(1),
  names: z.array(z.string().min(1)).min(1),
});

/** The one status of evidence that somebody looked up. */
const VERIFIED = 'page read';

const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+\.[a-z0-9_]+$/),
  /** 1 is in force everywhere; 2 only where a site asks for it. */
  priority: z.union([z.literal(1), z.literal(2)]),
  ingredient: z.string().min(1),
  /** Code of the ingredient; absent where none is evidenced. */
  rxnorm: z.string().regex(/^\d+$/).optional(),
  drugClass: z.string().min(1),
  findingGroup: z.string().min(1),
  severity: z.enum(['critical', 'warning', 'info']),
  /** The rule holds for this route only, and the order has to state it. */
  route: z.enum(['intravenous', 'oral']).optional(),
  /** Where the label of the drug states another limit than that of the group. */
  limit: drugLimitSchema.optional(),
  /** Only these labels of the group count; a measured value does not. */
  onlyLabels: labelsSchema.optional(),
  /** Speaks where one of these diagnoses is on record, and only there: findings of the group add to it. */
  history: z.array(z.string()).min(1).optional(),
  rationale: z.string().min(1),
  evidence: z.string().min(1),
  evidenceStatus: z.enum([
    VERIFIED,
    'public class list read; label section not re-read',
    'label section from knowledge: re-read before use',
  ]),
});

const rulesSchema = z.strictObject({
  labelSet: z.literal('ecgfounder'),
  routes: z.strictObject({ intravenous: routeSchema, oral: routeSchema, local: routeSchema }),
  rules: z.array(ruleSchema),
});

/** One drug that one group of findings speaks against. */
export type DrugEcgRule = z.infer<typeof ruleSchema>;
export type Severity = DrugEcgRule['severity'];

/** The rules and what they refer to. */
export interface OrderRules {
  readonly rules: readonly DrugEcgRule[];
  readonly routes: z.infer<typeof rulesSchema>['routes'];
  readonly groups: ReadonlyMap<string, FindingGroup>;
  readonly diagnoses: ReadonlyMap<string, Diagnosis>;
  readonly wideQrs: z.infer<typeof groupsFileSchema>['wideQrs'];
  readonly paediatric: z.infer<typeof groupsFileSchema>['paediatric'];
}

/** Which of the rules a site wants. */
export interface DrugRuleSettings {
  /** 1: the core; 2: all. */
  readonly priority: 1 | 2;
  /** Whether rules whose evidence nobody has re-read speak; their cards say that it was not. */
  readonly unverified: boolean;
}

export const DEFAULT_DRUG_RULES: DrugRuleSettings = { priority: 1, unverified: true };

/**
 * Checks `mappings/drug-ecg-rules.json` and `mappings/ecg-finding-groups.json`.
 * @throws EcgError CONFIG_INVALID for a malformed file, a reference to an unknown group or diagnosis, or an id given twice.
 */
export function parseOrderRules(rulesFile: unknown, groupsFile: unknown): OrderRules {
  const parsed = rulesSchema.safeParse(rulesFile);
  if (!parsed.success) throw new EcgError('CONFIG_INVALID', `drug rules: ${z.prettifyError(parsed.error)}`);
  const grouped = groupsFileSchema.safeParse(groupsFile);
  if (!grouped.success) throw new EcgError('CONFIG_INVALID', `finding groups: ${z.prettifyError(grouped.error)}`);
  const { rules, routes } = parsed.data;
  const { wideQrs, paediatric } = grouped.data;
  const groups = new Map(grouped.data.groups.map((group) => [group.id, group]));
  const diagnoses = new Map(grouped.data.diagnoses.map((diagnosis) => [diagnosis.id, diagnosis]));
  for (const { id, findingGroup, history = [] } of rules) {
    if (!groups.has(findingGroup)) refuse(`drug rules: ${id} is of an unknown finding group`);
    if (!history.every((name) => diagnoses.has(name))) refuse(`drug rules: ${id} needs an unknown diagnosis`);
  }
  for (const { id, labels, yieldsTo } of groups.values()) {
    const unknown = labels.some(({ onRecord }) => onRecord !== undefined && !diagnoses.has(onRecord));
    if (unknown) refuse(`finding groups: ${id} needs an unknown diagnosis`);
    if (!yieldsTo.every((other) => groups.has(other))) refuse(`finding groups: ${id} yields to an unknown group`);
  }
  const repeated = rules.find(({ id }, index) => rules.findIndex((other) => other.id === id) !== index);
  if (repeated) refuse(`drug rules: ${repeated.id} is given twice`);
  return { rules, routes, groups, diagnoses, wideQrs, paediatric };
}

export function isVerified({ evidenceStatus }: DrugEcgRule): boolean {
  return evidenceStatus === VERIFIED;
}

/** The rules a site wants. */
export function rulesInForce(
  { rules }: OrderRules,
  { priority, unverified }: DrugRuleSettings,
): readonly DrugEcgRule[] {
  return rules.filter((rule) => rule.priority <= priority && (unverified || isVerified(rule)));
}

export const ORDER_RULES: OrderRules = parseOrderRules(rulesJson, groupsJson);

function refuse(fault: string): never {
  throw new EcgError('CONFIG_INVALID', fault);
}
