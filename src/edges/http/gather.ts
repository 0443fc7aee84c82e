import type { CdsRequest } from '../../cds/cds-request.ts';
import type { CdsService } from '../../cds/cds-service.ts';
import { compareWithPrevious } from '../../cds/compare-with-previous.ts';
import { completePrefetch } from '../../cds/complete-prefetch.ts';
import type { Pace } from '../../cds/pace.ts';
import type { PatientEcgReading } from '../../cds/patient-ecg-reading.ts';
import { type PatientEcgDeps, readPatientEcg } from '../../cds/read-patient-ecg.ts';
import { editionOf, type Tenant } from '../../config.ts';
import { EcgError, type EcgErrorCode } from '../../errors.ts';
import type { FhirServer } from '../../fhir/fhir-server.ts';
import { modelsFor } from '../../interpret-ecg.ts';
import type { Calling } from './answer-deps.ts';

/** The reading of the patient's latest ECG. @throws EcgError as {@link completePrefetch} and {@link readPatientEcg}. */
export async function readingFor(
  service: CdsService,
  request: CdsRequest,
  calling: Calling,
): Promise<PatientEcgReading> {
  const { server, pace } = calling;
  await pace.turn();
  const { resources, unknownSearches } = await completePrefetch(service.prefetch, request, server);
  await pace.turn();
  const found = [...resources.values()].flat();
  const reading = await readPatientEcg(found, request.context.patientId, readingDeps(calling));
  if (unknownSearches.length === 0) return reading;
  const note = `not everything could be searched (${unknownSearches.join(', ')}); a newer ECG may exist`;
  return { ...reading, notes: [...reading.notes, note] };
}

/**
 * A reading beside the previous ECG, from among what the search for the latest one brought. Where that fails, the reading
 * as it is.
 * @param pace behind the readings that others wait for.
 * @throws EcgError OVERLOADED, of its pace.
 */
export async function comparedReading(
  reading: PatientEcgReading,
  calling: Calling,
  pace: Pace,
): Promise<PatientEcgReading> {
  if (reading.outcome !== 'read' || reading.others === undefined) return reading;
  try {
    const compared = await compareWithPrevious(reading.others, { ...readingDeps(calling), pace });
    return { ...reading, reading: compared };
  } catch (error) {
    if (!(error instanceof EcgError) || error.code === 'OVERLOADED') throw error;
    calling.deps.log.warn({ code: error.code }, 'the previous ECG could not be compared with');
    return { ...reading, isComparisonLate: true };
  }
}

/** Whether there may be anything to compare a reading with. */
export function mayBeCompared(reading: PatientEcgReading): boolean {
  return reading.outcome === 'read' && (reading.others?.sources.length ?? 0) > 1;
}

function readingDeps({ tenant, deps, work, server, pace }: Calling): PatientEcgDeps {
  return {
    models: modelsFor(deps.models, tenant?.name),
    readings: deps.readings,
    decode: work.decode,
    pace,
    snomedEdition: editionOf(deps.config, tenant),
    now: new Date(),
    baseUrl: tenant?.fhirServer,
    fetchBinary: server && ((url) => server.readBinary(url)),
  };
}

/** What may help but could not be had: the key of its query, or the resource type of the reference to it. */
export interface Missed {
  readonly key: string;
  readonly code: EcgErrorCode;
}

/** What a {@link Lookup} brought. */
interface Brought {
  readonly resources: readonly unknown[];
  readonly missed: readonly Missed[];
}

/** One request that may help. */
export interface Lookup {
  readonly key: string;
  readonly brought: Promise<Brought>;
}

/** What the optional prefetch and the references of a service bring, each by itself; what is missing or failed is named. */
export function furtherResources(service: CdsService, request: CdsRequest, calling: Calling): readonly Lookup[] {
  const { optionalPrefetch = {}, references = () => [], referencesIn = () => [] } = service;
  const searches = Object.entries(optionalPrefetch).map(([key, query]) =>
    lookup(key, search(key, query, request, calling)),
  );
  const referredBy = (resource: unknown) => referencesIn(resource, request);
  const reads = references(request).map((reference) =>
    lookup(typeIn(reference), readFollowing(reference, calling, referredBy)),
  );
  return [...searches, ...reads];
}

function lookup(key: string, brought: Promise<Brought>): Lookup {
  return { key, brought: orMissed(key, brought) };
}

async function search(key: string, query: string, request: CdsRequest, { server, pace }: Calling): Promise<Brought> {
  await pace.turn();
  const { resources, unknownSearches } = await completePrefetch({ [key]: query }, request, server);
  const missed = unknownSearches.map((each) => ({ key: each, code: 'PREFETCH_MISSING' }) as const);
  return { resources: [...resources.values()].flat(), missed };
}

/** A resource, and those it refers to. */
async function readFollowing(
  reference: string,
  calling: Calling,
  referredBy: (resource: unknown) => readonly string[],
): Promise<Brought> {
  const { server } = calling;
  if (server === undefined) throw new EcgError('PREFETCH_MISSING', 'there is no FHIR server to ask with a valid token');
  const found = await server.query(reference);
  const followed = await Promise.all(
    found.flatMap(referredBy).map(
      (each) =>
        lookup(
          typeIn(each),
          readFollowing(each, calling, () => []),
        ).brought,
    ),
  );
  return {
    resources: [...found, ...followed.flatMap(({ resources }) => resources)],
    missed: followed.flatMap(({ missed }) => missed),
  };
}

async function orMissed(key: string, brought: Promise<Brought>): Promise<Brought> {
  try {
    return await brought;
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return { resources: [], missed: [{ key, code: error.code }] };
  }
}

/** "Medication/1" → "Medication" */
function typeIn(reference: string): string {
  return reference.split('/')[0] ?? '';
}

/** The FHIR server of a request, if it names one that may be asked with what it brings. @throws EcgError as `open`. */
export function serverOf(
  { fhirServer, fhirAuthorization }: CdsRequest,
  tenant: Tenant | undefined,
  open: (tenant: Tenant, accessToken: string | undefined) => FhirServer,
): FhirServer | undefined {
  if (tenant === undefined || fhirServer === undefined || !isUsable(fhirAuthorization)) return undefined;
  return open(tenant, fhirAuthorization?.access_token);
}

/** A server may be open; a token that has run out would only be refused. */
function isUsable(authorization: CdsRequest['fhirAuthorization']): boolean {
  return authorization === undefined || authorization.expires_in > 0;
}
