import { collectPages } from '../../src/fhir/collect-pages.ts';
import type { FhirJson } from '../../src/fhir/fhir-server.ts';

describe('the pages of a search', () => {
  it('are one list, without what a server says about the search', async () => {
    const first = page(['o1'], 'b', [{ resource: { resourceType: 'OperationOutcome' } }, {}]);
    expect(await idsOf(collectPages(first, servingPages({ b: page(['o2'], 'c'), c: page([]) })))).toEqual(['o1', 'o2']);
  });

  it('are left on the server when enough is there', async () => {
    const fetched: string[] = [];
    const fetchPage = async (url: string) => {
      fetched.push(url);
      return page(['o3', 'o4', 'o5'], 'c');
    };
    expect(await idsOf(collectPages(page(['o1', 'o2'], 'b'), fetchPage, { maxResources: 4 }))).toEqual([
      'o1',
      'o2',
      'o3',
      'o4',
    ]);
    expect(await idsOf(collectPages(page(['o1', 'o2'], 'b'), fetchPage, { maxResources: 2 }))).toEqual(['o1', 'o2']);
    expect(fetched).toEqual(['b']);
  });

  it('may not run in a circle', async () => {
    const fetchPage = servingPages({ a: page(['o1'], 'b'), b: page(['o2'], 'a') });
    await expect(collectPages(page(['o0'], 'a'), fetchPage)).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });

  it('may not go on for ever', async () => {
    let count = 0;
    const fetchPage = async () => page([], `page-${++count}`);
    await expect(collectPages(page([], 'page-0'), fetchPage)).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    expect(count).toBe(20);
  });

  it.each([
    { resourceType: 'Patient' },
    { resourceType: 'OperationOutcome' },
    { resourceType: 'Bundle', entry: {} },
    { resourceType: 'Bundle', entry: [{ resource: { id: 'no type' } }] },
    { resourceType: 'Bundle', link: [{ relation: 'next' }] },
  ])('are not %j', async (answer) => {
    await expect(collectPages(answer, servingPages({}))).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });
});

function page(ids: readonly string[], next?: string, further: readonly object[] = []): FhirJson {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    link: [{ relation: 'self', url: 'x' }, ...(next === undefined ? [] : [{ relation: 'next', url: next }])],
    entry: [...ids.map((id) => ({ resource: { resourceType: 'Observation', id } })), ...further],
  };
}

function servingPages(pages: Readonly<Record<string, FhirJson>>) {
  return async (url: string): Promise<FhirJson> => pages[url] ?? { resourceType: 'OperationOutcome' };
}

async function idsOf(found: Promise<readonly FhirJson[]>): Promise<unknown[]> {
  return (await found).map(({ id }) => id);
}
