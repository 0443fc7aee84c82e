import { z } from 'zod';
import crossCheckJson from '../../mappings/cross-check.json' with { type: 'json' };
import logicJson from '../../mappings/ecgfounder-label-logic.json' with { type: 'json' };
import { EcgError } from '../errors.ts';
import { labelList } from '../findings/label-logic.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';
import { LEAD_DEFECTS } from './signal-quality.ts';

/** What findings are checked against; `rrVariation` is the deviation of RR in % of its mean. */
export const CHECKED = ['ventricularRate', 'pr', 'qrs', 'qtc', 'qrsAxis', 'rrVariation'] as const;
export type CheckedMeasurement = (typeof CHECKED)[number];

/** Both bounds belong to the range; one of them is given at least. */
const rangeSchema = z
  .strictObject({ measurement: z.enum(CHECKED), from: z.number().optional(), to: z.number().optional() })
  .refine(({ from, to }) => from !== undefined || to !== undefined, 'a range needs from or to');
export type CheckedRange = z.infer<typeof rangeSchema>;

const source = z.array(z.string()).min(1);
const rulesSchema = z.strictObject({
  labelSet: z.literal('ecgfounder'),
  sources: z.record(z.string(), z.string()),
  notWith: z.strictObject({
    defects: z.array(z.enum(LEAD_DEFECTS)).min(1),
    leadShare: z.number().min(0).max(1),
    reason: z.string().min(1),
    source,
  }),
  rules: z.array(
    z.strictObject({
      id: z.string().min(1),
      labels: labelList(ECGFOUNDER, logicJson.groups),
      when: z.array(rangeSchema).min(1),
      effect: z.enum(['doubt', 'withhold']),
      source,
    }),
  ),
});
export type CrossCheckRules = z.infer<typeof rulesSchema>;

/**
 * Reads `mappings/cross-check.json`.
 * @throws EcgError CONFIG_INVALID for an unknown label or source, or an id given twice.
 */
export function parseCrossCheck(json: unknown): CrossCheckRules {
  const refuse = (fault: string) => new EcgError('CONFIG_INVALID', `cross-check: ${fault}`);
  const result = rulesSchema.safeParse(json);
  if (!result.success) throw refuse(z.prettifyError(result.error));
  const { rules, sources, notWith } = result.data;
  const twice = rules.find(({ id }, index) => rules.findIndex((rule) => rule.id === id) !== index);
  if (twice) throw refuse(`${twice.id} is given twice`);
  const unknown = [...rules, notWith].flatMap((row) => row.source).find((name) => !Object.hasOwn(sources, name));
  if (unknown !== undefined) throw refuse(`no such source: ${unknown}`);
  return result.data;
}

export const CROSS_CHECK: CrossCheckRules = parseCrossCheck(crossCheckJson);
