import { SERVICES } from '../../cds-hooks/index.ts';
import type { CdsService } from '../../src/cds/cds-service.ts';
import { HOOKS } from '../../src/cds/hook-contexts.ts';
import { publishedSchemas } from '../edges/http/published-schemas.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import { HOOK_INSTANCE } from './hook-calls.ts';

interface Discovered {
  readonly id: string;
  readonly hook: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly hookVersion: string;
  readonly prefetch: Readonly<Record<string, string>>;
}

/** A service of one more row, as docs/cds-hooks.md describes it. */
const ecgCount: CdsService = {
  id: 'ecg-count',
  hook: 'patient-view',
  title: 'A row',
  description: 'Says one thing.',
  prefetch: { patient: 'Patient/{{context.patientId}}' },
  cards: (_reading, { newUuid }) => [
    {
      uuid: newUuid(),
      summary: 'one thing',
      indicator: 'info',
      source: { label: 'row', topic: { system: 'urn:s', code: 'c', display: 'd' } },
    },
  ],
};

let service: RunningService;
let one: RunningService;
let none: RunningService;
beforeAll(async () => {
  service = await startService({ isBare: true });
  const { database } = service;
  one = await startService({ isBare: true, services: [...SERVICES, ecgCount], database });
  none = await startService({ isBare: true, services: [], database });
});
afterAll(async () => {
  await none.stop();
  await one.stop();
  await service.stop();
});

async function discover(of: RunningService = service): Promise<readonly Discovered[]> {
  const response = await fetch(`${of.address}/cds-services`);
  return ((await response.json()) as { services: Discovered[] }).services;
}

describe('discovery (CDS Hooks 2.0.1)', () => {
  it('1 answers GET with 200 and a JSON object that is as its schema says', async () => {
    const response = await fetch(`${service.address}/cds-services`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    (await publishedSchemas(service.address)).check('discovery', await response.json());
  });

  it('2 lists no services as an empty array', async () => {
    expect(await discover(none)).toEqual([]);
  });

  it('3 says hook, id, title and description of each service', async () => {
    for (const { hook, id, title, description } of await discover())
      for (const text of [hook, id, title, description]) expect(text).toEqual(expect.stringMatching(/\S/));
  });

  it('4 lists only services that answer, and every service of the table', async () => {
    const services = await discover();
    expect(services.map(({ id }) => id)).toEqual(SERVICES.map(({ id }) => id));
    for (const { id } of services) expect((await service.post(`/cds-services/${id}`, {})).status).toBe(400);
  });

  it('4 lists and answers a service of one more row', async () => {
    expect((await discover(one)).map(({ id }) => id)).toContain('ecg-count');
    const prefetch = { patient: { resourceType: 'Patient', id: 'p1' } };
    const context = { userId: 'Practitioner/1', patientId: 'p1' };
    const call = { hook: 'patient-view', hookInstance: HOOK_INSTANCE, context, prefetch };
    const { status, body } = await one.post('/cds-services/ecg-count', call);
    expect([status, body.cards[0]?.['summary']]).toEqual([200, 'one thing']);
  });

  it('5 gives every prefetch query as a string', async () => {
    for (const { prefetch } of await discover())
      for (const query of Object.values(prefetch)) expect(typeof query).toBe('string');
  });

  it('6 gives a semantic version and the published version of the hook', async () => {
    for (const { hook, version, hookVersion } of await discover()) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(hookVersion).toBe(Object.entries(HOOKS).find(([name]) => name === hook)?.[1].version);
    }
  });

  it('7 asks only with reads and searches by token, reference, _sort and _count', async () => {
    for (const { prefetch } of await discover())
      for (const query of Object.values(prefetch)) {
        const names = [...new URLSearchParams(query.split('?')[1] ?? '').keys()];
        expect(['patient', 'code', 'type', '_sort', '_count']).toEqual(expect.arrayContaining(names));
      }
  });

  it('8 uses only tokens of root primitives, which clients of 2.x fill in', async () => {
    for (const { prefetch } of await discover())
      for (const query of Object.values(prefetch))
        for (const [token] of query.matchAll(/\{\{.*?\}\}/g)) expect(token).toBe('{{context.patientId}}');
  });

  it('9 takes a slash at the end of an address', async () => {
    expect((await fetch(`${service.address}/cds-services/`)).status).toBe(200);
    expect((await service.post('/cds-services/ecg-patient-view/', {})).status).toBe(400);
  });
});
