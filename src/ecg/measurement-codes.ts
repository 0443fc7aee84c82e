/** Names of global ECG measurements, and the codes that mean them. */
export interface MeasurementCodes {
  /** ISO/IEEE 11073-10101 reference id. */
  readonly name: string;
  /** 11073-10101 term in partition 2, as CID 3227 to 3229 of DICOM PS3.16 have it. */
  readonly term: number;
  /** Code of the table of the SCP-ECG standard, as electrocardiographs write it into DICOM. */
  readonly scp?: string;
  readonly loinc?: string;
  /** That of LOINC, where there is a LOINC code. */
  readonly display: string;
}

/** 32-bit code of an 11073-10101 term of partition 2 (SCADA), which DICOM writes "2:61", less the term. */
export const MDC_PARTITION_2 = 2 * 2 ** 16;

const MEASUREMENTS: readonly MeasurementCodes[] = [
  { name: 'MDC_ECG_HEART_RATE', term: 16770, loinc: '8867-4', display: 'Heart rate' },
  { name: 'MDC_ECG_TIME_PD_PR', term: 15872, scp: '5.13.5-7', loinc: '8625-6', display: 'P-R interval' },
  { name: 'MDC_ECG_TIME_PD_QRS', term: 16156, scp: '5.13.5-9', loinc: '8633-0', display: 'QRS duration' },
  { name: 'MDC_ECG_TIME_PD_QT', term: 16160, scp: '5.13.5-11', loinc: '8634-8', display: 'Q-T interval' },
  { name: 'MDC_ECG_TIME_PD_QTC', term: 15876, scp: '5.10.2.5-5', loinc: '8636-3', display: 'Q-T interval corrected' },
  {
    name: 'MDC_ECG_TIME_PD_QTC_BAZETT',
    term: 15880,
    loinc: '76635-2',
    display: 'Q-T interval corrected based on Bazett formula',
  },
  {
    name: 'MDC_ECG_TIME_PD_QTC_FREDERICA',
    term: 15892,
    loinc: '76634-5',
    display: 'Q-T interval corrected by Fridericia formula',
  },
  { name: 'MDC_ECG_TIME_PD_RR_GL', term: 16168, scp: '5.10.2.1-3', loinc: '8637-1', display: 'R-R interval by EKG' },
  { name: 'MDC_ECG_TIME_PD_PP', term: 16140, scp: '5.10.2.1-5', display: 'PP interval' },
  { name: 'MDC_ECG_TIME_PD_P', term: 16184, display: 'P duration' },
  { name: 'MDC_ECG_ANGLE_P_FRONT', term: 16128, scp: '5.10.3-11', loinc: '8626-4', display: 'P wave axis' },
  { name: 'MDC_ECG_ANGLE_QRS_FRONT', term: 16132, scp: '5.10.3-13', loinc: '8632-2', display: 'QRS axis' },
  { name: 'MDC_ECG_ANGLE_T_FRONT', term: 16136, scp: '5.10.3-15', loinc: '8638-9', display: 'T wave axis' },
];

/** LOINC "Heart rate.beat-to-beat by EKG", which sources use beside or instead of 8867-4. */
const HEART_RATE_BY_EKG = '76282-3';

const BY_NAME: ReadonlyMap<string, MeasurementCodes> = new Map(MEASUREMENTS.map((row) => [row.name, row]));
const BY_MDC: ReadonlyMap<string, MeasurementCodes> = new Map([
  ...BY_NAME,
  ...MEASUREMENTS.map((row) => [`2:${row.term}`, row] as const),
  ...MEASUREMENTS.map((row) => [mdcCodeOf(row), row] as const),
]);
const BY_SCP = new Map(MEASUREMENTS.map((row) => [row.scp, row]));
const BY_LOINC = new Map([
  ...MEASUREMENTS.map((row) => [row.loinc, row] as const),
  [HEART_RATE_BY_EKG, BY_NAME.get('MDC_ECG_HEART_RATE')] as const,
]);

/** By an 11073-10101 code: 32-bit (146944), term of a partition ("2:15872") or reference id. */
export function measurementFromMdc(code: string): MeasurementCodes | undefined {
  return BY_MDC.get(code);
}

export function measurementFromScp(code: string): MeasurementCodes | undefined {
  return BY_SCP.get(code);
}

export function measurementFromLoinc(code: string): MeasurementCodes | undefined {
  return BY_LOINC.get(code);
}

/** The 32-bit 11073-10101 code that FHIR carries. */
export function mdcCodeOf({ term }: MeasurementCodes): string {
  return String(MDC_PARTITION_2 + term);
}
