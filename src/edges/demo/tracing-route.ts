import express, { type Router } from 'express';
import { patientSources, subjectOf } from '../../cds/patient-sources.ts';
import { EcgError } from '../../errors.ts';
import { httpStatusOf, toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { patientHeading } from '../../fhir/patient-heading.ts';
import { readEcgSource } from '../../formats/fhir/ecg-sources.ts';
import { toSvg } from '../../tracing/svg.ts';
import { layOutTracing } from '../../tracing/tracing.ts';
import { tracingCaption } from '../../tracing/tracing-caption.ts';
import type { EmbeddedFhirServer } from './embedded-fhir-server.ts';

/** An image that is opened by itself can do no more than one in a page. */
const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/**
 * `GET /demo/tracing/Observation/ID` or `/demo/tracing/DocumentReference/ID`: the ECG of the demo's FHIR server, read as
 * hooks read it, as SVG; or an OperationOutcome that says why there is none.
 */
export function tracingRoute(fhirServer: Pick<EmbeddedFhirServer, 'read'>): Router {
  return express.Router().get('/demo/tracing/:type/:id', async (request, response) => {
    const { type, id } = request.params;
    try {
      const svg = await drawEcg(`${type}/${id}`, fhirServer);
      return response.set(HEADERS).type('image/svg+xml').send(svg);
    } catch (error) {
      if (!(error instanceof EcgError)) throw error;
      return response.status(httpStatusOf(error.code)).json(toOperationOutcome(error));
    }
  });
}

async function drawEcg(reference: string, { read }: Pick<EmbeddedFhirServer, 'read'>): Promise<string> {
  const resource = await read(reference);
  const patientId = subjectOf(resource, undefined);
  if (patientId === undefined) throw new EcgError('NO_WAVEFORM', 'the resource is not about a patient');
  const [source] = patientSources(resource, patientId, undefined).own;
  if (source === undefined) throw new EcgError('NO_WAVEFORM', 'the resource holds no ECG');
  const [patient, ecg] = await Promise.all([
    read(`Patient/${patientId}`),
    readEcgSource(source, async (url) => Buffer.from(JSON.stringify(await read(url)))),
  ]);
  return toSvg(layOutTracing(ecg, tracingCaption(ecg, patientHeading(patient) ?? ecg.patient)));
}
