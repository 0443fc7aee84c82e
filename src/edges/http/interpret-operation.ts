import type { DiagnosticReport } from 'fhir/r4';
import { z } from 'zod';
import { type PatientSources, patientSources, subjectOf } from '../../cds/patient-sources.ts';
import { interpretFor } from '../../cds/read-patient-ecg.ts';
import { tenantOf } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { interpretationBundle } from '../../fhir/interpretation-bundle.ts';
import { parsePatient } from '../../fhir/known-patient.ts';
import { writeReport } from '../../fhir/write-report.ts';
import { type EcgSource, readEcgSource } from '../../formats/fhir/ecg-sources.ts';
import { PIPELINE_VERSION } from '../../pipeline-version.ts';
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
  const resource = await server.read(type, id);
  const patientId = subjectOf(resource, server.baseUrl);
  if (patientId === undefined) {
    throw new EcgError('PATIENT_MISMATCH', 'the ECG does not say which patient of this server it is of');
  }
  const source = onlySource(patientSources(resource, patientId, server.baseUrl));
  const fetchBinary = (url: string) => server.readBinary(url);
  const [patient, ecg] = await Promise.all([server.read('Patient', patientId), readEcgSource(source, fetchBinary)]);
  const now = new Date();
  const { reading, ecgIdentity } = await interpretFor(parsePatient([patient], patientId), ecg, {
    models: deps.models,
    readings: deps.readings,
    snomedEdition: tenant.snomedEdition,
    now,
  });
  const bundle = interpretationBundle({
    ecgIdentity,
    ecg: reading.ecg,
    interpretation: reading.interpretation,
    manifest: reading.manifest,
    subject: `Patient/${patientId}`,
    sources: [source.reference],
    issued: now.toISOString(),
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

/** A report is of one ECG of one patient; what is ambiguous is for the caller to name. */
function onlySource({ own, othersCount }: PatientSources): EcgSource {
  const [source, ...more] = own;
  if (othersCount > 0) throw new EcgError('PATIENT_MISMATCH', 'the resource holds an ECG of another than its subject');
  if (source === undefined) throw new EcgError('NO_WAVEFORM', 'the resource holds no ECG');
  if (more.length > 0)
    throw new EcgError('SOURCE_INVALID', 'the resource holds several ECGs; name the one to interpret');
  return source;
}
