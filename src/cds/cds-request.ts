import { z } from 'zod';
import { EcgError } from '../errors.ts';
import { HOOKS, type HookName } from './hook-contexts.ts';

const fhirAuthorization = z.looseObject({
  access_token: z.string().min(1).max(65_536),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  scope: z.string(),
  subject: z.string(),
});

/** How a request may differ from the specification. */
export interface RequestTolerance {
  /** A `hookInstance` that is no UUID is taken. */
  readonly anyHookInstance?: boolean;
}

const MAX_HOOK_INSTANCE = 255;

/** The schema of the requests of one hook (CDS Hooks 2.0.1, "HTTP Request"); unknown fields stay in place. */
export function requestSchemaOf(hook: HookName, { anyHookInstance = false }: RequestTolerance = {}) {
  return z
    .looseObject({
      hook: z.literal(hook),
      /** Any UUID by its form: not all clients set the version bits. */
      hookInstance: anyHookInstance ? z.string().min(1).max(MAX_HOOK_INSTANCE) : z.guid(),
      fhirServer: z
        .url({ protocol: /^https?$/ })
        .meta({ pattern: '^https?://' })
        .optional(),
      fhirAuthorization: fhirAuthorization.optional(),
      context: HOOKS[hook].context,
      prefetch: z.record(z.string(), z.unknown()).optional(),
    })
    .refine(({ fhirServer, fhirAuthorization }) => fhirAuthorization === undefined || fhirServer !== undefined, {
      message: 'fhirAuthorization needs fhirServer',
      path: ['fhirServer'],
    })
    .meta({ title: `Request of the hook ${hook}`, dependentRequired: { fhirAuthorization: ['fhirServer'] } });
}

/** Made once: zod compiles a schema at its first use, which takes longer than the use. */
const schemas = new Map<string, ReturnType<typeof requestSchemaOf>>();

function schemaOf(hook: HookName, tolerance: RequestTolerance | undefined): ReturnType<typeof requestSchemaOf> {
  const key = `${hook} ${tolerance?.anyHookInstance === true}`;
  const schema = schemas.get(key) ?? requestSchemaOf(hook, tolerance);
  schemas.set(key, schema);
  return schema;
}

/** A checked CDS Hooks request; fields Cardhook does not know stay in place. */
export interface CdsRequest {
  readonly hook: string;
  readonly hookInstance: string;
  readonly fhirServer?: string | undefined;
  readonly fhirAuthorization?: z.infer<typeof fhirAuthorization> | undefined;
  readonly context: { readonly patientId: string; readonly [field: string]: unknown };
  readonly prefetch?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Checks the body of a hook call.
 * @throws EcgError SOURCE_INVALID naming every fault by its path, without its value.
 */
export function parseCdsRequest(body: unknown, hook: HookName, tolerance?: RequestTolerance): CdsRequest {
  const result = schemaOf(hook, tolerance).safeParse(body);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new EcgError('SOURCE_INVALID', `hook request: ${faults.join('; ')}`);
}
