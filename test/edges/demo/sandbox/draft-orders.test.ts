import {
  applyActions,
  conceptCode,
  conceptName,
  type DraftOrder,
  signedResource,
  toDraftBundle,
} from '../../../../src/edges/demo/sandbox/draft-orders.ts';
import { CATALOGUE, draftResource } from '../../../../src/edges/demo/sandbox/order-catalogue.ts';

const drafts: readonly DraftOrder[] = CATALOGUE.slice(0, 2).map((orderable, index) => ({
  resource: draftResource(orderable, 'p1', `draft-${index}`),
  suggested: false,
}));
const names = (result: ReturnType<typeof applyActions>) =>
  'drafts' in result ? result.drafts.map(({ resource }) => conceptName(resource)) : result.impossible;
const action = { description: 'do it', resource: undefined, resourceId: undefined };

describe('draft orders', () => {
  it.each(CATALOGUE)('is a FHIR order for $display', (orderable) => {
    const resource = draftResource(orderable, 'p1', 'draft-1');
    const concept = orderable.kind === 'medicine' ? 'medicationCodeableConcept' : 'code';
    expect(resource).toMatchObject({
      resourceType: orderable.kind === 'medicine' ? 'MedicationRequest' : 'ServiceRequest',
      id: 'draft-1',
      status: 'draft',
      intent: 'order',
      subject: { reference: 'Patient/p1' },
      [concept]: { coding: [{ system: orderable.system, code: orderable.code }] },
    });
    expect(conceptName(resource)).toBe(orderable.display);
    expect(conceptCode(resource)).toMatch(new RegExp(`^(RxNorm|SNOMED CT) ${orderable.code}$`));
  });

  it('creates, updates and deletes as a suggestion says, in its order', () => {
    const updated = { resourceType: 'MedicationRequest', id: 'draft-0', code: { text: 'changed' } };
    const created = { resourceType: 'ServiceRequest', id: 'theirs', code: { text: 'new' } };
    const result = applyActions(
      drafts,
      [
        { ...action, type: 'update', resource: updated },
        { ...action, type: 'delete', resourceId: 'MedicationRequest/draft-1' },
        { ...action, type: 'create', resource: created },
      ],
      () => 'ours',
    );
    expect(result).toEqual({
      drafts: [
        { resource: updated, suggested: true },
        { resource: { ...created, id: 'ours' }, suggested: true },
      ],
    });
  });

  it('takes a bare id as the target of a deletion', () => {
    expect(names(applyActions(drafts, [{ ...action, type: 'delete', resourceId: 'draft-0' }], String))).toEqual([
      'apixaban',
    ]);
  });

  it.each([
    ['an update of what is no draft', { type: 'update', resource: { resourceType: 'MedicationRequest', id: 'x' } }],
    ['a deletion of what is no draft', { type: 'delete', resourceId: 'ServiceRequest/draft-0' }],
    ['a creation of nothing', { type: 'create' }],
  ] as const)('does nothing at all where one action is %s', (_what, impossible) => {
    const possible = { ...action, type: 'delete', resourceId: 'draft-0' } as const;
    expect(names(applyActions(drafts, [possible, { ...action, ...impossible }], String))).toBe('do it');
  });

  it('goes to the hook as a Bundle and on record active, without its draft id', () => {
    expect(toDraftBundle(drafts)).toEqual({
      resourceType: 'Bundle',
      type: 'collection',
      entry: drafts.map(({ resource }) => ({ resource })),
    });
    const signed = signedResource({ resourceType: 'ServiceRequest', id: 'd', status: 'draft' }, new Date(0));
    expect(signed).toEqual({
      resourceType: 'ServiceRequest',
      status: 'active',
      authoredOn: '1970-01-01T00:00:00.000Z',
    });
  });
});
