import { z } from 'zod';
import { isOnServer } from '../fhir/patient-reference.ts';
import type { RecordOwner } from './confirmed-history.ts';
import { subjectOf } from './patient-sources.ts';

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
  /** Nobody has signed it yet; hooks bring orders that are in force too. */
  readonly isDraft: boolean;
  /** The medicine and, of a combination, its ingredients. */
  readonly medicines: readonly Concept[];
  readonly routes: readonly Concept[];
}

/** More drafts than anybody signs at once are not looked at. */
const MAX_DRAFTS = 500;
/** More Medications than this are not fetched for one hook. */
const MAX_FETCHED = 20;
const MEDICATION = /^Medication\/(?!\.{1,2}$)[A-Za-z0-9.-]{1,64}$/;
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
 * The medications in the `draftOrders` of a hook that are to be given to this patient. What is malformed, for somebody
 * else, or no order of a medicine (`doNotPerform`, cancelled) is left out.
 * @param draftOrders a Bundle, unchecked.
 * @param records what was fetched besides; the Medications among them count. Unchecked.
 */
export function draftMedications(
  draftOrders: unknown,
  owner: RecordOwner,
  records: readonly unknown[] = [],
): readonly DraftMedication[] {
  const entries = entriesOf(draftOrders);
  return requestsOf(entries, owner).map((request) => {
    const { id, status, medicationCodeableConcept, dosageInstruction } = request;
    return {
      ...(id !== undefined && FHIR_ID.test(id) ? { reference: `MedicationRequest/${id}` } : {}),
      isDraft: status === 'draft',
      medicines: medicationCodeableConcept
        ? [medicationCodeableConcept]
        : (referredMedicines(request, candidatesOf(request, entries)) ??
          referredMedicines(relative(request, owner), fetchedCandidates(records)) ??
          []),
      routes: dosageInstruction.flatMap(({ route }) => route ?? []),
    };
  });
}

/** The Medications on the patient's server that drafts refer to and that did not come along: "Medication/1". */
export function medicationsToFetch(draftOrders: unknown, owner: RecordOwner): readonly string[] {
  const entries = entriesOf(draftOrders);
  const wanted = requestsOf(entries, owner).flatMap((request) => {
    const isAtHand = request.medicationCodeableConcept ?? referredMedicines(request, candidatesOf(request, entries));
    const reference = relative(request, owner).medicationReference?.reference ?? '';
    return isAtHand || !MEDICATION.test(reference) ? [] : [reference];
  });
  return [...new Set(wanted)].slice(0, MAX_FETCHED);
}

function entriesOf(draftOrders: unknown): readonly Entry[] {
  return bundleSchema.safeParse(draftOrders).data?.entry.slice(0, MAX_DRAFTS) ?? [];
}

function requestsOf(entries: readonly Entry[], owner: RecordOwner): readonly Request[] {
  return entries
    .filter(({ resource }) => subjectOf(resource, owner.baseUrl) === owner.patientId)
    .flatMap(({ resource }) => {
      const request = requestSchema.safeParse(resource);
      if (!request.success || request.data.doNotPerform || CLOSED.includes(request.data.status ?? '')) return [];
      return [request.data];
    });
}

/** A Medication, and the references that mean it by its id. */
interface Candidate {
  readonly resource: unknown;
  readonly names: (id: string) => readonly (string | undefined)[];
}

/** What is contained in the request or stands beside it in the Bundle. */
function candidatesOf({ contained }: Request, entries: readonly Entry[]): readonly Candidate[] {
  return [
    ...contained.map((resource) => ({ resource, names: (id: string) => [`#${id}`] })),
    ...entries.map(({ fullUrl, resource }) => ({ resource, names: (id: string) => [fullUrl, `Medication/${id}`] })),
  ];
}

function fetchedCandidates(records: readonly unknown[]): readonly Candidate[] {
  return records.map((resource) => ({ resource, names: (id: string) => [`Medication/${id}`] }));
}

/** The medicine and its ingredients; undefined where the Medication is not among the candidates. */
function referredMedicines(
  { medicationReference }: Request,
  candidates: readonly Candidate[],
): readonly Concept[] | undefined {
  const reference = medicationReference?.reference;
  if (reference === undefined) return undefined;
  for (const { resource, names } of candidates) {
    const medication = medicationSchema.safeParse(resource);
    if (!medication.success || !names(medication.data.id ?? '').includes(reference)) continue;
    const { code, ingredient } = medication.data;
    return [code, ...ingredient.map(({ itemCodeableConcept }) => itemCodeableConcept)].flatMap(
      (concept) => concept ?? [],
    );
  }
  return undefined;
}

/** With a reference into the patient's server written as a relative one. */
function relative(request: Request, { baseUrl }: RecordOwner): Request {
  const reference = request.medicationReference?.reference;
  if (reference === undefined || baseUrl === undefined || !isOnServer(reference, baseUrl)) return request;
  return { ...request, medicationReference: { reference: reference.slice(baseUrl.replace(/\/+$/, '').length + 1) } };
}
