/**
 * Lead names as printed on a tracing, and the codes that mean them.
 * Sources: ISO/IEEE 11073-10101 as printed in DICOM PS3.16 CID 3001 and FHIR examples; SCP-ECG table 5.6.3-9.
 */

interface LeadCodes {
  readonly lead: string;
  /** ISO/IEEE 11073-10101 reference id, MDC_ECG_LEAD_<mdcSuffix>. */
  readonly mdcSuffix: string;
  /** SCP-ECG lead number ("5.6.3-9-n"), which is also the 11073-10101 term code in partition 2 ("2:n"). */
  readonly scp?: number;
  readonly loincPart?: string;
  readonly snomed?: string;
}

const LEAD_CODES = [
  { lead: 'I', mdcSuffix: 'I', scp: 1, loincPart: 'LP7386-8', snomed: '272729005' },
  { lead: 'II', mdcSuffix: 'II', scp: 2, loincPart: 'LP7387-6', snomed: '272730000' },
  { lead: 'III', mdcSuffix: 'III', scp: 61, loincPart: 'LP7388-4', snomed: '272731001' },
  { lead: 'aVR', mdcSuffix: 'AVR', scp: 62, loincPart: 'LP7385-0', snomed: '257474006' },
  { lead: 'aVL', mdcSuffix: 'AVL', scp: 63, loincPart: 'LP7384-3', snomed: '257473000' },
  { lead: 'aVF', mdcSuffix: 'AVF', scp: 64, loincPart: 'LP7383-5', snomed: '257472005' },
  { lead: 'V1', mdcSuffix: 'V1', scp: 3, loincPart: 'LP7389-2', snomed: '257475007' },
  { lead: 'V2', mdcSuffix: 'V2', scp: 4, loincPart: 'LP7390-0', snomed: '257476008' },
  { lead: 'V3', mdcSuffix: 'V3', scp: 5, loincPart: 'LP7391-8', snomed: '257477004' },
  { lead: 'V4', mdcSuffix: 'V4', scp: 6, loincPart: 'LP7392-6', snomed: '257478009' },
  { lead: 'V5', mdcSuffix: 'V5', scp: 7, loincPart: 'LP7393-4', snomed: '257479001' },
  { lead: 'V6', mdcSuffix: 'V6', scp: 8, loincPart: 'LP7394-2', snomed: '257480003' },
  { lead: 'V7', mdcSuffix: 'V7', scp: 9 },
  { lead: 'V8', mdcSuffix: 'V8', scp: 66 },
  { lead: 'V9', mdcSuffix: 'V9', scp: 67 },
  { lead: 'V2R', mdcSuffix: 'V2R', scp: 10 },
  { lead: 'V3R', mdcSuffix: 'V3R', scp: 11 },
  { lead: 'V4R', mdcSuffix: 'V4R', scp: 12 },
  { lead: 'V5R', mdcSuffix: 'V5R', scp: 13 },
  { lead: 'V6R', mdcSuffix: 'V6R', scp: 14 },
  { lead: 'V7R', mdcSuffix: 'V7R', scp: 15 },
  { lead: 'X', mdcSuffix: 'X', scp: 16 },
  { lead: 'Y', mdcSuffix: 'Y', scp: 17 },
  { lead: 'Z', mdcSuffix: 'Z', scp: 18 },
  { lead: 'ES', mdcSuffix: 'ES' },
  { lead: 'AS', mdcSuffix: 'AS' },
  { lead: 'AI', mdcSuffix: 'AI' },
  { lead: 'MCL', mdcSuffix: 'MCL' },
] as const satisfies readonly LeadCodes[];

/** 11073-10101 32-bit code of the voltage of a lead (MDC_ECG_ELEC_POTL_*) less its SCP-ECG number. */
const MDC_POTENTIAL = 131328;
/** 11073-10101 32-bit code of the identity of a lead (MDC_ECG_LEAD_*) less its SCP-ECG number. */
const MDC_IDENTITY = 131072;

