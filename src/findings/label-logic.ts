import { z } from 'zod';
import logicJson from '../../mappings/ecgfounder-label-logic.json' with { type: 'json' };
import { EcgError } from '../errors.ts';
import { ECGFOUNDER, type LabelSet } from '../terminology/label-set.ts';

/** A list of "5 ATRIAL FIBRILLATION" and "@group" that becomes output indices. */
type LabelList = z.ZodType<readonly number[], readonly string[]>;

/** Groups may name groups; deeper than this they go in a circle. */
const MAX_GROUP_DEPTH = 8;

const groupsSchema = z.object({ groups: z.record(z.string(), z.array(z.string()).min(1)) });
const common = { id: z.string().min(1), reason: z.string().min(1), source: z.array(z.string()).min(1) };

/** Rules on what may be stated; `mappings/README.md` says what each kind means. */
const standingRules = (labels: LabelList) =>
  [
    z.strictObject({
      ...common,
      kind: z.literal('abstain'),
      labels,
      ageBelowYears: z.number().positive(),
      sentence: z.string().min(1),
      overRead: z.string().min(1),
    }),
    z.strictObject({ ...common, kind: z.literal('needs-prior'), labels }),
    z.strictObject({ ...common, kind: z.literal('only-with'), labels, beside: labels }),
    z.strictObject({
      ...common,
      kind: z.literal('conflict'),
      between: z.tuple([labels, labels]),
      instead: labels.pipe(z.tuple([z.number()])).transform(([index]) => index),
      text: z.string().min(1),
      overRead: z.string().min(1),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('one-of'),
      among: z.array(labels).min(2),
      first: labels.optional(),
      overRead: z.string().min(1).optional(),
    }),
    z.strictObject({ ...common, kind: z.literal('suppress'), labels, when: labels.optional() }),
    z.strictObject({ ...common, kind: z.literal('requires'), labels, hosts: labels }),
  ] as const;

/** Rules on how it is stated, coded and brought to a human. */
const statingRules = (labels: LabelList) =>
  [
    z.strictObject({
      ...common,
      kind: z.literal('attach'),
      labels,
      hosts: labels,
      required: z.boolean(),
      as: z.string().includes('{host}').optional(),
      escalates: z.boolean().default(false),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('text-only'),
      labels,
      when: labels.optional(),
      unless: labels.optional(),
    }),
    z.strictObject({ ...common, kind: z.literal('confirm'), labels, overRead: z.string().min(1).optional() }),
    z.strictObject({
      ...common,
      kind: z.literal('over-read'),
      when: labels,
      unless: labels.optional(),
      overRead: z.string().min(1),
    }),
  ] as const;

const logicSchema = (labels: LabelList) =>
  z.strictObject({
    labelSet: z.literal('ecgfounder'),
    sources: z.record(z.string(), z.string()),
    groups: z.record(z.string(), labels),
    rules: z.array(z.discriminatedUnion('kind', [...standingRules(labels), ...statingRules(labels)])),
    wording: z.strictObject({
      possible: z.string().includes('{finding}'),
      confirm: z.string().includes('{finding}'),
      alwaysPossible: labels,
      but: z.string().includes('{finding}').includes('{reasons}'),
      lookAt: z.string().includes('{reasons}'),
      nothing: z.string().min(1),
      nothingElse: z.string().min(1),
    }),
  });

export type LabelLogic = z.infer<ReturnType<typeof logicSchema>>;
/** One rule; rules are applied in the order of the file. */
export type Rule = LabelLogic['rules'][number];

/**
 * Reads `mappings/NAME-label-logic.json` with its labels resolved to output indices.
 * @throws EcgError CONFIG_INVALID for a label whose index and wording do not belong together, an unknown group or
 *   source, a rule id given twice.
 */
export function parseLabelLogic(json: unknown, labelSet: LabelSet): LabelLogic {
  const refuse = (fault: string) => new EcgError('CONFIG_INVALID', `label logic: ${fault}`);
  const named = groupsSchema.safeParse(json);
  if (!named.success) throw refuse(z.prettifyError(named.error));
  const result = logicSchema(labelList(labelSet, named.data.groups)).safeParse(json);
  if (!result.success) throw refuse(z.prettifyError(result.error));
  const { rules, sources } = result.data;
  const twice = rules.find(({ id }, index) => rules.findIndex((rule) => rule.id === id) !== index);
  if (twice) throw refuse(`rule ${twice.id} is given twice`);
  const unsourced = rules.find(({ source }) => source.some((name) => !Object.hasOwn(sources, name)));
  if (unsourced) throw refuse(`rule ${unsourced.id} names an unknown source`);
  return result.data;
}

/** The label logic of ECGFounder. */
export const ECGFOUNDER_LOGIC: LabelLogic = parseLabelLogic(logicJson, ECGFOUNDER);

/**
 * What reads a list of "5 ATRIAL FIBRILLATION" and "@group" as output indices, each once; it faults a label whose
 * index and wording do not belong together, and an unknown group.
 */
export function labelList({ labels }: LabelSet, groups: Readonly<Record<string, readonly string[]>>): LabelList {
  const indices = new Map(labels.map(({ index, label }) => [`${index} ${label}`, index]));
  const resolve = (reference: string, depth: number): readonly (number | undefined)[] => {
    if (!reference.startsWith('@')) return [indices.get(reference)];
    const name = reference.slice(1);
    const group = depth < MAX_GROUP_DEPTH && Object.hasOwn(groups, name) ? groups[name] : undefined;
    return group?.flatMap((member) => resolve(member, depth + 1)) ?? [undefined];
  };
  return z
    .array(z.string())
    .min(1)
    .transform((references, context): readonly number[] => {
      const known = references.flatMap((reference) =>
        resolve(reference, 0).flatMap((index) => {
          if (index === undefined) context.addIssue({ code: 'custom', message: `no such label: ${reference}` });
          return index ?? [];
        }),
      );
      return [...new Set(known)];
    });
}
