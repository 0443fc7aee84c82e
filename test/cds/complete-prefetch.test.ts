import { parseCdsRequest } from '../../src/cds/cds-request.ts';
import { completePrefetch } from '../../src/cds/complete-prefetch.ts';
import { EcgError } from '../../src/errors.ts';
import type { FhirJson, FhirServer } from '../../src/fhir/fhir-server.ts';

const BASE = 'https://ehr.example.org/fhir';
const TEMPLATE = {
  patient: 'Patient/{{context.patientId}}',
  ecgObservations: 'Observation?patient={{context.patientId}}&_count=5',
  ecgDocuments: 'DocumentReference?patient={{context.patientId}}&_count=5',
};
const PATIENT = { resourceType: 'Patient', id: 'p1' };
const OUTCOME = { resourceType: 'OperationOutcome', issue: [] };

const observation = (id: string) => ({ resourceType: 'Observation', id });
const bundle = (ids: readonly string[], more: object = {}) => ({
  resourceType: 'Bundle',
  entry: ids.map((id) => ({ fullUrl: `${BASE}/Observation/${id}`, resource: observation(id) })),
  ...more,
});
const nextPage = { link: [{ relation: 'next', url: `${BASE}?page=2` }] };

/** A server that answers what is asked of it from a table, and refuses everything else. */
function serverOf(answers: Readonly<Record<string, readonly FhirJson[]>>): FhirServer & { readonly asked: string[] } {
  const asked: string[] = [];
  const refuse = async () => {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server does not accept the access token (HTTP 401)');
  };
  return {
    asked,
    baseUrl: BASE,
    query: async (query) => {
      asked.push(query);
      return answers[query] ?? (await refuse());
    },
    read: refuse,
    readBinary: refuse,
    transaction: refuse,
    create: refuse,
    update: refuse,
    capabilityStatement: refuse,
  };
}

async function complete(prefetch: unknown, server?: FhirServer) {
  const request = parseCdsRequest(
    {
      hook: 'patient-view',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      fhirServer: BASE,
      context: { patientId: 'p1' },
      ...(prefetch === undefined ? {} : { prefetch }),
    },
    'patient-view',
  );
  const { resources, unknownSearches } = await completePrefetch(TEMPLATE, request, server);
  const idsOf = (key: string) => resources.get(key)?.map((resource) => (resource as { id: string }).id);
  return { observations: idsOf('ecgObservations'), documents: idsOf('ecgDocuments'), unknownSearches };
}

