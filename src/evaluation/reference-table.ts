import { z } from 'zod';
import tableJson from '../../mappings/ecgfounder-reference-labels.json' with { type: 'json' };
import { EcgError } from '../errors.ts';
import { labelList } from '../findings/label-logic.ts';
import { ECGFOUNDER, type LabelSet } from '../terminology/label-set.ts';
import { signedReportScheme } from './signed-report-scheme.ts';

export type SchemeName = 'scp-ecg' | 'snomed-ct' | 'signed-report';

/** What one code of a reference says of the labels; `mappings/README.md` explains each field. */
export interface CodeMeaning {
  readonly means: readonly number[];
  readonly meansUnion?: string | undefined;
  readonly open: readonly number[];
  readonly rhythm: boolean;
  readonly unfit: boolean;
  readonly reason: string;
}

/** What a model is tested on: one label, or a union of labels that references do not tell apart. */
export interface Target {
  readonly name: string;
  /** The score of a union is the greatest of these outputs. */
  readonly outputs: readonly number[];
  readonly isUnion: boolean;
}

/** One kind of reference. */
export interface ReferenceScheme {
  readonly codes: ReadonlyMap<string, CodeMeaning>;
  /** Targets it has words for; of others it says nothing by not stating them. */
  readonly asked: ReadonlySet<Target>;
}

export interface ReferenceTable {
  /** Labels in the order of the network's outputs, then unions. */
  readonly targets: readonly Target[];
  readonly schemes: Readonly<Record<SchemeName, ReferenceScheme>>;
  /** Labels that a reference without a rhythm statement does not deny. */
  readonly rhythmLabels: ReadonlySet<number>;
  /** Likelihoods of a statement in percent, above 0 and below this, leave it in doubt. */
  readonly doubtfulBelow: number;
  readonly rules: readonly ReferenceRule[];
}

export type ReferenceRule =
  | { readonly kind: 'all-of' | 'any-of'; readonly label: number; readonly of: readonly number[] }
  | { readonly kind: 'opposites'; readonly between: readonly [number, number] };

const namesSchema = z.object({
  unions: z.array(z.object({ name: z.string(), of: z.array(z.string()) })),
  groups: z.record(z.string(), z.array(z.string())),
});
const justified = { reason: z.string().min(1), source: z.array(z.string()).min(1) };

function tableSchema(labels: ReturnType<typeof labelList>, unionNames: readonly string[]) {
  const label = z
    .string()
    .transform((reference): readonly string[] => [reference])
    .pipe(labels)
    .pipe(z.tuple([z.number()]))
    .transform(([index]) => index);
  const code = z.strictObject({
    code: z.string().min(1),
    display: z.string().min(1),
    means: labels.default([]),
    meansUnion: z.enum(unionNames).optional(),
    open: labels.default([]),
    rhythm: z.boolean().default(false),
    unfit: z.boolean().default(false),
    reason: z.string().min(1),
  });
  const scheme = z.strictObject({
    title: z.string().min(1),
    source: justified.source,
    codes: z.array(code).refine((rows) => new Set(rows.map((row) => row.code)).size === rows.length, {
      error: 'a code is given twice',
    }),
  });
  return z.strictObject({
    labelSet: z.literal('ecgfounder'),
    sources: z.record(z.string(), z.string()),
    unions: z.array(z.strictObject({ name: z.string().min(1), of: labels, reason: justified.reason })),
    groups: z.record(z.string(), labels),
    rhythm: z.strictObject({ labels, ...justified }),
    likelihood: z.strictObject({ below: z.number().positive().max(100), ...justified }),
    rules: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ id: z.string(), kind: z.enum(['all-of', 'any-of']), label, of: labels, ...justified }),
        z.strictObject({
          id: z.string(),
          kind: z.literal('opposites'),
          between: z.tuple([label, label]),
          ...justified,
        }),
      ]),
    ),
    schemes: z.strictObject({ 'scp-ecg': scheme, 'snomed-ct': scheme }),
  });
}

/**
 * Reads `mappings/NAME-reference-labels.json`: what the codes of annotated databases say of a network's labels.
 * @throws EcgError CONFIG_INVALID naming every fault: an unknown label, group, union or source, a code given twice.
 */
export function parseReferenceTable(json: unknown, labelSet: LabelSet): ReferenceTable {
  const refuse = (fault: string) => new EcgError('CONFIG_INVALID', `reference labels: ${fault}`);
  const named = namesSchema.safeParse(json);
  if (!named.success) throw refuse(z.prettifyError(named.error));
  const unions = Object.fromEntries(named.data.unions.map(({ name, of }) => [name, of]));
  const labels = labelList(labelSet, { ...named.data.groups, ...unions });
  const result = tableSchema(labels, Object.keys(unions)).safeParse(json);
  if (!result.success) throw refuse(z.prettifyError(result.error));
  const table = result.data;
  const justifications = [...table.rules, table.rhythm, table.likelihood, ...Object.values(table.schemes)];
  const unsourced = justifications.flatMap(({ source }) => source).find((name) => !Object.hasOwn(table.sources, name));
  if (unsourced !== undefined) throw refuse(`unknown source ${unsourced}`);
  const targets: readonly Target[] = [
    ...labelSet.labels.map(({ index, label }) => ({ name: label, outputs: [index], isUnion: false })),
    ...table.unions.map(({ name, of }) => ({ name, outputs: of, isUnion: true })),
  ];
  const schemeOf = ({ codes }: { readonly codes: readonly (CodeMeaning & { readonly code: string })[] }) => ({
    codes: new Map(codes.map((row) => [row.code, row])),
    asked: askedTargets(codes, table.rules, targets),
  });
  const annotated = {
    'scp-ecg': schemeOf(table.schemes['scp-ecg']),
    'snomed-ct': schemeOf(table.schemes['snomed-ct']),
  };
  const signed = signedReportScheme(annotated['snomed-ct'].codes, labelSet);
  const asked = targets.filter(({ outputs }) => outputs.some((label) => signed.asked.has(label)));
  return {
    targets,
    schemes: { ...annotated, 'signed-report': { codes: signed.codes, asked: new Set(asked) } },
    rhythmLabels: new Set(table.rhythm.labels),
    doubtfulBelow: table.likelihood.below,
    rules: table.rules,
  };
}

/** The references that are read for ECGFounder's labels. */
export const ECGFOUNDER_REFERENCE: ReferenceTable = parseReferenceTable(tableJson, ECGFOUNDER);

/** Labels that a code means or that follow from such labels by a rule; unions of which one is asked or that a code means. */
function askedTargets(
  codes: readonly CodeMeaning[],
  rules: readonly ReferenceRule[],
  targets: readonly Target[],
): ReadonlySet<Target> {
  const labels = new Set(codes.flatMap(({ means }) => means));
  for (const rule of rules) {
    if (rule.kind !== 'opposites' && rule.of.every((label) => labels.has(label))) labels.add(rule.label);
  }
  const unions = new Set(codes.flatMap(({ meansUnion }) => meansUnion ?? []));
  return new Set(targets.filter(({ name, outputs }) => unions.has(name) || outputs.some((label) => labels.has(label))));
}
