import { z } from 'zod';
import { requestSchemaOf } from './cds-request.ts';
import { feedbackSchema } from './feedback.ts';
import { HOOKS, type HookName } from './hook-contexts.ts';
import { cardsSchema, discoverySchema, failureSchema, feedbackAnswerSchema } from './response-schemas.ts';

const hooks = Object.keys(HOOKS) as HookName[];

const SCHEMAS = {
  discovery: discoverySchema,
  ...Object.fromEntries(hooks.map((hook) => [`${hook}-request`, requestSchemaOf(hook)])),
  cards: cardsSchema,
  feedback: feedbackSchema,
  'feedback-answer': feedbackAnswerSchema,
  failure: failureSchema,
};

/** What Cardhook takes and answers, by name, as JSON Schema (2020-12), derived from what the code itself checks with. */
export const JSON_SCHEMAS: ReadonlyMap<string, z.core.JSONSchema.BaseSchema> = new Map(
  Object.entries(SCHEMAS).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]),
);
