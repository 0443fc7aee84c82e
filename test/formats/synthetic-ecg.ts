import { createEcg, type Ecg, type EcgFormatName } from '../../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { toAecg } from '../../src/formats/aecg/write-aecg.ts';
import { toDicom } from '../../src/formats/dicom/write-dicom.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';

export const PATIENT = 'Patient/p1';
const MICROVOLTS_PER_COUNT = 2.5;

/** Ten seconds of twelve leads at 500 Hz: a bump per second on a slow drift, in steps of 2.5 µV, as `format` reads it. */
export function ecgIn(format: EcgFormatName): Ecg {
  const amplitude = (row: number, index: number) => {
    const phase = ((index + 7 * row) % 500) / 500 - 0.5;
    return (row - 4.5) * 80 * Math.exp(-((phase / 0.03) ** 2)) + 40 * Math.sin(index / 300);
  };
  const leads = STANDARD_LEADS.map((lead, row) => ({
    lead,
    samples: Float64Array.from(
      { length: 5000 },
      (_, index) => (Math.round(amplitude(row, index)) * MICROVOLTS_PER_COUNT) / 1000,
    ),
  }));
  return createEcg({
    format,
    samplingRate: 500,
    leads,
    recordedAt: '2024-03-01T10:15:00.000+01:00',
    patient: { ids: [PATIENT] },
  });
}

export function writeAs(format: EcgFormatName, ecg: Ecg): Uint8Array {
  if (format === 'aecg') return Buffer.from(toAecg(ecg));
  if (format === 'dicom') return toDicom(ecg);
  return Buffer.from(JSON.stringify(toObservation(ecg, PATIENT)));
}
