import { silenceGauge } from '../../src/cli/queue-gauges.ts';
import { createTelemetry } from '../../src/edges/telemetry/telemetry.ts';
import {
  ecgObservation,
  type RunningWriteBack,
  SECRET,
  startWriteBack,
  until,
} from '../edges/queue/start-write-back.ts';
import { type Notification, notification, type Shape } from './topic-notifications.ts';

/** Topic-based Subscriptions (Subscriptions R5 Backport, R4B, R5). Numbers: the list in docs/write-back.md. */
describe('notifications of a topic', () => {
  let running: RunningWriteBack;
  /** Number of the latest event of the subscription. */
  let latest = 0;
  /** What the server answers to `$events`; undefined: it has no such operation. */
  let eventsAnswer: object | undefined;
  beforeAll(async () => {
    running = await startWriteBack({
      trigger: 'topic',
      writeBack: { topic: 'https://clinic.example/topics/ecg', topicFilters: ['code=11524-6'], pollSeconds: 86_400 },
    });
    running.fhir.intercept((request, response, next) => {
      if (!request.path.includes('$events')) return next();
      return eventsAnswer ? response.json(eventsAnswer) : response.sendStatus(404);
    });
    await running.service.start();
    await until(async () => (await running.fhir.search('Subscription')).length === 1);
  });
  afterAll(() => running.stop());

  const send = async (shape: Shape, content: Notification) =>
    await fetch(`${running.address}/notifications/clinic`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify(notification(shape, content)),
    });
  const reportsOf = async (id: string) => (await running.fhir.search(`Provenance?entity=Observation/${id}`)).length;
  const state = () => running.database.db.selectFrom('subscription_event').selectAll().executeTakeFirst();
  const eventsAsked = () => running.fhir.requests.filter((request) => request.includes('$events'));

  it('asks the server for its topic, ids only, with a heartbeat', async () => {
    expect((await running.fhir.search('Subscription'))[0]).toMatchObject({
      criteria: 'https://clinic.example/topics/ecg',
      _criteria: { extension: [{ valueString: 'code=11524-6' }] },
      channel: {
        type: 'rest-hook',
        endpoint: `${running.address}/notifications/clinic`,
        header: [`Authorization: Bearer ${SECRET}`],
        extension: [{ valueUnsignedInt: 300 }],
        _payload: { extension: [{ valueCode: 'id-only' }] },
      },
    });
  });

  it.each(['R4', 'R4B', 'R5'] as const)('90: answers 200 to a handshake, %s', async (shape) => {
    expect((await send(shape, { type: 'handshake', latest: 0 })).status).toBe(200);
  });

  it.each(['R4', 'R4B', 'R5'] as const)('91: records a heartbeat, %s', async (shape) => {
    const before = (await state())?.heard_at.getTime() ?? 0;
    expect((await send(shape, { type: 'heartbeat', latest })).status).toBe(200);
    expect((await state())?.heard_at.getTime()).toBeGreaterThan(before);
    expect(eventsAsked()).toEqual([]);
  });

  it('tells how long the tenant has been silent', async () => {
    const telemetry = createTelemetry();
    telemetry.gauge(silenceGauge(running.service.silences));
    const silent = async () =>
      Number(/silent_seconds\{tenant="clinic"\} ([\d.]+)/.exec((await telemetry.metrics()).text)?.[1]);
    const { db } = running.database;
    await db
      .updateTable('subscription_event')
      .set({ heard_at: new Date(Date.now() - 600_000) })
      .execute();
    expect(await silent()).toBeGreaterThanOrEqual(590);
    await send('R4', { type: 'heartbeat', latest });
    expect(await silent()).toBeLessThan(300);
  });

  it.each([
    ['R4', 'a-r4', 'Observation/a-r4'],
    ['R4B', 'a-r4b', 'Observation/a-r4b/_history/1'],
    ['R5', 'a-r5', 'absolute'],
  ] as const)('92: fetches the ECG of an event by its id alone, %s', async (shape, id, reference) => {
    await running.fhir.storeEcg(id, 300 + latest);
    latest += 1;
    const focus = reference === 'absolute' ? `${running.fhir.baseUrl}/Observation/${id}` : reference;
    const events = [{ number: latest, focus }];
    expect((await send(shape, { type: 'event-notification', latest, events })).status).toBe(200);
    await until(async () => (await reportsOf(id)) === 1);
  });

  it('92: takes an ECG of a full payload from the server all the same', async () => {
    await running.fhir.storeEcg('full', 350);
    latest += 1;
    const events = [{ number: latest, focus: 'Observation/full' }];
    const resources = [{ ...ecgObservation('full', 351), subject: { reference: 'Patient/somebody-else' } }];
    await send('R4', { type: 'event-notification', latest, events, resources });
    await until(async () => (await reportsOf('full')) === 1);
    expect(await running.fhir.reports()).not.toContainEqual(
      expect.objectContaining({ subject: { reference: 'Patient/somebody-else' } }),
    );
  });

  it('92: searches for what is new where the payload is empty', async () => {
    await running.fhir.storeEcg('empty', 360);
    latest += 1;
    expect((await send('R4', { type: 'event-notification', latest, events: [{ number: latest }] })).status).toBe(200);
    await until(async () => (await reportsOf('empty')) === 1);
  });

  it('93: writes one report for an event that is sent again', async () => {
    await running.fhir.storeEcg('again', 370);
    latest += 1;
    const repeated: Notification = {
      type: 'event-notification',
      latest,
      events: [{ number: latest, focus: 'Observation/again' }],
    };
    await Promise.all([send('R4', repeated), send('R5', repeated), send('R4B', repeated)]);
    await until(async () => (await reportsOf('again')) > 0);
    await send('R4', repeated);
    const isOver = async () =>
      (await running.service.records.backlog()).waiting + (await running.service.records.backlog()).active === 0;
    await until(isOver);
    expect(await reportsOf('again')).toBe(1);
  });

  it('94: asks the server for the events between, where numbers are missing', async () => {
    for (const [index, id] of ['gap-1', 'gap-2', 'gap-3'].entries()) await running.fhir.storeEcg(id, 380 + index);
    const lost = [1, 2].map((n) => ({ number: latest + n, focus: `Observation/gap-${n}` }));
    latest += 3;
    const all = [...lost, { number: latest, focus: 'Observation/gap-3' }];
    eventsAnswer = notification('R4', { type: 'query-event', latest, events: all });
    const before = eventsAsked().length;
    await send('R4', { type: 'event-notification', latest, events: all.slice(2) });
    expect(eventsAsked().length).toBe(before + 1);
    for (const id of ['gap-1', 'gap-2', 'gap-3']) await until(async () => (await reportsOf(id)) === 1);
  });

  it.each(['heartbeat', 'query-status'] as const)(
    '94: searches where a %s tells of lost events and the server keeps no record of them',
    async (type) => {
      eventsAnswer = undefined;
      await running.fhir.storeEcg(`lost-${type}`, 390 + type.length);
      latest += 1;
      expect((await send('R5', { type, latest })).status).toBe(200);
      await until(async () => (await reportsOf(`lost-${type}`)) === 1);
      expect(Number((await state())?.last_event)).toBe(latest);
    },
  );

  it('leaves alone what is on another server', async () => {
    const before = (await running.service.records.list({ limit: 1_000 })).length;
    latest += 1;
    const events = [{ number: latest, focus: 'https://elsewhere.example/fhir/Observation/a-r4' }];
    expect((await send('R4', { type: 'event-notification', latest, events })).status).toBe(200);
    expect((await running.service.records.list({ limit: 1_000 })).length).toBe(before);
  });
});
