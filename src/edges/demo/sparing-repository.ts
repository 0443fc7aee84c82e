import type { SearchRequest, WithId } from '@medplum/core';
import type { CreateResourceOptions, MemoryRepository, UpdateResourceOptions } from '@medplum/fhir-router';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import type { loadMedplum } from './load-medplum.ts';

interface Token {
  readonly system?: string | undefined;
  readonly value?: string | undefined;
}

/** A search value of a system and a code, and no other: "http://loinc.org|11524-6". */
const ONE_TOKEN = /^[^|,]+\|[^|,]+$/;

/**
 * Medplum's MemoryRepository, sparing it searches that cannot find anything. By itself it looks at every resource for
 * every search, and a conditional create is one: the hundredth report would take a second. So it is remembered which
 * values of `identifier` and `_tag` were ever stored; a value that never was is not searched for.
 */
export function createSparingRepository({
  MemoryRepository: Repository,
  created,
}: Awaited<ReturnType<typeof loadMedplum>>): MemoryRepository {
  const stored = new Set<string>();
  const note = (resource: Resource) => {
    for (const { system, value } of identifiersOf(resource))
      stored.add(keyOf(resource, 'identifier', `${system}|${value}`));
    for (const { system, code } of resource.meta?.tag ?? []) stored.add(keyOf(resource, '_tag', `${system}|${code}`));
  };
  const isInVain = (search: SearchRequest) =>
    search.filters?.some(
      ({ code, operator, value }) =>
        (code === 'identifier' || code === '_tag') &&
        operator === 'eq' &&
        ONE_TOKEN.test(value) &&
        !stored.has(keyOf(search, code, value)),
    ) ?? false;

  return new (class extends Repository {
    override async createResource<T extends Resource>(resource: T, options?: CreateResourceOptions, update?: boolean) {
      note(resource);
      return await super.createResource(resource, options, update);
    }

    override async updateResource<T extends Resource>(resource: T, options?: UpdateResourceOptions) {
      note(resource);
      return await super.updateResource(resource, options);
    }

    override async conditionalCreate<T extends Resource>(
      resource: T,
      search: SearchRequest<T>,
      options?: CreateResourceOptions,
    ) {
      const isNew = isInVain(search);
      note(resource);
      // Made before anything is awaited: of two at once the second then finds the first.
      if (isNew) return { resource: await super.createResource(resource, options), outcome: created };
      return await super.conditionalCreate(resource, search, options);
    }

    override async search<T extends Resource>(search: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
      if (isInVain(search)) return { resourceType: 'Bundle', type: 'searchset', total: 0 };
      return await super.search(search);
    }
  })();
}

function keyOf({ resourceType }: { readonly resourceType: string }, parameter: string, token: string): string {
  return `${resourceType} ${parameter} ${token}`;
}

/** Some types have one, some a list. */
function identifiersOf(resource: Resource): readonly Token[] {
  if (!('identifier' in resource) || resource.identifier === undefined) return [];
  return Array.isArray(resource.identifier) ? resource.identifier : [resource.identifier];
}
