import { z } from 'zod';
import { subjectOf } from './patient-sources.ts';

/** Whom the drafts are for, and on which server. */
export interface DraftOwner {
  readonly patientId: string;
  readonly baseUrl: string | undefined;
}

/** A coded or written name from a draft order. */
export interface Concept {
  readonly coding: readonly {
    readonly system?: string | undefined;
    readonly code?: string | undefined;
    readonly display?: string | undefined;
  }[];
  readonly text?: string | undefined;
}

/** One medication that is about to be ordered. */
export interface DraftMedication {
  /** "MedicationRequest/draft-1"; absent where the draft has no id. */
  readonly reference?: string;
  /** The medicine and, of a combination, its ingredients. */
  readonly medicines: readonly Concept[];
  readonly routes: readonly Concept[];
}

/** More drafts than anybody signs at once are not looked at. */
const MAX_DRAFTS = 500;
const FHIR_ID = /^[A-Za-z0-9.-]{1,64}$/;
/** Statuses of an order that is not, or no longer, to be given. */
const CLOSED = ['cancelled', 'stopped', 'completed', 'entered-in-error'];

const text = z.string().max(1_000).optional().catch(undefined);
const conceptSchema = z.object({
  coding: z
    .array(z.object({ system: text, code: text, display: text }))
    .max(100)
    .default([])
    .catch([]),
  text,
});

const medicationSchema = z.object({
  resourceType: z.literal('Medication'),
  id: text,
  code: conceptSchema.optional().catch(undefined),
  ingredient: z
    .array(z.object({ itemCodeableConcept: conceptSchema.optional().catch(undefined) }))
    .max(100)
    .default([])
    .catch([]),
});

const requestSchema = z.object({
  resourceType: z.literal('MedicationRequest'),
  id: text,
  status: text,
  doNotPerform: z.boolean().optional().catch(undefined),
  medicationCodeableConcept: conceptSchema.optional().catch(undefined),
  medicationReference: z.object({ reference: text }).optional().catch(undefined),
  contained: z.array(z.unknown()).max(100).default([]).catch([]),
  dosageInstruction: z
    .array(z.object({ route: conceptSchema.optional().catch(undefined) }))
    .max(100)
    .default([])
    .catch([]),
});
type Request = z.infer<typeof requestSchema>;

const bundleSchema = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.array(z.object({ fullUrl: text, resource: z.unknown() })).default([]),
});
type Entry = z.infer<typeof bundleSchema>['entry'][number];

/**
 * The medications in the `draftOrders` of an order-sign hook that are to be given to this patient. What is malformed,
 * for somebody else, or no order of a medicine (`doNotPerform`, cancelled) is left out.
 * @param draftOrders a Bundle, unchecked.
 */
export function draftMedications(draftOrders: unknown, owner: DraftOwner): readonly DraftMedication[] {
  const bundle = bundleSchema.safeParse(draftOrders);
  if (!bundle.success) return [];
  const entries = bundle.data.entry.slice(0, MAX_DRAFTS);
  return entries
    .filter(({ resource }) => subjectOf(resource, owner.baseUrl) === owner.patientId)
    .flatMap(({ resource }) => {
      const request = requestSchema.safeParse(resource);
      if (!request.success || request.data.doNotPerform || CLOSED.includes(request.data.status ?? '')) return [];
      return [toDraft(request.data, entries)];
    });
}

function toDraft(request: Request, entries: readonly Entry[]): DraftMedication {
  const { id, medicationCodeableConcept, dosageInstruction } = request;
  return {
    ...(id !== undefined && FHIR_ID.test(id) ? { reference: `MedicationRequest/${id}` } : {}),
    medicines: medicationCodeableConcept ? [medicationCodeableConcept] : referredMedicines(request, entries),
    routes: dosageInstruction.flatMap(({ route }) => route ?? []),
  };
}

/** Of the Medication that is contained in the request or stands beside it in the Bundle; none is fetched. */
function referredMedicines({ medicationReference, contained }: Request, entries: readonly Entry[]): readonly Concept[] {
  const reference = medicationReference?.reference;
  if (reference === undefined) return [];
  const candidates = [
    ...contained.map((resource) => ({ resource, names: (id: string) => [`#${id}`] })),
    ...entries.map(({ fullUrl, resource }) => ({ resource, names: (id: string) => [fullUrl, `Medication/${id}`] })),
  ];
  for (const { resource, names } of candidates) {
    const medication = medicationSchema.safeParse(resource);
    if (!medication.success || !names(medication.data.id ?? '').includes(reference)) continue;
    const { code, ingredient } = medication.data;
    return [code, ...ingredient.map(({ itemCodeableConcept }) => itemCodeableConcept)].flatMap(
      (concept) => concept ?? [],
    );
  }
  return [];
}
