import type { DocumentReference, FhirResource, Patient } from 'fhir/r4';
import type { Ecg, EcgFormatName } from '../../ecg/ecg.ts';
import { toAecg } from '../../formats/aecg/write-aecg.ts';
import { toDicom } from '../../formats/dicom/write-dicom.ts';
import { toObservation } from '../../formats/fhir/write-observation.ts';
import { simulateEcg } from '../../simulator/simulate-ecg.ts';

interface DemoPatient {
  readonly id: string;
  readonly given: string;
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
  readonly format: Exclude<EcgFormatName, 'wfdb'>;
  /** What the simulated ECG shows, by the name of ECGFounder's label. */
  readonly finding: string;
  readonly ratePerMinute: number;
  readonly hoursAgo: number;
  /** What is on record, for the printed overview. */
  readonly story: string;
}

/** One patient per form an ECG comes in. The next one is one row. */
export const DEMO_PATIENTS: readonly DemoPatient[] = [
  {
    id: 'demo-observation',
    given: 'Observation',
    birthDate: '1961-04-12',
    sex: 'female',
    format: 'fhir',
    finding: 'sinus rhythm',
    ratePerMinute: 68,
    hoursAgo: 2,
    story: 'sinus rhythm, as an Observation with SampledData',
  },
  {
    id: 'demo-aecg',
    given: 'Annotated',
    birthDate: '1948-09-30',
    sex: 'male',
    format: 'aecg',
    finding: 'atrial fibrillation',
    ratePerMinute: 118,
    hoursAgo: 5,
    story: 'atrial fibrillation, as HL7 aECG behind a DocumentReference',
  },
  {
    id: 'demo-dicom',
    given: 'Waveform',
    birthDate: '1955-01-08',
    sex: 'male',
    format: 'dicom',
    finding: 'left bundle branch block',
    ratePerMinute: 74,
    hoursAgo: 26,
    story: 'left bundle branch block, as a DICOM waveform in a DocumentReference',
  },
];

const HOUR_MS = 3_600_000;

/** The demo's FHIR resources: patients and their simulated ECGs, recorded the stated hours before `now`. */
export function demoResources(now: Date): readonly FhirResource[] {
  return DEMO_PATIENTS.flatMap((patient, index) => {
    const ecg = simulateEcg({
      finding: patient.finding,
      ratePerMinute: patient.ratePerMinute,
      seed: index + 1,
      format: patient.format,
      recordedAt: new Date(Math.floor(now.getTime() / 1000) * 1000 - patient.hoursAgo * HOUR_MS).toISOString(),
      patient: { ids: [patient.id], birthDate: patient.birthDate, sex: patient.sex },
    });
    return [toPatient(patient), ...toEcgResources(patient, ecg)];
  });
}

function toPatient({ id, given, birthDate, sex }: DemoPatient): Patient {
  return { resourceType: 'Patient', id, name: [{ family: 'Simulated', given: [given] }], birthDate, gender: sex };
}

function toEcgResources(patient: DemoPatient, ecg: Ecg): readonly FhirResource[] {
  const subject = `Patient/${patient.id}`;
  const id = `${patient.id}-ecg`;
  switch (patient.format) {
    case 'fhir':
      return [{ ...toObservation(ecg, subject), id }];
    case 'aecg': {
      const bytes = Buffer.from(toAecg(ecg));
      return [
        { resourceType: 'Binary', id, contentType: 'application/xml', data: bytes.toString('base64') },
        toDocument({
          id,
          subject,
          ecg,
          attachment: { contentType: 'application/xml', url: `Binary/${id}`, size: bytes.length },
        }),
      ];
    }
    case 'dicom': {
      const bytes = Buffer.from(toDicom(ecg));
      const attachment = { contentType: 'application/dicom', data: bytes.toString('base64'), size: bytes.length };
      return [toDocument({ id, subject, ecg, attachment })];
    }
  }
}

function toDocument(parts: {
  readonly id: string;
  readonly subject: string;
  readonly ecg: Ecg;
  readonly attachment: DocumentReference['content'][number]['attachment'];
}): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    id: parts.id,
    status: 'current',
    type: { coding: [{ system: 'http://loinc.org', code: '11524-6', display: 'EKG study' }] },
    subject: { reference: parts.subject },
    ...(parts.ecg.recordedAt === undefined ? {} : { date: parts.ecg.recordedAt }),
    content: [{ attachment: parts.attachment }],
  };
}
