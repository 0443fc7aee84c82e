import {
  ecgObservation,
  type RunningWriteBack,
  SECRET,
  startWriteBack,
  until,
} from '../edges/queue/start-write-back.ts';

/** R4 Subscriptions with rest-hook, in the shapes that servers send. Numbers: the list in docs/write-back.md. */
describe('notifications by rest-hook', () => {
  let running: RunningWriteBack;
  beforeAll(async () => {
    // No search during the test: what appears comes of notifications alone.
    running = await startWriteBack({ trigger: 'subscription', writeBack: { pollSeconds: 86_400 } });
    await running.service.start();
    await until(async () => (await running.fhir.search('Subscription')).length === 2);
  });
  afterAll(() => running.stop());

  const send = async (path: string, init: RequestInit, token = SECRET) =>
    await fetch(`${running.address}/notifications/clinic${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    });
  const jobs = () => running.service.records.list({ limit: 1_000 });
  const isIdle = async () => (await jobs()).every(({ state }) => state === 'done' || state === 'flagged');
  const reportsOf = async (reference: string) => (await running.fhir.search(`Provenance?entity=${reference}`)).length;

  it('writes a report for an ECG that the server notifies of, without anyone asking', async () => {
    await running.fhir.storeEcg('unasked', 1);
    await until(async () => (await running.fhir.reports()).length === 1);
    expect((await running.fhir.reports())[0]).toMatchObject({
      status: 'preliminary',
      subject: { reference: 'Patient/p1' },
    });
  });

  it('93: writes one report however often an event is sent', async () => {
    running.fhir.intercept((request, response, next) => (request.method === 'PUT' ? response.sendStatus(500) : next()));
    await running.fhir.storeEcg('repeated', 2);
    running.fhir.intercept((_request, _response, next) => next());
    const repeated = Array.from({ length: 8 }, () => send('/Observation/repeated', { method: 'PUT' }));
    for (const { status } of await Promise.all(repeated)) expect(status).toBe(200);
    await until(async () => (await reportsOf('Observation/repeated')) > 0);
    await send('/Observation/repeated', { method: 'PUT' });
    await until(async () => await isIdle());
    expect(await reportsOf('Observation/repeated')).toBe(1);
    const done = (await jobs()).filter(({ data }) => data.reference === 'Observation/repeated');
    expect(done.filter(({ data }) => data.versionId !== undefined)).toHaveLength(1);
  });

  it.each([
    ['POST with the resource', '', 'POST', true],
    ['POST without a body', '', 'POST', false],
    ['PUT with the resource, as HAPI sends it', '/Observation/', 'PUT', true],
    ['PUT without a body', '/Observation/', 'PUT', false],
  ])('95: takes a %s and answers with FHIR', async (name, path, method, hasBody) => {
    const id = name.replaceAll(/\W/g, '-').toLowerCase();
    const resource = ecgObservation(id, 100 + name.length);
    await running.fhir.storeEcg(id, 100 + name.length);
    const response = await send(path === '' ? '' : `${path}${id}`, {
      method,
      ...(hasBody ? { body: JSON.stringify(resource) } : {}),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('application/fhir+json'),
    ]);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
    await until(async () => (await reportsOf(`Observation/${id}`)) === 1);
  });

  it.each([
    ['a wrong secret', { authorization: 'Bearer another-secret-of-this' }],
    ['no secret', {}],
    ['a secret in another scheme', { authorization: `Basic ${SECRET}` }],
  ])('96: answers 401 to %s, without a word and without a job', async (_case, headers) => {
    for (const tenant of ['clinic', 'nobody']) {
      const url = `${running.address}/notifications/${tenant}`;
      for (const [address, method] of [
        [url, 'POST'],
        [`${url}/Observation/forged`, 'PUT'],
      ] as const) {
        const response = await fetch(address, { method, headers, body: JSON.stringify(ecgObservation('forged', 7)) });
        expect([response.status, await response.text()]).toEqual([401, '']);
      }
    }
    expect((await jobs()).filter(({ data }) => data.reference.endsWith('forged'))).toEqual([]);
  });

  it('believes nothing of a notification but type and id', async () => {
    const forged = { ...ecgObservation('not-on-the-server', 8), meta: { versionId: '7' } };
    expect((await send('', { method: 'POST', body: JSON.stringify(forged) })).status).toBe(200);
    const job = async () => (await jobs()).find(({ data }) => data.reference.endsWith('not-on-the-server'));
    await until(async () => ((await job())?.retries ?? 0) > 0);
    expect((await job())?.data.versionId).toBeUndefined();
    expect(await reportsOf('Observation/not-on-the-server')).toBe(0);
  });

  it('has nothing to do for what cannot hold an ECG', async () => {
    const before = (await jobs()).length;
    for (const path of ['/Patient/p1', '/Observation/a%2fb', '/Observation/a b']) {
      expect((await send(path, { method: 'PUT' })).status).toBe(200);
    }
    expect((await send('', { method: 'POST', body: '{"resourceType":"Patient","id":"p1"}' })).status).toBe(200);
    expect((await send('', { method: 'POST', body: 'not JSON' })).status).toBe(400);
    expect((await jobs()).length).toBe(before);
  });
});
