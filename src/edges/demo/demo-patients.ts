import type { Condition, FhirResource, MedicationStatement, Patient } from 'fhir/r4';
import type { Ecg } from '../../ecg/ecg.ts';
import type { Lead } from '../../ecg/lead.ts';
import { toObservation } from '../../formats/fhir/write-observation.ts';
import { simulateEcg } from '../../simulator/simulate-ecg.ts';
import { type StoredFormat, toEcgResources } from './ecg-resources.ts';

type Code = readonly [code: string, display: string];

interface DemoPatient {
  readonly id: string;
  /** Stands for the family name: nobody is meant. */
  readonly name: string;
  /** What is on record, in a line. */
  readonly story: string;
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
  readonly format: StoredFormat;
  /** What the simulated ECG shows, by the name of ECGFounder's label. */
  readonly finding: string;
  readonly ratePerMinute?: number;
  /** A typical recording of the finding; the row's number unless given. */
  readonly seed?: number;
  readonly hoursAgo: number;
  /** An earlier ECG, as an Observation. */
  readonly earlier?: Pick<DemoPatient, 'finding' | 'ratePerMinute' | 'seed' | 'hoursAgo'>;
  /** SNOMED CT. */
  readonly conditions?: readonly Code[];
  /** RxNorm ingredients taken regularly. */
  readonly medications?: readonly Code[];
  /** A watch records lead I for 30 s at 512 Hz. */
  readonly recorder?: 'watch';
  /** An electrode that came off: its lead is flat. */
  readonly looseLead?: Lead;
}

const HYPERTENSION: Code = ['38341003', 'Hypertensive disorder, systemic arterial (disorder)'];
const HEART_FAILURE: Code = ['84114007', 'Heart failure (disorder)'];
const METOPROLOL: Code = ['6918', 'metoprolol'];

/** The demo's record: every form of ECG, and histories for which an order now matters. The next patient is one row. */
export const DEMO_PATIENTS: readonly DemoPatient[] = [
  {
    id: 'demo-observation',
    name: 'Normal ECG',
    story: 'normal ECG, as an Observation with SampledData',
    birthDate: '1961-04-12',
    sex: 'female',
    format: 'fhir',
    hoursAgo: 2,
    seed: 2,
    finding: 'normal ecg',
    ratePerMinute: 68,
  },
  {
    id: 'demo-aecg',
    name: 'Fast atrial fibrillation',
    story: 'fast atrial fibrillation, new beta-blocker, as HL7 aECG behind a DocumentReference',
    birthDate: '1948-09-30',
    sex: 'male',
    format: 'aecg',
    hoursAgo: 5,
    finding: 'with rapid ventricular response',
    ratePerMinute: 128,
    conditions: [HYPERTENSION],
    medications: [METOPROLOL],
  },
  {
    id: 'demo-dicom',
    name: 'Left bundle branch block',
    story: 'left bundle branch block with heart failure, as a DICOM waveform in a DocumentReference',
    birthDate: '1955-01-08',
    sex: 'male',
    format: 'dicom',
    hoursAgo: 26,
    seed: 14,
    finding: 'left bundle branch block',
    ratePerMinute: 74,
    conditions: [HEART_FAILURE],
    medications: [['4603', 'furosemide']],
  },
  {
    id: 'demo-long-qt',
    name: 'Long QT',
    story: 'long QT since citalopram, normal on the ECG before; an antiarrhythmic is being considered',
    birthDate: '1969-11-02',
    sex: 'female',
    format: 'aecg',
    hoursAgo: 20,
    finding: 'prolonged qt',
    ratePerMinute: 64,
    earlier: { finding: 'normal ecg', ratePerMinute: 68, hoursAgo: 41 * 24 },
    medications: [['2556', 'citalopram']],
  },
  {
    id: 'demo-heart-block',
    name: 'Complete heart block',
    story: 'complete heart block under metoprolol',
    birthDate: '1940-06-21',
    sex: 'male',
    format: 'dicom',
    hoursAgo: 1,
    finding: 'with complete heart block',
    conditions: [HYPERTENSION],
    medications: [METOPROLOL],
  },
  {
    id: 'demo-stemi',
    name: 'Inferior ST elevation',
    story: 'ST elevation in the inferior leads, recorded minutes ago',
    birthDate: '1966-03-15',
    sex: 'male',
    format: 'fhir',
    hoursAgo: 0.2,
    finding: 'inferior injury pattern',
    conditions: [HYPERTENSION],
  },
  {
    id: 'demo-old-infarct',
    name: 'Old infarct',
    story: 'old anteroseptal infarct; flecainide would harm',
    birthDate: '1951-08-09',
    sex: 'female',
    format: 'dicom',
    hoursAgo: 70,
    finding: 'anteroseptal infarct',
    ratePerMinute: 72,
    conditions: [['22298006', 'Myocardial infarction (disorder)']],
  },
  {
    id: 'demo-paced',
    name: 'Pacemaker',
    story: 'ventricular pacemaker',
    birthDate: '1938-12-01',
    sex: 'female',
    format: 'aecg',
    hoursAgo: 200,
    seed: 2,
    finding: 'ventricular-paced rhythm',
    ratePerMinute: 70,
  },
  {
    id: 'demo-bifascicular',
    name: 'Bifascicular block',
    story: 'right bundle branch block with left anterior fascicular block',
    birthDate: '1946-05-27',
    sex: 'male',
    format: 'fhir',
    hoursAgo: 48,
    finding: 'rbbb and left anterior fascicular block',
    ratePerMinute: 66,
  },
  {
    id: 'demo-child',
    name: 'Child',
    story: 'eight years old: the adult interpretation does not apply',
    birthDate: '2018-02-20',
    sex: 'female',
    format: 'aecg',
    hoursAgo: 6,
    finding: 'sinus tachycardia',
    ratePerMinute: 112,
  },
  {
    id: 'demo-loose-electrode',
    name: 'Loose electrode',
    story: 'electrode V3 came off: what needs that lead is not judged',
    birthDate: '1972-10-10',
    sex: 'male',
    format: 'dicom',
    hoursAgo: 3,
    finding: 'sinus rhythm',
    ratePerMinute: 80,
    looseLead: 'V3',
  },
  {
    id: 'demo-watch',
    name: 'Watch recording',
    story: '30 s of lead I from a watch, in atrial fibrillation',
    birthDate: '1959-07-04',
    sex: 'female',
    format: 'fhir',
    hoursAgo: 12,
    finding: 'atrial fibrillation',
    ratePerMinute: 84,
    recorder: 'watch',
  },
];

