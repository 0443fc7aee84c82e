import type { DocumentReference, FhirResource } from 'fhir/r4';
import type { Ecg, EcgFormatName } from '../../ecg/ecg.ts';
import { toAecg } from '../../formats/aecg/write-aecg.ts';
import { toDicom } from '../../formats/dicom/write-dicom.ts';
import { toObservation } from '../../formats/fhir/write-observation.ts';

/** What an ECG is stored as. */
export type StoredFormat = Exclude<EcgFormatName, 'wfdb'>;

/** Whose ECG it is, and how it is stored. */
interface Recorded {
  readonly id: string;
  readonly format: StoredFormat;
}

/** An ECG as its recorder would store it: an Observation, or a document with its file inside or beside it. */
export function toEcgResources(patient: Recorded, ecg: Ecg): readonly FhirResource[] {
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
