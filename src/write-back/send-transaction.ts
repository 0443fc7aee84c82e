import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer, Transaction } from '../fhir/fhir-server.ts';
import type { ReportType } from '../fhir/report-input.ts';
import { idAt, storedReport } from './stored-report.ts';

const responseSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  entry: z.array(
    z.looseObject({
      response: z.looseObject({ status: z.string(), location: z.string().optional() }),
    }),
  ),
});

/**
 * Sends a report in one transaction and returns it as the server then holds it: the new one, or the
 * one that was there before, with whatever a clinician has since done to it.
 * @param bundle of `interpretationBundle`, or of a withdrawal.
 * @throws EcgError FHIR_UNAVAILABLE also when the server took only part of it, with the status of the first entry it
 *   did not take. Sending it again is always safe.
 */
export async function sendTransaction(server: FhirServer, bundle: Transaction, type: ReportType): Promise<FhirJson> {
  const requested = bundle.entry ?? [];
  const response = responseSchema.safeParse(await server.transaction(bundle));
  if (!response.success || response.data.entry.length !== requested.length) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server did not answer the transaction entry by entry');
  }
  const answered = response.data.entry.map((entry) => entry.response);
  // Servers without atomic transactions process them like a batch.
  const failed = answered.findIndex(({ status }) => !/^2\d\d\b/.test(status));
  if (failed !== -1) {
    const refused = requested[failed]?.resource?.resourceType;
    const status = answered[failed]?.status.slice(0, 3) ?? '';
    const message = `the FHIR server did not take the ${refused} of the report (HTTP ${status})`;
    throw new EcgError('FHIR_UNAVAILABLE', message, { httpStatus: Number(status) || undefined });
  }
  const position = requested.findIndex(({ resource }) => resource?.resourceType === type);
  const { request, resource } = requested[position] ?? {};
  return await storedReport(server, type, {
    // Only what is replaced has an id already.
    id: resource?.id ?? idAt(type, answered[position]?.location),
    condition: request?.ifNoneExist,
  });
}
