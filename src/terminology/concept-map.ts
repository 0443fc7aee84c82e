import { z } from 'zod';
import { EcgError } from '../errors.ts';
import { isSctConceptId } from './sct-id.ts';

/** SNOMED CT as a FHIR code system. */
const SNOMED_CT = 'http://snomed.info/sct';

/** Extension of a target whose code is in the SNOMED CT Global Patient Set; the root is that of `fhir/identity.ts`. */
export const IN_GLOBAL_PATIENT_SET = 'urn:oid:2.25.63001958916345395096913920867211122136.9.4';

/** `all`: every mapped code; `gps`: those of the freely licensed SNOMED CT Global Patient Set. */
export type SnomedEdition = 'all' | 'gps';

interface MappedCoding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** What one source code means in SNOMED CT. */
export interface Translation {
  readonly coding: MappedCoding;
  /** FHIR R4 ConceptMapEquivalence: the SNOMED CT concept in relation to the label. */
  readonly equivalence: string;
  /** Further concepts needed to say the whole label ("biatrial" takes a left and a right one). */
  readonly additional: readonly MappedCoding[];
}

interface MappedTarget extends Omit<Translation, 'coding'> {
  readonly coding: MappedCoding | undefined;
  /** Codes of this target that are in the Global Patient Set. */
  readonly globalPatientSet: ReadonlySet<string>;
}

/** A ConceptMap to SNOMED CT, by source code. */
export interface ConceptMap {
  /** Canonical URL of the CodeSystem whose codes are mapped. */
  readonly source: string;
  readonly targets: ReadonlyMap<string, MappedTarget>;
}

const conceptId = z.string().refine(isSctConceptId, { error: 'no SNOMED CT concept id (check digit or partition)' });
const extensions = z.array(z.object({ url: z.string(), valueBoolean: z.boolean().optional() })).default([]);
const productSchema = z.object({
  extension: extensions,
  system: z.literal(SNOMED_CT),
  value: conceptId,
  display: z.string(),
});
const targetSchema = z
  .object({
    extension: extensions,
    code: conceptId.optional(),
    display: z.string().optional(),
    equivalence: z.enum(['equivalent', 'wider', 'narrower', 'relatedto', 'unmatched']),
    product: z.array(productSchema).default([]),
  })
  .refine(
    ({ code, display, equivalence }) => (code === undefined) === (equivalence === 'unmatched') && (!code || display),
    {
      error: 'a target has code and display, or is unmatched',
    },
  );
const conceptMapSchema = z.object({
  resourceType: z.literal('ConceptMap'),
  group: z.tuple([
    z.object({
      source: z.string(),
      target: z.literal(SNOMED_CT),
      element: z.array(z.object({ code: z.string(), target: z.tuple([targetSchema]) })),
    }),
  ]),
});

/**
 * Reads a FHIR R4 ConceptMap whose one group leads to SNOMED CT, one target per source code.
 * @throws EcgError CONFIG_INVALID naming every fault: a code that is none, a code mapped twice.
 */
export function parseConceptMap(json: unknown): ConceptMap {
  const result = conceptMapSchema.safeParse(json);
  if (!result.success) throw new EcgError('CONFIG_INVALID', `ConceptMap: ${z.prettifyError(result.error)}`);
  const [{ source, element }] = result.data.group;
  const targets = new Map(element.map(({ code, target: [target] }) => [code, toMappedTarget(target)]));
  if (targets.size < element.length) throw new EcgError('CONFIG_INVALID', 'ConceptMap: a code is mapped twice');
  return { source, targets };
}

/**
 * The SNOMED CT codes of a source code; undefined where none is evidenced or `edition` does not have it.
 * @throws EcgError CONFIG_INVALID for a code that the map does not know.
 */
export function translate(map: ConceptMap, code: string, edition: SnomedEdition): Translation | undefined {
  const target = map.targets.get(code);
  if (target === undefined) throw new EcgError('CONFIG_INVALID', `ConceptMap: code ${code} is not mapped`);
  const { coding, equivalence, additional, globalPatientSet } = target;
  const inEdition = (candidate: MappedCoding) => edition === 'all' || globalPatientSet.has(candidate.code);
  if (coding === undefined || !inEdition(coding)) return undefined;
  return { coding, equivalence, additional: additional.filter(inEdition) };
}

function toMappedTarget({
  code,
  display,
  equivalence,
  product,
  extension,
}: z.infer<typeof targetSchema>): MappedTarget {
  const coded = [
    ...(code === undefined ? [] : [{ code, extension }]),
    ...product.map(({ value, extension: flags }) => ({ code: value, extension: flags })),
  ];
  return {
    coding: code === undefined || display === undefined ? undefined : { system: SNOMED_CT, code, display },
    equivalence,
    additional: product.map((row) => ({ system: SNOMED_CT, code: row.value, display: row.display })),
    globalPatientSet: new Set(coded.filter((row) => isInGlobalPatientSet(row.extension)).map((row) => row.code)),
  };
}

function isInGlobalPatientSet(flags: z.infer<typeof extensions>): boolean {
  return flags.some(({ url, valueBoolean }) => url === IN_GLOBAL_PATIENT_SET && valueBoolean === true);
}
