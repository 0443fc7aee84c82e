import { isInverted, type Lead, leadFromLoinc, leadFromMdc, leadFromName, leadFromSnomed } from '../../ecg/lead.ts';
import type { CodeableConcept } from './parse-observation.ts';

export type CodeSystem = 'mdc' | 'loinc' | 'snomed';

const CODE_SYSTEMS: ReadonlyMap<string, CodeSystem> = new Map([
  ['urn:iso:std:iso:11073:10101', 'mdc'],
  ['urn:oid:2.16.840.1.113883.6.24', 'mdc'],
  ['http://loinc.org', 'loinc'],
  ['urn:oid:2.16.840.1.113883.6.1', 'loinc'],
  ['http://snomed.info/sct', 'snomed'],
  ['urn:oid:2.16.840.1.113883.6.96', 'snomed'],
]);

const LEAD_FROM: Readonly<Record<CodeSystem, (code: string) => Lead | undefined>> = {
  mdc: (code) => leadFromMdc(code) ?? leadFromName(code),
  loinc: leadFromLoinc,
  snomed: leadFromSnomed,
};

/** Codes of an ECG as a whole, beside the words that {@link namesEcg} looks for. */
const ECG_CODES: ReadonlySet<string> = new Set([
  'mdc|131328',
  'loinc|11524-6',
  'loinc|34534-8',
  'snomed|29303009',
  'snomed|268400002',
  'snomed|164847006',
  'snomed|46825001',
  'snomed|106073009',
]);
const ECG_WORDS = /ecg|ekg|electrocardiogra/i;
/** Room for the names of 64 leads; a longer text names none. */
const MAX_NAMES_LENGTH = 2000;

export interface LeadReading {
  /** Absent when nothing names a lead, codes name different ones, or a name says that it is inverted. */
  readonly lead: Lead | undefined;
  /** The lead that display, text or local code names. */
  readonly named: Lead | undefined;
  /** Code and name disagree, or the code means no lead though its display names one. */
  readonly isConflicting: boolean;
}

/** The code systems used here by any of their spellings; sources write stray spaces around them. */
export function codeSystemOf(system: string | undefined): CodeSystem | undefined {
  return CODE_SYSTEMS.get(system?.trim() ?? '');
}

/** The lead a concept means: by code in 11073-10101, LOINC or SNOMED CT, else by display, text or local code. */
export function leadOfConcept(concept: CodeableConcept | undefined): LeadReading {
  const byCode = new Set(leadsByCode(concept));
  const byName = new Set(leadsByName(concept));
  const [named] = byName;
  const [lead] = byCode.size > 0 ? byCode : byName;
  if (namesOf(concept).some(isInverted)) return { lead: undefined, named, isConflicting: true };
  if (lead === undefined) return { lead, named, isConflicting: false };
  if (byCode.size > 1 || (byCode.size === 0 && byName.size > 1)) return { lead: undefined, named, isConflicting: true };
  const isConflicting = byCode.size === 0 ? hasMislabelledCode(concept) : [...byName].some((name) => name !== lead);
  return { lead, named, isConflicting };
}

/** The leads of interleaved dimensions: as many different ones as there are dimensions, in the order written. */
export function leadsOfDimensions(concept: CodeableConcept | undefined, dimensions: number): readonly Lead[] {
  const text = concept?.text ?? '';
  const words =
    text.length > MAX_NAMES_LENGTH ? [] : text.split(/[\s,;/]+/).flatMap((word) => leadFromName(word) ?? []);
  const candidates = [leadsByCode(concept), leadsByName(concept), words].map((leads) => [...new Set(leads)]);
  return candidates.find((leads) => leads.length === dimensions) ?? [];
}

/** Whether a concept speaks of an electrocardiogram at all. */
export function namesEcg(concept: CodeableConcept | undefined): boolean {
  const codings = concept?.coding ?? [];
  return (
    ECG_WORDS.test(concept?.text ?? '') ||
    codings.some(
      ({ system, code, display }) =>
        ECG_CODES.has(`${codeSystemOf(system)}|${code}`) || ECG_WORDS.test(`${code} ${display}`),
    )
  );
}

function leadsByCode(concept: CodeableConcept | undefined): Lead[] {
  return (concept?.coding ?? []).flatMap(({ system, code }) => {
    const codeSystem = codeSystemOf(system);
    return (codeSystem && code && LEAD_FROM[codeSystem](code.trim())) || [];
  });
}

function leadsByName(concept: CodeableConcept | undefined): Lead[] {
  return namesOf(concept).flatMap((name) => leadFromName(name) ?? []);
}

/** Displays, codes of no known system, and text. */
function namesOf(concept: CodeableConcept | undefined): readonly string[] {
  const names = (concept?.coding ?? []).flatMap(({ system, code, display }) => [
    display,
    codeSystemOf(system) ? undefined : code,
  ]);
  return [...names, concept?.text].filter((name) => name !== undefined);
}

/** A coding whose code is no lead but whose display is one: 131328 "MDC_ECG_ELEC_POTL_I". */
function hasMislabelledCode(concept: CodeableConcept | undefined): boolean {
  return (concept?.coding ?? []).some(
    ({ system, code, display }) => codeSystemOf(system) && code && leadFromName(display ?? ''),
  );
}