describe('the data of a hook', () => {
  it('are those of a complete prefetch, without asking the server', async () => {
    const server = serverOf({});
    const prefetch = { patient: PATIENT, ecgObservations: bundle(['a', 'b']), ecgDocuments: bundle([]) };
    expect(await complete(prefetch, server)).toEqual({ observations: ['a', 'b'], documents: [], unknownSearches: [] });
    expect(server.asked).toEqual([]);
  });

  it('are asked of the server where prefetch lacks them or is null', async () => {
    const server = serverOf({
      'Observation?patient=p1&_count=5': [observation('a')],
      'DocumentReference?patient=p1&_count=5': [],
    });
    const found = await complete({ patient: PATIENT, ecgDocuments: null }, server);
    expect(found).toEqual({ observations: ['a'], documents: [], unknownSearches: [] });
  });

  it('are none where prefetch is null and there is no server', async () => {
    const prefetch = { patient: null, ecgObservations: null, ecgDocuments: null };
    expect(await complete(prefetch)).toEqual({ observations: [], documents: [], unknownSearches: [] });
  });

  it('go on at the next page where the first holds fewer than were asked for', async () => {
    const server = serverOf({ [`${BASE}?page=2`]: [observation('b')] });
    const prefetch = { ecgObservations: bundle(['a'], nextPage), ecgDocuments: null, patient: PATIENT };
    const found = await complete(prefetch, {
      ...server,
      query: async (url) => (url.includes('page') ? await server.query(url) : []),
    });
    expect(found.observations).toEqual(['a', 'b']);
    expect(found.unknownSearches).toEqual([]);
  });

  it('are complete with as many of the newest as were asked for, whatever comes after', async () => {
    const server = serverOf({});
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const prefetch = { patient: PATIENT, ecgObservations: bundle(ids, nextPage), ecgDocuments: bundle([]) };
    expect(await complete(prefetch, server)).toMatchObject({ observations: ids, unknownSearches: [] });
    expect(server.asked).toEqual([]);
  });

  it.each([
    ['fails', serverOf({})],
    ['cannot be asked for', undefined],
  ])('keep what came along where the next page %s, and say that more is not known', async (_case, server) => {
    const prefetch = { patient: PATIENT, ecgObservations: bundle(['a'], nextPage), ecgDocuments: bundle([]) };
    expect(await complete(prefetch, server)).toEqual({
      observations: ['a'],
      documents: [],
      unknownSearches: ['ecgObservations'],
    });
  });

  it('leave out entries of another server, where the same reference is somebody else', async () => {
    const foreign = { fullUrl: 'https://other.example.org/fhir/Observation/x', resource: observation('x') };
    const own = { fullUrl: `${BASE}/Observation/a`, resource: observation('a') };
    const unnamed = { resource: observation('b') };
    const local = { fullUrl: 'urn:uuid:0b8f0d0e-6d5f-4f9e-8a3a-1d1c3c1f0a11', resource: observation('c') };
    const prefetch = {
      patient: PATIENT,
      ecgObservations: { resourceType: 'Bundle', entry: [foreign, own, unnamed, local] },
      ecgDocuments: bundle([]),
    };
    expect(await complete(prefetch)).toMatchObject({
      observations: ['a', 'b', 'c'],
      unknownSearches: ['ecgObservations'],
    });
  });

  it('are partly unknown where one search failed on the client', async () => {
    const prefetch = { patient: PATIENT, ecgObservations: bundle(['a']), ecgDocuments: OUTCOME };
    expect(await complete(prefetch, serverOf({}))).toMatchObject({
      observations: ['a'],
      unknownSearches: ['ecgDocuments'],
    });
  });

  it('are partly unknown where the search went wrong in part', async () => {
    const outcome = (severity: string) => ({ resource: { resourceType: 'OperationOutcome', issue: [{ severity }] } });
    const beside = (severity: string) => ({
      resourceType: 'Bundle',
      entry: [outcome(severity), { resource: observation('a') }],
    });
    const read = async (severity: string) =>
      (await complete({ patient: PATIENT, ecgObservations: beside(severity), ecgDocuments: bundle([]) }))
        .unknownSearches;
    expect(await read('warning')).toEqual([]);
    expect(await read('error')).toEqual(['ecgObservations']);
  });

  it('may do without the patient', async () => {
    const prefetch = { patient: OUTCOME, ecgObservations: bundle(['a']), ecgDocuments: bundle([]) };
    expect(await complete(prefetch)).toMatchObject({ observations: ['a'], unknownSearches: [] });
  });
});

describe('the data of a hook are missing', () => {
  it.each([
    ['without prefetch and server', undefined, undefined, 'no FHIR server to ask'],
    ['where the server refuses', undefined, serverOf({}), 'HTTP 401'],
    ['where the patient alone came along', { patient: PATIENT }, serverOf({}), 'HTTP 401'],
    ['where all searches failed', { ecgObservations: OUTCOME, ecgDocuments: OUTCOME }, undefined, 'could not run'],
    [
      'where they are no resources',
      { ecgObservations: 7, ecgDocuments: { resourceType: 'Bundle', entry: 1 } },
      undefined,
      'not a FHIR resource',
    ],
  ])('%s', async (_case, prefetch, server, reason) => {
    await expect(complete(prefetch, server)).rejects.toMatchObject({
      code: 'PREFETCH_MISSING',
      message: expect.stringContaining(reason),
    });
  });
});
