import { z } from 'zod';
import { EcgError } from '../errors.ts';

/** FHIR id (R4 2.24.0.1): also keeps a patient id from carrying a path or a query. */
const fhirId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);

const fhirAuthorization = z.looseObject({
  access_token: z.string().min(1).max(65_536),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  scope: z.string(),
  subject: z.string(),
});

const cdsRequestSchema = z
  .looseObject({
    hook: z.string(),
    /** Any UUID by its form: not all clients set the version bits. */
    hookInstance: z.guid(),
    fhirServer: z.url({ protocol: /^https?$/ }).optional(),
    fhirAuthorization: fhirAuthorization.optional(),
    context: z.looseObject({ patientId: fhirId }),
    prefetch: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ fhirServer, fhirAuthorization }) => fhirAuthorization === undefined || fhirServer !== undefined, {
    message: 'fhirAuthorization needs fhirServer',
    path: ['fhirServer'],
  });

/** A checked CDS Hooks request; fields Cardhook does not know stay in place. */
export type CdsRequest = z.infer<typeof cdsRequestSchema>;

/**
 * Checks the body of a hook call against CDS Hooks 2.0.1 ("HTTP Request").
 * @throws EcgError SOURCE_INVALID naming every fault by its path, without its value.
 */
export function parseCdsRequest(body: unknown, hook: string): CdsRequest {
  const result = cdsRequestSchema.safeParse(body);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new EcgError('SOURCE_INVALID', `hook request: ${faults.join('; ')}`);
  }
  if (result.data.hook !== hook) throw new EcgError('SOURCE_INVALID', `hook request: this service answers ${hook}`);
  return result.data;
}
