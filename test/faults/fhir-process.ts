/**
 * A FHIR server in a process of its own, which outlives the workers that are killed. Parameters in JSON as the first
 * argument; `{ store: N }` over IPC stores N more ECGs, `{ count: true }` answers what is on record.
 */
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import type { FhirResource } from 'fhir/r4';
import { z } from 'zod';
import { createEmbeddedFhirServer } from '../../src/edges/demo/embedded-fhir-server.ts';
import { SYSTEMS } from '../../src/fhir/identity.ts';
import { toDicom } from '../../src/formats/dicom/write-dicom.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { faulty } from './faulty.ts';

const { seed, faultShare, isSearchable, samplingRate, ecgsPerPatient } = z
  .object({
    seed: z.int(),
    faultShare: z.number(),
    /** Whether new ECGs can be searched for; where not, only notifications tell of them. */
    isSearchable: z.boolean().default(true),
    /** Hz, of the ECGs. */
    samplingRate: z.int().default(250),
    /** All but the first of a patient have an earlier one to be compared with. */
    ecgsPerPatient: z.int().default(10),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));
const messageSchema = z.union([z.object({ store: z.int() }), z.object({ count: z.literal(true) })]);

const resourceSchema = z.looseObject({
  identifier: z.array(z.looseObject({ system: z.string(), value: z.string() })).default([]),
});

const DICOM = 'application/dicom';
const ecg = simulateEcg({
  ...{ finding: 'atrial fibrillation', seed: 1, format: 'dicom', durationSeconds: 10, samplingRate },
  ...{ patient: { ids: [], birthDate: '1960-01-01' }, recordedAt: '2026-01-01T00:00:00Z' },
});
const embedded = await createEmbeddedFhirServer();
const faults = faulty(seed, faultShare);
const refuseSearchByTime: RequestHandler = (request, response, next) =>
  isSearchable || request.query['_lastUpdated'] === undefined ? next() : void response.status(400).end();
const template = Buffer.from(toDicom(ecg));
const timeAt = template.indexOf('20260101000000');
/** Each ECG was recorded at a second of its own. */
const recordedAt = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * 1_000).toISOString();
/** One tracing, with the time of each ECG: made when asked for, as thousands would fill the memory. */
const readTracing: RequestHandler = (request, response) => {
  const time = recordedAt(Number(request.params['number']));
  const bytes = Buffer.from(template);
  bytes.write(time.replaceAll(/[-:T]/g, '').slice(0, 14), timeAt, 'latin1');
  response.type(DICOM).send(bytes);
};
const app = express()
  .use('/fhir', refuseSearchByTime, faults.handler)
  .get('/fhir/Binary/ecg-:number', readTracing)
  .use('/fhir', embedded.router)
  .use('/sound', embedded.router);
const server = app.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

let stored = 0;
process.on('message', (message) => {
  void answer(messageSchema.parse(message)).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));

async function answer(message: z.infer<typeof messageSchema>) {
  if ('count' in message) return { ...(await count()), dealt: faults.dealt };
  for (let n = 0; n < message.store; n += 1) {
    stored += 1;
    await embedded.load(resourcesOf(stored));
  }
  return { stored };
}

function resourcesOf(number: number): readonly FhirResource[] {
  const id = `ecg-${number}`;
  const patientId = `p${Math.ceil(number / ecgsPerPatient)}`;
  return [
    { resourceType: 'Patient', id: patientId, birthDate: '1960-01-01' },
    {
      resourceType: 'DocumentReference',
      id,
      status: 'current',
      date: recordedAt(number),
      type: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
      subject: { reference: `Patient/${patientId}` },
      content: [{ attachment: { contentType: DICOM, url: `Binary/${id}` } }],
    },
  ];
}

/** How many ECGs have how many reports; a report names its ECG by the time it was recorded. */
async function count() {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sound`;
  const all = async (type: string) =>
    z
      .looseObject({ entry: z.array(z.looseObject({ resource: resourceSchema })).default([]) })
      .parse(await (await fetch(`${base}/${type}?_count=1000000`)).json()).entry;
  const reports = await all('DiagnosticReport');
  const perEcg = new Map<string, number>();
  for (const { resource } of reports) {
    const key = resource.identifier.find(({ system }) => system === SYSTEMS.ecg)?.value ?? '';
    perEcg.set(key, (perEcg.get(key) ?? 0) + 1);
  }
  return {
    stored,
    reported: perEcg.size,
    reports: reports.length,
    provenances: (await all('Provenance')).length,
    devices: (await all('Device')).length,
  };
}
