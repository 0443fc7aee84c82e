import { z } from 'zod';
import codeSystemJson from '../../mappings/ecgfounder.codesystem.json' with { type: 'json' };
import conceptMapJson from '../../mappings/ecgfounder-snomed.conceptmap.json' with { type: 'json' };
import { EcgError } from '../errors.ts';
import { type ConceptMap, parseConceptMap, type SnomedEdition, type Translation, translate } from './concept-map.ts';

/** One output of the network and what is known of it. */
export interface Label {
  /** Output index. */
  readonly index: number;
  /** Verbatim from the model's authors. */
  readonly label: string;
  /** The wording of a report, in lower case where it stands inside a sentence. */
  readonly text: string;
  readonly kind: string;
  /** False for fragments and comparisons, which mean nothing by themselves. */
  readonly standalone: boolean;
  readonly urgency: 'critical' | 'urgent' | 'routine' | 'normal';
  /** May its code be recorded without a human? `review`: only after one has confirmed it. */
  readonly autoCode: 'yes' | 'review' | 'no';
  /** `low` until thresholds are calibrated on site. */
  readonly tier: 'standard' | 'low';
}

/** All outputs of a network in order, and their codes. */
export interface LabelSet {
  /** Canonical URL of the CodeSystem. */
  readonly system: string;
  readonly labels: readonly Label[];
  /** SNOMED CT for the label at `index`; undefined where there is no code in that edition. */
  readonly translate: (index: number, edition: SnomedEdition) => Translation | undefined;
}

const propertiesSchema = z.object({
  kind: z.string(),
  standalone: z.boolean(),
  urgency: z.enum(['critical', 'urgent', 'routine', 'normal']),
  autoCode: z.enum(['yes', 'review', 'no']),
  tier: z.enum(['standard', 'low']),
});
const conceptSchema = z.object({
  code: z.string(),
  display: z.string().min(1),
  designation: z.tuple([z.object({ language: z.literal('en'), value: z.string().min(1) })]),
  property: z
    .array(
      z.object({
        code: z.string(),
        valueCode: z.string().optional(),
        valueString: z.string().optional(),
        valueBoolean: z.boolean().optional(),
      }),
    )
    .transform((rows) =>
      Object.fromEntries(rows.map((row) => [row.code, row.valueCode ?? row.valueString ?? row.valueBoolean])),
    )
    .pipe(propertiesSchema),
});
const codeSystemSchema = z.object({
  resourceType: z.literal('CodeSystem'),
  url: z.string().min(1),
  content: z.literal('complete'),
  count: z.int().positive(),
  concept: z.array(conceptSchema),
});

/**
 * Joins a CodeSystem of output labels (code = output index) with its ConceptMap.
 * @throws EcgError CONFIG_INVALID where the index has a gap, a label occurs twice or is not mapped.
 */
export function parseLabelSet(codeSystem: unknown, conceptMap: unknown): LabelSet {
  const result = codeSystemSchema.safeParse(codeSystem);
  if (!result.success) throw new EcgError('CONFIG_INVALID', `CodeSystem: ${z.prettifyError(result.error)}`);
  const { url, count, concept } = result.data;
  const map = parseConceptMap(conceptMap);
  if (map.source !== url) throw new EcgError('CONFIG_INVALID', `ConceptMap: maps ${map.source}, not ${url}`);
  const labels = concept.map(({ code, display, designation: [{ value }], property }, index) => {
    if (code !== String(index)) throw new EcgError('CONFIG_INVALID', `CodeSystem: code ${code} stands at ${index}`);
    return { index, label: display, text: value, ...property };
  });
  checkComplete(labels, count, map);
  return { system: url, labels, translate: (index, edition) => translate(map, String(index), edition) };
}

/** The 150 outputs of ECGFounder (Li et al., NEJM AI 2025). */
export const ECGFOUNDER: LabelSet = parseLabelSet(codeSystemJson, conceptMapJson);

function checkComplete(labels: readonly Label[], count: number, map: ConceptMap): void {
  if (labels.length !== count || new Set(labels.map(({ label }) => label)).size !== count) {
    throw new EcgError('CONFIG_INVALID', `CodeSystem: ${count} different labels are promised, not found`);
  }
  const unmapped = labels.find(({ index }) => !map.targets.has(String(index)));
  if (unmapped || map.targets.size !== count) {
    throw new EcgError(
      'CONFIG_INVALID',
      `ConceptMap: ${unmapped ? `label ${unmapped.index} is not mapped` : 'maps codes that are no labels'}`,
    );
  }
}
