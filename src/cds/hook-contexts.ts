import { z } from 'zod';

/** FHIR id (R4 2.24.0.1): also keeps an id from carrying a path or a query. */
const fhirId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
/** "Practitioner/123", or its absolute URL. */
const user = z
  .string()
  .max(2_048)
  .regex(/(^|\/)(Practitioner|PractitionerRole|Patient|RelatedPerson)\/[A-Za-z0-9.-]{1,64}$/)
  .optional()
  .meta({ description: 'Required by the hook. Cardhook does not need it and does without.' });
const reference = z.string().min(1).max(2_048);
const orders = z
  .looseObject({ resourceType: z.literal('Bundle') })
  .meta({ description: 'Orders that are being written or signed again. What is not for the patient is left out.' });

const patient = { patientId: fhirId };
const visit = { ...patient, userId: user, encounterId: fhirId.optional() };
const MAX_ORDERS = 500;

/** 1.1 names several orders, 1.0 one. */
const dispatch = z
  .looseObject({
    ...patient,
    performer: reference,
    dispatchedOrders: z.array(reference).min(1).max(MAX_ORDERS).optional(),
    fulfillmentTasks: z.array(z.unknown()).max(MAX_ORDERS).optional(),
    order: reference.optional(),
    task: z.unknown().optional(),
  })
  .refine(({ dispatchedOrders, order }) => dispatchedOrders !== undefined || order !== undefined, {
    message: 'order-dispatch needs dispatchedOrders (1.1) or order (1.0)',
    path: ['dispatchedOrders'],
  })
  .meta({ anyOf: [{ required: ['dispatchedOrders'] }, { required: ['order'] }] });

/** What a hook's context holds, and the version of the hook that says so. */
interface HookDefinition {
  readonly version: string;
  readonly context: z.ZodType<{ readonly patientId: string; readonly [field: string]: unknown }>;
}

/** The hooks of the CDS Hooks library that services here answer. Fields that a hook does not know stay in place. */
export const HOOKS = {
  'patient-view': { version: '1.0', context: z.looseObject(visit) },
  'order-select': {
    version: '1.0',
    context: z.looseObject({ ...visit, selections: z.array(reference).max(MAX_ORDERS), draftOrders: orders }),
  },
  'order-sign': { version: '1.0', context: z.looseObject({ ...visit, draftOrders: orders }) },
  'order-dispatch': { version: '1.1', context: dispatch },
  'encounter-start': { version: '1.0', context: z.looseObject({ ...visit, encounterId: fhirId }) },
  'encounter-discharge': { version: '1.0', context: z.looseObject({ ...visit, encounterId: fhirId }) },
} as const satisfies Record<string, HookDefinition>;

export type HookName = keyof typeof HOOKS;
