import type { Action } from './card.ts';
import { at, type JsonObject, textAt } from './json.ts';

/** An order being written; not yet on record. */
export interface DraftOrder {
  readonly resource: JsonObject;
  /** It was made or changed by accepting a suggestion. */
  readonly suggested: boolean;
}

/** "MedicationRequest/draft-1" */
export function referenceOf(resource: JsonObject): string {
  return `${textAt(resource, 'resourceType')}/${textAt(resource, 'id')}`;
}

/** What an order, a medicine or a condition on record is, in words. */
export function conceptName(resource: JsonObject): string {
  const concept = resource['medicationCodeableConcept'] ?? resource['code'];
  return (
    textAt(concept, 'text') ??
    textAt(concept, 'coding', 0, 'display') ??
    textAt(resource, 'medicationReference', 'display') ??
    textAt(resource, 'description') ??
    textAt(resource, 'resourceType') ??
    'not stated'
  );
}

/** Its code: "RxNorm 9947". */
export function conceptCode(resource: JsonObject): string | undefined {
  const coding = at(resource['medicationCodeableConcept'] ?? resource['code'], 'coding', 0);
  const code = textAt(coding, 'code');
  if (code === undefined) return undefined;
  const system = textAt(coding, 'system') ?? '';
  const name = system.endsWith('/rxnorm') ? 'RxNorm' : system === 'http://snomed.info/sct' ? 'SNOMED CT' : system;
  return `${name} ${code}`.trim();
}

/** The `draftOrders` of an order-sign hook. */
export function toDraftBundle(drafts: readonly DraftOrder[]): JsonObject {
  return { resourceType: 'Bundle', type: 'collection', entry: drafts.map(({ resource }) => ({ resource })) };
}

/** An order as it goes on record: active, of now, under an id the server chooses. */
export function signedResource({ id: _draftId, ...resource }: JsonObject, now: Date): JsonObject {
  return { ...resource, status: 'active', authoredOn: now.toISOString() };
}

/**
 * The drafts after accepting a suggestion (CDS Hooks 2.0.1, "Action"): a creation adds, an update replaces the draft of
 * the same type and id, a deletion removes. All of its actions are done or, where one cannot be, none.
 * @param newId names a created resource that has no id yet.
 */
export function applyActions(
  drafts: readonly DraftOrder[],
  actions: readonly Action[],
  newId: () => string,
): { readonly drafts: readonly DraftOrder[] } | { readonly impossible: string } {
  let result = drafts;
  for (const action of actions) {
    const next = applyAction(result, action, newId);
    if (next === undefined) return { impossible: action.description };
    result = next;
  }
  return { drafts: result };
}

function applyAction(
  drafts: readonly DraftOrder[],
  { type, resource, resourceId }: Action,
  newId: () => string,
): readonly DraftOrder[] | undefined {
  if (type === 'create') {
    if (resource === undefined || textAt(resource, 'resourceType') === undefined) return undefined;
    return [...drafts, { resource: { ...resource, id: newId() }, suggested: true }];
  }
  const target = type === 'delete' ? resourceId : resource && referenceOf(resource);
  const index = drafts.findIndex(({ resource: draft }) => target === referenceOf(draft) || target === draft['id']);
  if (target === undefined || index < 0) return undefined;
  if (type === 'delete' || resource === undefined) return drafts.toSpliced(index, 1);
  return drafts.with(index, { resource, suggested: true });
}
