import type { Bundle, FhirResource, Observation } from 'fhir/r4';
import type { HookName } from '../../src/cds/hook-contexts.ts';
import { demoResources } from '../../src/edges/demo/demo-patients.ts';

/** The patients of the demo, as of now. */
export const RESOURCES: readonly FhirResource[] = demoResources(new Date());
export const HOOK_INSTANCE = 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea';
/** ST elevation minutes ago, as an Observation. */
export const STEMI = 'demo-stemi';

/** The ECG of {@link STEMI}. */
export const OBSERVATION = find((resource): resource is Observation => resource.id === `${STEMI}-ecg`);

/** A drug that is not for patients with an old infarct. */
export const FLECAINIDE = {
  resourceType: 'MedicationRequest',
  id: 'draft-1',
  status: 'draft',
  intent: 'order',
  medicationCodeableConcept: {
    coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '4441', display: 'flecainide' }],
  },
} as const;

/** A drug that a long QT speaks against. */
export const SOTALOL = {
  ...FLECAINIDE,
  medicationCodeableConcept: {
    coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '9947', display: 'sotalol' }],
  },
} as const;

export function searchset(
  ...resources: readonly unknown[]
): { readonly entry: unknown[] } & Pick<Bundle, 'resourceType' | 'type'> {
  return { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) };
}

/** A complete prefetch of a patient whose one ECG is `ecg`. */
export function prefetchOf(patientId: string, ...ecgs: readonly unknown[]) {
  return {
    patient: { resourceType: 'Patient', id: patientId, birthDate: '1966-03-15' },
    ecgObservations: searchset(...ecgs),
    ecgDocuments: searchset(),
  };
}

export const USERS = ['Practitioner/1', 'PractitionerRole/1', 'Patient/demo-stemi', 'RelatedPerson/1'];

interface Contexts {
  readonly minimal: object;
  readonly full: object;
}

/** The least and the most that the context of each hook may hold (HL7 cds-hooks-library). */
export function contextsOf(patientId: string): Readonly<Record<HookName, Contexts>> {
  const visit = { patientId, userId: 'Practitioner/1' };
  const order = { ...SOTALOL, subject: { reference: `Patient/${patientId}` } };
  const draftOrders = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: order }] };
  const selections = ['MedicationRequest/draft-1'];
  const dispatch = { patientId, performer: 'Organization/lab' };
  const task = { resourceType: 'Task', status: 'draft', intent: 'order' };
  return {
    'patient-view': { minimal: visit, full: { ...visit, encounterId: 'e1' } },
    'order-select': {
      minimal: { ...visit, selections, draftOrders },
      full: { ...visit, encounterId: 'e1', selections, draftOrders },
    },
    'order-sign': { minimal: { ...visit, draftOrders }, full: { ...visit, encounterId: 'e1', draftOrders } },
    'order-dispatch': {
      minimal: { ...dispatch, dispatchedOrders: ['MedicationRequest/1'] },
      full: { ...dispatch, dispatchedOrders: ['MedicationRequest/1'], fulfillmentTasks: [task] },
    },
    'encounter-start': { minimal: { ...visit, encounterId: 'e1' }, full: { ...visit, encounterId: 'e1' } },
    'encounter-discharge': { minimal: { ...visit, encounterId: 'e1' }, full: { ...visit, encounterId: 'e1' } },
  };
}

/** The body of a call of patient-view. */
export function patientView(patientId: string, more: object = {}) {
  return {
    hook: 'patient-view',
    hookInstance: HOOK_INSTANCE,
    context: { userId: 'Practitioner/1', patientId },
    ...more,
  };
}

export const PATIENT_VIEW = '/cds-services/ecg-patient-view';

export function find<T extends FhirResource>(is: (resource: FhirResource) => resource is T): T {
  const found = RESOURCES.find(is);
  if (found === undefined) throw new Error('the demo has no such resource');
  return found;
}
