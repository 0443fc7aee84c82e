import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4';
import { mdcCodeOf, measurementFromMdc } from '../ecg/measurement-codes.ts';
import { isMeasured, type MeasurementName } from '../measurement/measurement.ts';
import { effectiveTime } from './effective-time.ts';
import { derivedFrom, PROCEDURE_CATEGORY } from './finding-observation.ts';
import { SYSTEMS } from './identity.ts';
import { assertedMeta } from './report-codes.ts';
import { measurementsKey, type ReportInput, type ReportReferences } from './report-input.ts';

const LOINC = 'http://loinc.org';
const MDC = 'urn:iso:std:iso:11073:10101';
const UCUM = 'http://unitsofmeasure.org';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

/** Not an ECG study or the 12 lead panel: by those codes tracings are searched for. This panel is that of US Core's example. */
const CODE: CodeableConcept = {
  coding: [{ system: LOINC, code: '45033-8', display: 'Cardiovascular physiologic and EKG assessment panel' }],
  text: 'ECG measurements',
};

/** How the numbers came about; the network has no part in them. */
const METHOD =
  'Computed from the representative beat over all leads (Cardhook); QTc from the mean RR of dominant beats; not by the network';

/** 11073-10101 reference ids. */
const MDC_NAMES: Readonly<Partial<Record<MeasurementName, string>>> = {
  ventricularRate: 'MDC_ECG_HEART_RATE',
  rr: 'MDC_ECG_TIME_PD_RR_GL',
  p: 'MDC_ECG_TIME_PD_P',
  pr: 'MDC_ECG_TIME_PD_PR',
  qrs: 'MDC_ECG_TIME_PD_QRS',
  qt: 'MDC_ECG_TIME_PD_QT',
  qtcBazett: 'MDC_ECG_TIME_PD_QTC_BAZETT',
  qtcFridericia: 'MDC_ECG_TIME_PD_QTC_FREDERICA',
  pAxis: 'MDC_ECG_ANGLE_P_FRONT',
  qrsAxis: 'MDC_ECG_ANGLE_QRS_FRONT',
  tAxis: 'MDC_ECG_ANGLE_T_FRONT',
};

/** LOINC and 11073 have no code of their own for these: QT corrected, by the algorithm of DICOM (PS3.16 CID 3678). */
const BY_ALGORITHM: Readonly<Partial<Record<MeasurementName, { readonly code: string; readonly display: string }>>> = {
  qtcFramingham: { code: '122733', display: 'Framingham QTc Algorithm' },
  qtcHodges: { code: '122731', display: 'Hodges QT Correction Algorithm' },
};

/** All measurements as the components of one Observation; where there is no number, why. */
export function measurementsObservation(input: ReportInput, references: ReportReferences): Observation {
  const { ecg, encounter, measurements, manifest } = input;
  const names: readonly MeasurementName[] = [...keysOf(MDC_NAMES), ...keysOf(BY_ALGORITHM)];
  const cautions = names.flatMap((name) => {
    const measurement = measurements[name];
    return isMeasured(measurement) && measurement.caution !== undefined ? [`${name}: ${measurement.caution}`] : [];
  });
  return {
    resourceType: 'Observation',
    meta: assertedMeta(manifest),
    identifier: [{ system: SYSTEMS.measurements, value: measurementsKey(references.reportKey) }],
    status: 'preliminary',
    category: [PROCEDURE_CATEGORY],
    code: CODE,
    subject: { reference: input.subject },
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    ...effectiveTime(ecg.recordedAt),
    issued: input.issued,
    method: { text: METHOD },
    ...(cautions.length === 0 ? {} : { note: [{ text: `Low confidence: ${cautions.join('; ')}` }] }),
    ...derivedFrom(input),
    component: names.map((name) => component(name, input)),
  };
}

function component(name: MeasurementName, { measurements }: ReportInput): ObservationComponent {
  const measurement = measurements[name];
  const code = codeOf(name);
  if (!isMeasured(measurement)) {
    const unknown = { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' };
    return { code, dataAbsentReason: { coding: [unknown], text: measurement.reason } };
  }
  const { value, unit } = measurement;
  return { code, valueQuantity: { value, unit, system: UCUM, code: unit } };
}

function codeOf(name: MeasurementName): CodeableConcept {
  const algorithm = BY_ALGORITHM[name];
  const row = measurementFromMdc(MDC_NAMES[name] ?? 'MDC_ECG_TIME_PD_QTC');
  if (row === undefined) throw new RangeError(`no code for ${name}`);
  const loinc = row.loinc === undefined ? [] : [{ system: LOINC, code: row.loinc, display: row.display }];
  if (algorithm) return { coding: [...loinc, { system: DCM, ...algorithm }] };
  return { coding: [...loinc, { system: MDC, code: mdcCodeOf(row), display: row.name }] };
}

function keysOf(names: Readonly<Partial<Record<MeasurementName, unknown>>>): readonly MeasurementName[] {
  return Object.keys(names) as MeasurementName[];
}