const HOUR_MS = 3_600_000;

/** The demo's FHIR resources: patients, their histories and simulated ECGs, recorded the stated hours before `now`. */
export function demoResources(now: Date): readonly FhirResource[] {
  const user: FhirResource = { resourceType: 'Practitioner', id: 'demo', name: [{ text: 'Demo clinician' }] };
  const records = DEMO_PATIENTS.flatMap((patient, index): readonly FhirResource[] => [
    toPatient(patient),
    ...(patient.conditions ?? []).map((code, n) => toCondition(patient, code, n)),
    ...(patient.medications ?? []).map((code, n) => toMedicationStatement(patient, code, n)),
    ...toEcgResources(patient, recordedBefore(now, patient, index)),
    ...(patient.earlier === undefined ? [] : [toEarlierEcg(patient, patient.earlier, { now, index })]),
  ]);
  return [user, ...records];
}

function recordedBefore(now: Date, patient: DemoPatient, index: number): Ecg {
  const at = new Date(now.getTime() - patient.hoursAgo * HOUR_MS);
  return simulatedEcg(patient, { seed: patient.seed ?? index + 1, at });
}

function toEarlierEcg(
  patient: DemoPatient,
  earlier: NonNullable<DemoPatient['earlier']>,
  { now, index }: { readonly now: Date; readonly index: number },
): FhirResource {
  const ecg = recordedBefore(now, { ...patient, ...earlier, format: 'fhir' }, index);
  return { ...toObservation(ecg, `Patient/${patient.id}`), id: `${patient.id}-earlier-ecg` };
}

/** An ECG of what the patient has, as their recorder records it. */
export function simulatedEcg(patient: DemoPatient, recording: { readonly seed: number; readonly at: Date }): Ecg {
  const { id, birthDate, sex, finding, ratePerMinute, format, recorder, looseLead } = patient;
  const ecg = simulateEcg({
    ...(recorder === 'watch' ? { leads: ['I'], samplingRate: 512, durationSeconds: 30 } : {}),
    ...(ratePerMinute === undefined ? {} : { ratePerMinute }),
    finding,
    format,
    seed: recording.seed,
    recordedAt: new Date(Math.floor(recording.at.getTime() / 1000) * 1000).toISOString(),
    patient: { ids: [id], birthDate, sex },
  });
  const leads = ecg.leads.map((each) =>
    each.lead === looseLead ? { ...each, samples: new Float64Array(each.samples.length) } : each,
  );
  return { ...ecg, leads };
}

function toPatient({ id, name, birthDate, sex }: DemoPatient): Patient {
  return { resourceType: 'Patient', id, name: [{ family: name }], birthDate, gender: sex };
}

function toCondition({ id }: DemoPatient, [code, display]: Code, index: number): Condition {
  const status = 'http://terminology.hl7.org/CodeSystem/condition-';
  return {
    resourceType: 'Condition',
    id: `${id}-condition-${index + 1}`,
    clinicalStatus: { coding: [{ system: `${status}clinical`, code: 'active' }] },
    verificationStatus: { coding: [{ system: `${status}ver-status`, code: 'confirmed' }] },
    code: { coding: [{ system: 'http://snomed.info/sct', code, display }] },
    subject: { reference: `Patient/${id}` },
  };
}

function toMedicationStatement({ id }: DemoPatient, [code, display]: Code, index: number): MedicationStatement {
  return {
    resourceType: 'MedicationStatement',
    id: `${id}-medication-${index + 1}`,
    status: 'active',
    medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code, display }] },
    subject: { reference: `Patient/${id}` },
  };
}
