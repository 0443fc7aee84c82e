import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { unlessRefused } from './refusal.ts';

const capabilitySchema = z.looseObject({
  rest: z.array(
    z.looseObject({
      resource: z.array(
        z.looseObject({ type: z.string(), interaction: z.array(z.looseObject({ code: z.string() })).default([]) }),
      ),
    }),
  ),
});

/**
 * Spares a server the parts of a report that it says it does not take; one that does not say is tried.
 * @throws EcgError FHIR_UNAVAILABLE with the status 405.
 */
export async function refuseUnlessCreatable(server: FhirServer): Promise<void> {
  const capability = capabilitySchema.safeParse(await unlessRefused(server.capabilityStatement())).data;
  if (capability === undefined) return;
  const resources = capability.rest.flatMap(({ resource }) => resource);
  const reports = resources.find(({ type }) => type === 'DiagnosticReport');
  if (reports?.interaction.some(({ code }) => code === 'create')) return;
  throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server takes no DiagnosticReport', { httpStatus: 405 });
}
