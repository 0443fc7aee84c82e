import { randomInt, randomUUID } from 'node:crypto';
import express, { type Router } from 'express';
import { z } from 'zod';
import { toObservation } from '../../formats/fhir/write-observation.ts';
import { DEMO_PATIENTS, simulatedEcg } from './demo-patients.ts';
import type { EmbeddedFhirServer } from './embedded-fhir-server.ts';

const requestSchema = z.strictObject({ patientId: z.string() });

/**
 * `POST /demo/new-ecg` with `{"patientId": …}`: what an ECG cart would do. A simulated ECG of what the patient has, recorded
 * now, is stored as an Observation; the answer names it: `{"reference": "Observation/…", "recordedAt": …}`. 404 for any other
 * patient. Nobody is told: that is the FHIR server's part.
 */
export function newEcgRoute(fhirServer: Pick<EmbeddedFhirServer, 'load'>): Router {
  return express.Router().post('/demo/new-ecg', express.json({ limit: '1kb' }), async (request, response) => {
    const asked = requestSchema.safeParse(request.body);
    const patient = DEMO_PATIENTS.find(({ id }) => id === asked.data?.patientId);
    if (patient === undefined) {
      const details = { text: 'only a patient of the demo can have a simulated ECG' };
      const issue = [{ severity: 'error', code: 'not-found', details }];
      return response.status(404).json({ resourceType: 'OperationOutcome', issue });
    }
    const ecg = simulatedEcg({ ...patient, format: 'fhir' }, { seed: randomInt(2 ** 31), at: new Date() });
    const id = randomUUID();
    await fhirServer.load([{ ...toObservation(ecg, `Patient/${patient.id}`), id }]);
    return response.status(201).json({ reference: `Observation/${id}`, recordedAt: ecg.recordedAt });
  });
}