/** A lead by its printed name: I, II, III, aVR, aVL, aVF, V1 … V9, V2R … V7R, X, Y, Z, ES, AS, AI, MCL. */
export type Lead = (typeof LEAD_CODES)[number]['lead'];

const BY_LEAD = new Map<Lead, LeadCodes>(LEAD_CODES.map((row) => [row.lead, row]));

/** The order in which leads stand in an Ecg, and the order ECGFounder expects of the first twelve. */
export const LEADS: readonly Lead[] = LEAD_CODES.map((row) => row.lead);

/** The twelve standard leads. */
export const STANDARD_LEADS: readonly Lead[] = LEADS.slice(0, 12);

/** Codes of one lead, for writers; `mdcPotential` is the 11073-10101 code that FHIR components carry (131329 …). */
export function codesOfLead(lead: Lead): LeadCodes & { readonly mdcPotential?: string } {
  const codes = BY_LEAD.get(lead);
  if (codes === undefined) throw new RangeError(`no lead ${lead}`);
  return codes.scp === undefined ? codes : { ...codes, mdcPotential: String(MDC_POTENTIAL + codes.scp) };
}

/** A longer text is no name of a lead, and takes long to search. */
const MAX_NAME_LENGTH = 100;
const INVERTED = /^\s*(LEAD[ _]*)?-|INVERT|NEGAT|REVERS/i;

const indexBy = (key: (row: LeadCodes) => string | number | undefined): ReadonlyMap<string, Lead> =>
  new Map(LEAD_CODES.flatMap((row) => (key(row) === undefined ? [] : [[String(key(row)), row.lead] as const])));

const BY_NAME = indexBy((row) => row.lead.toUpperCase());
const BY_SCP = indexBy((row) => row.scp);
const BY_LOINC = indexBy((row) => row.loincPart);
const BY_SNOMED = indexBy((row) => row.snomed);

/**
 * Lead from a name, label or reference id as sources write it: "aVR", "AVR", "ECG I", "Lead_II", "Lead I (Einthoven)",
 * "MDC_ECG_LEAD_V1", "MDC_ECG_ELEC_POTL_AVF"; NULs and spaces are trimmed. An inverted lead ("-aVR") is none of these.
 */
export function leadFromName(name: string): Lead | undefined {
  if (name.length > MAX_NAME_LENGTH || isInverted(name)) return undefined;
  const text = name.replaceAll('\0', ' ').trim().toUpperCase();
  const core = text
    .replace(/^MDC_ECG_(LEAD|ELEC_POTL)_/, '')
    .replace(/^(ECG[ _]+)?(LEAD[ _]+)?/, '')
    .replace(/\s*\(.*\)$/, '')
    .replace(/\s+LEAD$/, '');
  return BY_NAME.get(core);
}

/** Whether a name says that the lead is drawn upside down: "-aVR", "aVR (inverted)". */
export function isInverted(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && INVERTED.test(name);
}

/** Lead from an 11073-10101 32-bit code: voltage (131329 …) or lead identity (131073 …). */
export function leadFromMdc(code: string): Lead | undefined {
  const number = Number(code);
  return BY_SCP.get(String(number - MDC_POTENTIAL)) ?? BY_SCP.get(String(number - MDC_IDENTITY));
}

/** Lead from the SCP-ECG lead number, which is also the term code of 11073 partition 2 ("2:61"). */
export function leadFromScp(code: string): Lead | undefined {
  return BY_SCP.get(code);
}

/** Lead from a LOINC part code (LP7386-8 …). */
export function leadFromLoinc(code: string): Lead | undefined {
  return BY_LOINC.get(code);
}

/** Lead from a SNOMED CT code (272729005 …). */
export function leadFromSnomed(code: string): Lead | undefined {
  return BY_SNOMED.get(code);
}
