import type { DiagnosticReport } from 'fhir/r4';
import { z } from 'zod';
import { tenantOf } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import type { FhirServer } from '../../fhir/fhir-server.ts';
import { interpretationBundle } from '../../fhir/interpretation-bundle.ts';
import { parsePatient } from '../../fhir/known-patient.ts';
import { writeReport } from '../../fhir/write-report.ts';
import { type EcgSource, ecgSources } from '../../formats/fhir/ecg-sources.ts';
import { PIPELINE_VERSION } from '../../pipeline-version.ts';
import { interpretSource } from '../../cds/read-patient-ecg.ts';
import type { AnswerDeps } from './answer-hook.ts';

const ECG_REFERENCE = /^(Observation|DocumentReference|DiagnosticReport|Media)\/([A-Za-z0-9.-]{1,64})$/;

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
 * @returns the DiagnosticReport as the server holds it.
 * @throws EcgError SOURCE_INVALID, FHIR_FORBIDDEN, FHIR_UNAVAILABLE, NO_WAVEFORM, PATIENT_MISMATCH and the reader's codes.
 */
export async function interpretOperation(
  body: unknown,
  authorization: string | undefined,
  deps: AnswerDeps,
): Promise<DiagnosticReport> {
  const { fhirServer, type, id } = parseParameters(body);
  const tenant = tenantOf(deps.config, fhirServer);
  if (!tenant) throw new EcgError('FHIR_FORBIDDEN', 'fhirServer is not one of the configured FHIR servers');
  const server = deps.openFhirServer(tenant, bearerToken(authorization));
  const [source] = ecgSources(await server.read(type, id));
  if (source === undefined) throw new EcgError('NO_WAVEFORM', 'the resource holds no ECG');
  const { reading, ecgIdentity } = await interpretSource(source, await patientOf(source, server), {
    models: deps.models,
    readings: deps.readings,
    snomedEdition: tenant.snomedEdition,
    fetchBinary: (url) => server.readBinary(url),
  });
  const bundle = interpretationBundle({
    ecgIdentity,
    ecg: reading.ecg,
    interpretation: reading.interpretation,
    manifest: reading.manifest,
    subject: subjectOf(source),
    sources: [source.reference],
    issued: new Date().toISOString(),
    pipelineVersion: PIPELINE_VERSION,
    notes: reading.notes,
  });
  return await writeReport(server, bundle);
}

function parseParameters(body: unknown): { readonly fhirServer: string; readonly type: string; readonly id: string } {
  const parameters = parametersSchema.safeParse(body);
  const named = (name: string) =>
    parameters.success ? parameters.data.parameter.find((parameter) => parameter.name === name) : undefined;
  const fhirServer = named('fhirServer')?.valueUri;
  const [, type, id] = ECG_REFERENCE.exec(named('ecg')?.valueReference?.reference ?? '') ?? [];
  if (fhirServer === undefined || type === undefined || id === undefined) {
    throw new EcgError(
      'SOURCE_INVALID',
      '$interpret needs Parameters with fhirServer (valueUri) and ecg (valueReference to an Observation, DocumentReference, DiagnosticReport or Media)',
    );
  }
  return { fhirServer, type, id };
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/.exec(authorization ?? '')?.[1];
}

async function patientOf(source: EcgSource, server: FhirServer) {
  const id = subjectOf(source).slice('Patient/'.length);
  return parsePatient([await server.read('Patient', id)], id);
}

/** The subject as a relative reference; an ECG without a patient is never interpreted into a record. */
function subjectOf({ subject }: EcgSource): string {
  const id = /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})$/.exec(subject ?? '')?.[1];
  if (id === undefined) throw new EcgError('PATIENT_MISMATCH', 'the ECG does not say which patient it is of');
  return `Patient/${id}`;
}
