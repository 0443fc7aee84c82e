import { z } from 'zod';
import { EcgError } from '../errors.ts';
import { type FhirJson, fhirJsonSchema, type SearchLimits } from './fhir-server.ts';

const DEFAULT_LIMITS: SearchLimits = { maxResources: 200 };
const MAX_PAGES = 20;

const searchsetSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).default([]),
  entry: z.array(z.looseObject({ resource: fhirJsonSchema.optional() })).default([]),
});

/**
 * The resources of a search, page after page, without the OperationOutcomes a server mixes in.
 * @param first the first page.
 * @param fetchPage gets the page behind a `next` link; it is what refuses links to other servers.
 * @throws EcgError FHIR_UNAVAILABLE for an answer that is no searchset, for pages in a circle, or for more than
 *   {@link MAX_PAGES}: a search that is cut short in silence could miss the newest ECG.
 */
export async function collectPages(
  first: FhirJson,
  fetchPage: (url: string) => Promise<FhirJson>,
  { maxResources }: SearchLimits = DEFAULT_LIMITS,
): Promise<readonly FhirJson[]> {
  const resources: FhirJson[] = [];
  const visited = new Set<string>();
  let page = first;
  for (;;) {
    const { entry, link } = parseSearchset(page);
    for (const { resource } of entry) {
      if (resource !== undefined && resource.resourceType !== 'OperationOutcome') resources.push(resource);
      if (resources.length === maxResources) return resources;
    }
    const next = link.find(({ relation }) => relation === 'next')?.url;
    if (next === undefined) return resources;
    if (visited.has(next) || visited.size === MAX_PAGES) {
      throw new EcgError('FHIR_UNAVAILABLE', `the FHIR server's search does not end within ${MAX_PAGES} pages`);
    }
    visited.add(next);
    page = await fetchPage(next);
  }
}

function parseSearchset(page: FhirJson): z.infer<typeof searchsetSchema> {
  const searchset = searchsetSchema.safeParse(page);
  if (!searchset.success)
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server answered a search without a searchset');
  return searchset.data;
}
