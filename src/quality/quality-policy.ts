import { z } from 'zod';
import logicJson from '../../mappings/ecgfounder-label-logic.json' with { type: 'json' };
import policyJson from '../../mappings/signal-quality.json' with { type: 'json' };
import { LEADS } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import { labelList } from '../findings/label-logic.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';
import { LEAD_DEFECTS, RECORDING_DEFECTS } from './signal-quality.ts';

const evidence = { unit: z.string().min(1), evidence: z.string().min(1), source: z.array(z.string()).min(1) };
const grades = z.strictObject({ moderate: z.number().positive(), severe: z.number().positive(), ...evidence });
const groupsSchema = z.object({ groups: z.record(z.string(), z.array(z.string()).min(1)) });

const policySchema = (labels: ReturnType<typeof labelList>) => {
  const common = { id: z.string().min(1), labels, source: z.array(z.string()).min(1) };
  const effect = { effect: z.enum(['withhold', 'doubt']), reason: z.string().min(1), overRead: z.string().optional() };
  return z.strictObject({
    labelSet: z.literal('ecgfounder'),
    sources: z.record(z.string(), z.string()),
    limits: z.strictObject({
      missing: grades,
      flat: grades,
      clipped: grades,
      'baseline-wander': grades,
      mains: grades,
      'muscle-noise': grades,
      'no-heartbeat': z.strictObject({ severe: z.number().positive(), ...evidence }),
      gain: z.strictObject({
        moderate: z.strictObject({ typicalAbove: z.number().positive(), largestBelow: z.number().positive() }),
        ...evidence,
      }),
      'chest-leads-exchanged': z.strictObject({ below: z.number().positive(), ...evidence }),
    }),
    unreadable: z.strictObject({
      usableShareBelow: z.number().min(0).max(1),
      reason: z.string().includes('{defects}'),
      source: z.array(z.string()).min(1),
    }),
    groups: z.record(z.string(), labels),
    needs: z.array(
      z.strictObject({
        ...common,
        name: z.string().min(1),
        leads: z.array(z.enum(LEADS)).min(1),
        atLeast: z.number().int().positive(),
      }),
    ),
    rules: z.array(
      z.union([
        z.strictObject({
          ...common,
          ...effect,
          defects: z.array(z.enum(LEAD_DEFECTS)).min(1),
          leadShare: z.number().min(0).max(1),
        }),
        z.strictObject({ ...common, ...effect, recording: z.enum(RECORDING_DEFECTS) }),
      ]),
    ),
    wording: z.record(z.enum([...LEAD_DEFECTS, ...RECORDING_DEFECTS]), z.string().min(1)),
  });
};

/** Limits of defects, which labels need which leads, and what a defect means for which labels. */
export type QualityPolicy = z.infer<ReturnType<typeof policySchema>>;

/**
 * Reads `mappings/signal-quality.json`; its groups come beside those of the label logic.
 * @throws EcgError CONFIG_INVALID for an unknown label, group or source, or an id given twice.
 */
export function parseQualityPolicy(json: unknown): QualityPolicy {
  const refuse = (fault: string) => new EcgError('CONFIG_INVALID', `signal quality: ${fault}`);
  const named = groupsSchema.safeParse(json);
  if (!named.success) throw refuse(z.prettifyError(named.error));
  const labels = labelList(ECGFOUNDER, { ...logicJson.groups, ...named.data.groups });
  const result = policySchema(labels).safeParse(json);
  if (!result.success) throw refuse(z.prettifyError(result.error));
  const { limits, unreadable, needs, rules, sources } = result.data;
  const rows = [...needs, ...rules];
  const twice = rows.find(({ id }, index) => rows.findIndex((row) => row.id === id) !== index);
  if (twice) throw refuse(`${twice.id} is given twice`);
  const cited = [...rows, unreadable, ...Object.values(limits)].flatMap(({ source }) => source);
  const unknown = cited.find((name) => !Object.hasOwn(sources, name));
  if (unknown !== undefined) throw refuse(`no such source: ${unknown}`);
  return result.data;
}

/** The policy for ECGFounder's labels. */
export const QUALITY_POLICY: QualityPolicy = parseQualityPolicy(policyJson);
