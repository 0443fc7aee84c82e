import { MDC_PARTITION_2 } from './tags.ts';

/** Global ECG measurements and the codes that mean them in annotations. */
export interface MeasurementCode {
  /** ISO/IEEE 11073-10101 reference id. */
  readonly name: string;
  /** UCUM unit of a value under this name. */
  readonly unit: 'ms' | '/min' | 'deg';
  /** 11073-10101 term in partition 2, as CID 3227 to 3229 of PS3.16 write it ("2:15872"). */
  readonly term: number;
  /** Code of the SCP-ECG standard's table, as electrocardiographs write it. */
  readonly scp?: string;
  readonly meaning: string;
}

const MEASUREMENT_CODES: readonly MeasurementCode[] = [
  { name: 'MDC_ECG_HEART_RATE', unit: '/min', term: 16770, meaning: 'Heart rate' },
  { name: 'MDC_ECG_TIME_PD_PR', unit: 'ms', term: 15872, scp: '5.13.5-7', meaning: 'PR interval' },
  { name: 'MDC_ECG_TIME_PD_QRS', unit: 'ms', term: 16156, scp: '5.13.5-9', meaning: 'QRS duration' },
  { name: 'MDC_ECG_TIME_PD_QT', unit: 'ms', term: 16160, scp: '5.13.5-11', meaning: 'QT interval' },
  { name: 'MDC_ECG_TIME_PD_QTC', unit: 'ms', term: 15876, scp: '5.10.2.5-5', meaning: 'QTc interval' },
  { name: 'MDC_ECG_TIME_PD_QTC_BAZETT', unit: 'ms', term: 15880, meaning: 'QTc interval (Bazett)' },
  { name: 'MDC_ECG_TIME_PD_QTC_FREDERICA', unit: 'ms', term: 15892, meaning: 'QTc interval (Fridericia)' },
  { name: 'MDC_ECG_TIME_PD_RR_GL', unit: 'ms', term: 16168, scp: '5.10.2.1-3', meaning: 'RR interval' },
  { name: 'MDC_ECG_TIME_PD_PP', unit: 'ms', term: 16140, scp: '5.10.2.1-5', meaning: 'PP interval' },
  { name: 'MDC_ECG_TIME_PD_P', unit: 'ms', term: 16184, meaning: 'P duration' },
  { name: 'MDC_ECG_ANGLE_P_FRONT', unit: 'deg', term: 16128, scp: '5.10.3-11', meaning: 'P axis' },
  { name: 'MDC_ECG_ANGLE_QRS_FRONT', unit: 'deg', term: 16132, scp: '5.10.3-13', meaning: 'QRS axis' },
  { name: 'MDC_ECG_ANGLE_T_FRONT', unit: 'deg', term: 16136, scp: '5.10.3-15', meaning: 'T axis' },
];

const BY_SCP = new Map(MEASUREMENT_CODES.map((row) => [row.scp, row]));
const BY_NAME = new Map(MEASUREMENT_CODES.map((row) => [row.name, row]));
const BY_MDC = new Map(
  MEASUREMENT_CODES.flatMap((row) => [
    [`2:${row.term}`, row] as const,
    [String(MDC_PARTITION_2 + row.term), row] as const,
  ]),
);

/** The measurement that a code of the scheme SCPECG or MDC ("2:15872" or 146944) means. */
export function measurementFromCode(scheme: string, code: string): MeasurementCode | undefined {
  if (scheme === 'SCPECG') return BY_SCP.get(code);
  return scheme === 'MDC' ? (BY_MDC.get(code) ?? BY_NAME.get(code)) : undefined;
}

/** The codes of a measurement by its reference id, for the writer. */
export function measurementFromName(name: string): MeasurementCode | undefined {
  return BY_NAME.get(name);
}
