import { z } from 'zod';
import { SUMMARY_LIMIT } from './card.ts';

/*
 * What Cardhook answers with, as strictly as CDS Hooks 2.0.1 says it, with the optional members of 3.0 that are used.
 * Strict objects: a member that is not named here never goes out. Optional members are left out, never null or empty.
 */

const text = z.string().min(1);
const coding = z.strictObject({ system: text, code: text, display: text.optional() });
const displayedCoding = coding.extend({ display: text });
const webAddress = z.url({ protocol: /^https?$/ }).meta({ pattern: '^https?://' });
/** Reverse-domain keys, so that nobody's extension is taken for another's. */
const extension = z
  .record(z.string().regex(/^[a-z]{2,}(\.[A-Za-z0-9-]+){2,}$/), z.unknown())
  .meta({ minProperties: 1 });

const resource = z.looseObject({ resourceType: z.string().regex(/^[A-Z][A-Za-z]{1,63}$/) });
const wholeResource = resource.extend({ id: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/) });
const relativeReference = z.string().regex(/^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9.-]{1,64}$/);
const action = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('create'), description: text, resource }),
  z.strictObject({ type: z.literal('update'), description: text, resource: wholeResource }),
  z.strictObject({ type: z.literal('delete'), description: text, resourceId: relativeReference }),
]);

const suggestion = z.strictObject({
  uuid: z.guid(),
  label: text,
  isRecommended: z.boolean().optional(),
  actions: z.array(action).min(1).optional(),
});

const LAUNCH = /^https?:\/\/(?!.*[?&](iss|launch)=)/;
/** Said again for the JSON Schema, where the pattern of a web address would stand in its place. */
const launchAddress = webAddress.regex(LAUNCH).meta({ format: 'uri', pattern: LAUNCH.source });

/** `appContext` belongs to SMART apps only, and the EHR adds `iss` and `launch` by itself. */
const link = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('absolute'), label: text, url: webAddress }),
  z.strictObject({
    type: z.literal('smart'),
    label: text,
    url: launchAddress,
    appContext: text.optional(),
  }),
]);

const recommended = { type: 'object', properties: { isRecommended: { const: true } }, required: ['isRecommended'] };
const card = z
  .strictObject({
    uuid: z.guid(),
    summary: text.max(SUMMARY_LIMIT),
    detail: text.optional(),
    indicator: z.enum(['info', 'warning', 'critical']),
    source: z.strictObject({ label: text, url: webAddress.optional(), icon: webAddress.optional(), topic: coding }),
    suggestions: z.array(suggestion).min(1).optional(),
    selectionBehavior: z.enum(['any', 'at-most-one']).optional(),
    overrideReasons: z.array(displayedCoding).min(1).optional(),
    links: z.array(link).min(1).optional(),
    extension: extension.optional(),
  })
  .meta({
    dependentRequired: { suggestions: ['selectionBehavior'], selectionBehavior: ['suggestions'] },
    anyOf: [
      { properties: { selectionBehavior: { const: 'any' } } },
      { properties: { suggestions: { type: 'array', contains: recommended, minContains: 0, maxContains: 1 } } },
    ],
  });

/** The answer of a service to a hook. */
export const cardsSchema = z.strictObject({ cards: z.array(card) }).meta({ title: 'Answer to a hook' });

/** FHIR queries with the tokens that clients of CDS Hooks 2.x fill in: root primitives of the context. */
const prefetchQuery = z
  .string()
  .regex(/^[A-Z][A-Za-z]+(\/\{\{context\.\w+\}\}|\?([\w:.-]+=([\w:/.,|-]|\{\{context\.\w+\}\})+&?)+)$/);
const semanticVersion = z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/);

/** The answer of `GET /cds-services`; `version` and `hookVersion` are of CDS Hooks 3.0. */
export const discoverySchema = z
  .strictObject({
    services: z.array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]+$/),
        hook: text,
        title: text,
        description: text,
        version: semanticVersion,
        hookVersion: z.string().regex(/^\d+\.\d+$/),
        usageRequirements: text.optional(),
        prefetch: z.record(z.string().min(1), prefetchQuery).meta({ minProperties: 1 }),
      }),
    ),
  })
  .meta({ title: 'Discovery' });

/** Every failure, with a stable code of `errors.ts`. */
export const failureSchema = z
  .strictObject({
    resourceType: z.literal('OperationOutcome'),
    issue: z
      .array(
        z.strictObject({
          severity: z.enum(['fatal', 'error', 'warning', 'information']),
          code: z.string().regex(/^[a-z-]+$/),
          details: z.strictObject({
            coding: z.array(z.strictObject({ system: text, code: z.string().regex(/^[A-Z_]+$/) })).min(1),
            text,
          }),
        }),
      )
      .min(1),
  })
  .meta({ title: 'Failure: a FHIR OperationOutcome' });

/** The answer to feedback, for which the specification asks no body. */
export const feedbackAnswerSchema = z.strictObject({}).meta({ title: 'Answer to feedback' });
