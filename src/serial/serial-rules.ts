import { z } from 'zod';
import rulesJson from '../../mappings/serial-comparison.json' with { type: 'json' };
import { EcgError } from '../errors.ts';
import { labelList } from '../findings/label-logic.ts';
import { ECGFOUNDER, type LabelSet } from '../terminology/label-set.ts';

const positive = z.number().positive();
const millivolts = z.strictObject({ least: z.number().optional(), most: z.number().optional() });
const source = z.array(z.string()).min(1);

const intervalSchema = z
  .strictObject({
    id: z.string().min(1),
    /** As a statement begins. */
    name: z.string().min(1),
    measurement: z.enum(['qtcFridericia', 'qrs', 'pr', 'qrsAxis', 'ventricularRate']),
    /** In the unit of the measurement; smaller differences are chance. */
    limit: positive,
    /** From this difference on it is urgent, in one direction. */
    urgentFrom: positive.optional(),
    urgentWhen: z.enum(['longer']).optional(),
    words: z.strictObject({ up: z.string().min(1), down: z.string().min(1) }),
    source,
  })
  .refine(({ urgentFrom, urgentWhen }) => (urgentFrom === undefined) === (urgentWhen === undefined));

const waveChangeSchema = z.strictObject({
  id: z.string().min(1),
  /** `st`: at J and 60 ms later, by both; `t`: the largest deviation. */
  wave: z.enum(['st', 't']),
  direction: z.enum(['up', 'down']),
  /** mV. */
  by: positive,
  /** What the level has to be now, or to have been before, mV. */
  now: millivolts.optional(),
  before: millivolts.optional(),
  /** How a statement begins; without it the change only bears labels out. */
  states: z.string().min(1).optional(),
  urgent: z.boolean().default(false),
  source,
});
export type WaveChange = z.infer<typeof waveChangeSchema>;

const groupsSchema = z.object({ groups: z.record(z.string(), z.array(z.string()).min(1)) });

const rulesSchema = (labels: ReturnType<typeof labelList>) =>
  z.strictObject({
    labelSet: z.literal('ecgfounder'),
    sources: z.record(z.string(), z.string().min(1)),
    groups: z.record(z.string(), labels),
    notComparable: z.strictObject({
      labels: z.array(z.strictObject({ labels, reason: z.string().min(1) })),
      recording: z.array(
        z.strictObject({
          defect: z.enum(['arm-leads-exchanged', 'chest-leads-exchanged', 'pacing-impulses']),
          reason: z.string().min(1),
        }),
      ),
      leads: z.array(z.strictObject({ defect: z.enum(['gain']), reason: z.string().min(1) })),
      ageBelowYears: positive,
    }),
    intervals: z.array(intervalSchema),
    rhythms: z.strictObject({
      kinds: z.array(z.strictObject({ name: z.string().min(1), labels, urgent: z.boolean() })),
      source,
    }),
    blocks: z.array(
      z.strictObject({
        id: z.string().min(1),
        name: z.string().min(1),
        labels,
        /** ms; a block that was there before would have made the QRS at least this long. */
        qrsBelowBefore: positive,
        urgent: z.boolean(),
        source,
      }),
    ),
    waves: z.strictObject({
      /** Leads that look at neighbouring parts of the heart, in their order. */
      contiguous: z.array(z.array(z.string()).min(2)),
      /** ms; a wider QRS changes ST and T by itself. */
      qrsBelow: positive,
      changes: z.array(waveChangeSchema),
    }),
    serialLabels: z.array(
      z.strictObject({
        labels,
        /** Changes by id, of an interval "-up" or "-down"; one of them bears the labels out. */
        anyOf: z.array(z.string()).min(1),
        /** Whether the labels may be told where none of the changes could be looked for. */
        unmeasured: z.enum(['silent', 'speaks']),
        source,
      }),
    ),
  });

export type SerialRules = z.infer<ReturnType<typeof rulesSchema>>;

/**
 * Reads `mappings/serial-comparison.json` with its labels as output indices.
 * @throws EcgError CONFIG_INVALID for an unknown label, group, source or change.
 */
export function parseSerialRules(json: unknown, labelSet: LabelSet): SerialRules {
  const refuse = (fault: string) => new EcgError('CONFIG_INVALID', `serial comparison: ${fault}`);
  const named = groupsSchema.safeParse(json);
  if (!named.success) throw refuse(z.prettifyError(named.error));
  const result = rulesSchema(labelList(labelSet, named.data.groups)).safeParse(json);
  if (!result.success) throw refuse(z.prettifyError(result.error));
  const { intervals, rhythms, blocks, waves, serialLabels, sources } = result.data;
  const changes = new Set([
    ...intervals.flatMap(({ id }) => [`${id}-up`, `${id}-down`]),
    ...waves.changes.map(({ id }) => id),
  ]);
  const unknown = serialLabels.flatMap(({ anyOf }) => anyOf).find((id) => !changes.has(id));
  if (unknown !== undefined) throw refuse(`no change is named ${unknown}`);
  const cited = [...intervals, rhythms, ...blocks, ...waves.changes, ...serialLabels].flatMap((rule) => rule.source);
  const unsourced = cited.find((name) => !Object.hasOwn(sources, name));
  if (unsourced !== undefined) throw refuse(`no source is named ${unsourced}`);
  return result.data;
}

/** What counts as a change, and which labels of ECGFounder it bears out. */
export const SERIAL_RULES: SerialRules = parseSerialRules(rulesJson, ECGFOUNDER);
