import { z } from 'zod';
import { codesOfLead, STANDARD_LEADS } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer, SearchLimits } from './fhir-server.ts';

const LOINC = 'http://loinc.org';
const MDC = 'urn:iso:std:iso:11073:10101';
/** The same code system under its OID, as HL7's own R4 example and Apple's exports write it. */
const MDC_OID = 'urn:oid:2.16.840.1.113883.6.24';

/** EKG study, 12 lead EKG panel. */
const LOINC_ECGS = [`${LOINC}|11524-6`, `${LOINC}|34534-8`];

/** What is searched for. An ECG under other codes is not found. */
const SEARCHES = [
  {
    type: 'Observation',
    codeParameter: 'code',
    codes: [
      ...LOINC_ECGS,
      `${MDC}|131328`,
      `${MDC_OID}|131328`,
      // Streams of one lead (HL7 Personal Health Device IG).
      ...STANDARD_LEADS.map((lead) => `${MDC}|${codesOfLead(lead).mdcPotential}`),
    ],
  },
  { type: 'DocumentReference', codeParameter: 'type', codes: LOINC_ECGS },
] as const;

type Search = (typeof SEARCHES)[number];

/**
 * The resources on a server that hold a patient's newest ECGs: Observations, then DocumentReferences, at most
 * `maxResources` of each. Whose they are is the server's word; the reader of each checks its subject.
 *
 * `_sort=-date` puts undated resources first on some servers; where they may have pushed out dated ones, the
 * dated ones are asked for again by themselves.
 * @throws EcgError SOURCE_INVALID for a patient id that FHIR does not allow, and what {@link FhirServer} throws.
 */
export async function findPatientEcgSources(
  server: FhirServer,
  patientId: string,
  limits: SearchLimits,
): Promise<readonly FhirJson[]> {
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(patientId)) throw new EcgError('SOURCE_INVALID', 'the patient id is no FHIR id');
  const found = await Promise.all(SEARCHES.map((search) => newest(server, { search, patientId, limits })));
  return found.flat();
}

interface Wanted {
  readonly search: Search;
  readonly patientId: string;
  readonly limits: SearchLimits;
}

async function newest(server: FhirServer, { search, patientId, limits }: Wanted): Promise<readonly FhirJson[]> {
  const params = {
    patient: patientId,
    [search.codeParameter]: search.codes.join(','),
    _sort: '-date',
    _count: String(limits.maxResources),
  };
  const first = await server.search(search.type, params, limits);
  const undated = first.filter((resource) => !isDated(resource));
  if (undated.length === 0 || first.length < limits.maxResources) return first;
  const dated = await server.search(search.type, { ...params, 'date:missing': 'false' }, limits);
  return [...dated, ...undated].slice(0, limits.maxResources);
}

const datedSchema = z.union([
  z.looseObject({ effectiveDateTime: z.string() }),
  z.looseObject({ effectiveInstant: z.string() }),
  z.looseObject({ effectivePeriod: z.looseObject({}) }),
  z.looseObject({ date: z.string() }),
]);

/** Whether the search parameter `date` of its type has something to sort by. */
function isDated(resource: FhirJson): boolean {
  return datedSchema.safeParse(resource).success;
}
