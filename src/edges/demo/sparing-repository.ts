import type { SearchRequest, WithId } from '@medplum/core';
import type { CreateResourceOptions, MemoryRepository } from '@medplum/fhir-router';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import type { loadMedplum } from './load-medplum.ts';

interface Token {
  readonly system?: string | undefined;
  readonly value?: string | undefined;
}

/** Of a value that was never stored. */
const NONE: ReadonlySet<string> = new Set();
/** A search value of a system and a code, and no other: "http://loinc.org|11524-6". */
const ONE_TOKEN = /^[^|,]+\|[^|,]+$/;

const ONE_PATIENT = /^(Patient\/)?[A-Za-z0-9.-]{1,64}$/;
/** Types whose search parameter `patient` is their `subject` (R4). */
const OF_SUBJECT: readonly string[] = ['Observation', 'DocumentReference', 'DiagnosticReport', 'Condition'];

/**
 * Medplum's MemoryRepository, sparing it most of its searches. By itself it looks at every resource for every search, and a
 * conditional create is one: the hundredth report would take a second. So it is remembered which resources ever had which
 * `identifier`, `_tag` and, of clinical types, patient: where a search names one, only those are looked at.
 */
export function createSparingRepository({
  MemoryRepository: Repository,
  created,
}: Awaited<ReturnType<typeof loadMedplum>>): MemoryRepository {
  const idsByToken = new Map<string, Set<string>>();
  const note = (resource: Resource) => {
    for (const key of keysOf(resource)) {
      const ids = idsByToken.get(key) ?? new Set();
      if (resource.id !== undefined) ids.add(resource.id);
      idsByToken.set(key, ids);
    }
  };
  /** The only resources that a search can find; undefined where any may be. */
  const candidates = (search: SearchRequest): ReadonlySet<string> | undefined => {
    const equal = search.filters?.filter(({ operator }) => operator === 'eq') ?? [];
    const token = equal.find(({ code, value }) => (code === 'identifier' || code === '_tag') && ONE_TOKEN.test(value));
    if (token) return idsByToken.get(keyOf(search, token.code, token.value)) ?? NONE;
    const patient = equal.find(({ code, value }) => code === 'patient' && ONE_PATIENT.test(value));
    if (patient === undefined || !OF_SUBJECT.includes(search.resourceType)) return undefined;
    return idsByToken.get(keyOf(search, 'patient', patient.value.replace(/^Patient\//, ''))) ?? NONE;
  };

  return new (class extends Repository {
    override async createResource<T extends Resource>(resource: T, options?: CreateResourceOptions, update?: boolean) {
      note(resource);
      const stored = await super.createResource(resource, options, update);
      note(stored);
      return stored;
    }

    override async conditionalCreate<T extends Resource>(
      resource: T,
      search: SearchRequest<T>,
      options?: CreateResourceOptions,
    ) {
      const isNew = candidates(search) === NONE;
      note(resource);
      // Made before anything is awaited: of two at once the second then finds the first.
      if (isNew) return { resource: await this.createResource(resource, options), outcome: created };
      const result = await super.conditionalCreate(resource, search, options);
      note(result.resource);
      return result;
    }

    override async search<T extends Resource>(search: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
      const ids = candidates(search);
      if (ids === undefined || refersToOthers(search)) return await super.search(search);
      const few = new Repository();
      await few.withSeeding(async () => {
        for (const id of ids) {
          const resource = await super.readResource(search.resourceType, id).catch(() => undefined);
          if (resource) await few.createResource(resource);
        }
      });
      return await few.search(search);
    }
  })();
}

/** Whether resources of other types have to be looked at, too. */
function refersToOthers({ filters = [], include, revInclude }: SearchRequest): boolean {
  return include !== undefined || revInclude !== undefined || filters.some(({ code }) => /[.:]/.test(code));
}

function keysOf(resource: Resource): readonly string[] {
  return [
    ...identifiersOf(resource).map(({ system, value }) => keyOf(resource, 'identifier', `${system}|${value}`)),
    ...(resource.meta?.tag ?? []).map(({ system, code }) => keyOf(resource, '_tag', `${system}|${code}`)),
    ...patientsOf(resource).map((id) => keyOf(resource, 'patient', id)),
  ];
}

function keyOf({ resourceType }: { readonly resourceType: string }, parameter: string, token: string): string {
  return `${resourceType} ${parameter} ${token}`;
}

function patientsOf(resource: Resource): readonly string[] {
  if (!('subject' in resource) || resource.subject === undefined || !('reference' in resource.subject)) return [];
  const [, id] = /^Patient\/(.+)$/.exec(resource.subject.reference ?? '') ?? [];
  return id === undefined ? [] : [id];
}

/** Some types have one, some a list. */
function identifiersOf(resource: Resource): readonly Token[] {
  if (!('identifier' in resource) || resource.identifier === undefined) return [];
  return Array.isArray(resource.identifier) ? resource.identifier : [resource.identifier];
}
