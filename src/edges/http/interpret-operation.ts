import { z } from 'zod';
import { tenantOf } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import type { FhirJson } from '../../fhir/fhir-server.ts';
import { createFormMemory } from '../../write-back/form-memory.ts';
import type { WriteBackDeps } from '../../write-back/interpret-and-write.ts';
import { type Accounts, accountedWriteBack } from '../telemetry/accounted-write-back.ts';
import type { AnswerDeps } from './answer-deps.ts';

export interface InterpretDeps extends AnswerDeps, Accounts, Pick<WriteBackDeps, 'guard' | 'renderPdf'> {}

const parametersSchema = z.looseObject({
  resourceType: z.literal('Parameters'),
  parameter: z.array(
    z.looseObject({
      name: z.string(),
      valueUri: z.url().optional(),
      valueReference: z.looseObject({ reference: z.string() }).optional(),
    }),
  ),
});

/**
 * `POST /fhir/$interpret`: reads one ECG from a FHIR server, interprets it and writes the report back there.
 * Called twice, the report exists once. The caller's own bearer token is used, so the call can do no more than its token.
 * @param body Parameters with `fhirServer` (valueUri) and `ecg` (valueReference: Observation, DocumentReference …).
 * @returns the report as the server holds it.
 * @throws EcgError SOURCE_INVALID, UNAUTHENTICATED without a token, FHIR_FORBIDDEN, FHIR_UNAVAILABLE, NO_WAVEFORM, PATIENT_MISMATCH and the reader's codes.
 */
export async function interpretOperation(
  body: unknown,
  authorization: string | undefined,
  { config, openFhirServer, models, readings, guard, renderPdf, telemetry, audit }: InterpretDeps,
): Promise<FhirJson> {
  const { fhirServer, reference } = parseParameters(body);
  const tenant = tenantOf(config, fhirServer);
  if (!tenant) throw new EcgError('FHIR_FORBIDDEN', 'fhirServer is not one of the configured FHIR servers');
  const token = bearerToken(authorization);
  if (token === undefined && tenant.authentication !== 'none') throw new EcgError('UNAUTHENTICATED', 'no access token');
  const server = openFhirServer(tenant, token);
  const result = await accountedWriteBack(
    { tenant, reference, action: 'interpret' },
    // What the caller's token permits says nothing of others'.
    { server, models, readings, guard, renderPdf, formMemory: createFormMemory(), now: new Date() },
    { telemetry, audit },
  );
  if (result.outcome === 'skipped' || result.outcome === 'flagged') throw new EcgError(result.code, result.reason);
  return result.report;
}

function parseParameters(body: unknown): { readonly fhirServer: string; readonly reference: string } {
  const parameters = parametersSchema.safeParse(body);
  const named = (name: string) =>
    parameters.success ? parameters.data.parameter.find((parameter) => parameter.name === name) : undefined;
  const fhirServer = named('fhirServer')?.valueUri;
  const reference = named('ecg')?.valueReference?.reference;
  if (fhirServer === undefined || reference === undefined) {
    throw new EcgError(
      'SOURCE_INVALID',
      '$interpret needs Parameters with fhirServer (valueUri) and ecg (valueReference to an Observation, DocumentReference, DiagnosticReport or Media)',
    );
  }
  return { fhirServer, reference };
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/.exec(authorization ?? '')?.[1];
}
