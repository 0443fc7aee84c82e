import type { Bundle, DiagnosticReport } from 'fhir/r4';
import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from './fhir-server.ts';

const responseSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  entry: z.array(
    z.looseObject({
      response: z.looseObject({ status: z.string(), location: z.string().optional() }),
    }),
  ),
});

/**
 * Sends an interpretation and returns the DiagnosticReport as the server then holds it: the new one, or the one
 * that was there from the same reading before, with whatever a clinician has since done to it.
 * @param bundle of `interpretationBundle`.
 * @throws EcgError FHIR_UNAVAILABLE also when the server took only part of it. Sending it again is always safe.
 *   Medplum with strict transactions refuses one of more than eight entries (five findings).
 */
export async function writeReport(server: FhirServer, bundle: Bundle): Promise<DiagnosticReport> {
  const requested = bundle.entry ?? [];
  const response = responseSchema.safeParse(await server.transaction(bundle));
  if (!response.success || response.data.entry.length !== requested.length) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server did not answer the transaction entry by entry');
  }
  const answered = response.data.entry.map((entry) => entry.response);
  // Servers without atomic transactions process them like a batch.
  const failed = answered.findIndex(({ status }) => !/^2\d\d\b/.test(status));
  if (failed !== -1) {
    const type = requested[failed]?.resource?.resourceType;
    const status = answered[failed]?.status.slice(0, 3);
    throw new EcgError('FHIR_UNAVAILABLE', `the FHIR server did not take the ${type} of the report (HTTP ${status})`);
  }
  const position = requested.findIndex(({ resource }) => resource?.resourceType === 'DiagnosticReport');
  const report = await stored(server, answered[position]?.location, requested[position]?.request?.ifNoneExist);
  if (!isDiagnosticReport(report)) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server does not return the report it has taken');
  }
  return report;
}

/** A matched conditional create need not say where its match is (R4 3.1.0.8.1); the identifier finds it. */
async function stored(
  server: FhirServer,
  location: string | undefined,
  identifier: string | undefined,
): Promise<FhirJson | undefined> {
  const id = /(?:^|\/)DiagnosticReport\/([^/]+)(?:\/_history\/[^/]+)?$/.exec(location ?? '')?.[1];
  if (id !== undefined) return await server.read('DiagnosticReport', id);
  const [report] = await server.query(`DiagnosticReport?${identifier}`);
  return report;
}

function isDiagnosticReport(resource: FhirJson | undefined): resource is FhirJson & DiagnosticReport {
  return (
    resource?.resourceType === 'DiagnosticReport' &&
    typeof resource['status'] === 'string' &&
    typeof resource['code'] === 'object'
  );
}
