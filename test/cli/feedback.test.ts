import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import type { FeedbackRecord } from '../../src/cds/feedback.ts';
import { operatorRoutes } from '../../src/edges/http/operator-routes.ts';
import { type Database, openDatabase } from '../../src/edges/store/open-database.ts';
import { createFeedbackCounts } from '../../src/edges/store/sql-feedback-counts.ts';
import { createFeedbackStore } from '../../src/edges/store/sql-feedback-store.ts';
import { createIssuedCards } from '../../src/edges/store/sql-issued-cards.ts';
import { SYSTEMS } from '../../src/fhir/identity.ts';
import { main } from '../../src/main.ts';
import { type Loopback, listen } from '../edges/fhir-server/loopback.ts';

const TOKEN = 'operator-token-of-sufficient-length';
const SIGN = { service: 'ecg-order-sign', findings: [1], model: 'm@1' };
const MONITORED = { system: SYSTEMS.overrideReason, code: 'already-monitored' };
const OF_THE_EHR = { system: 'urn:ehr', code: 'r1' };
const QTC = { ...SIGN, rules: ['sotalol.qtc_prolonged'] };

let directory: string;
let database: Database;
let operator: Loopback;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cardhook-feedback-'));
  database = await openDatabase({ directory: join(directory, 'cardhook-database') });
  const cards = createIssuedCards(database, pino({ level: 'silent' }));
  for (const uuid of ['1', '2', '3', '4']) cards.remember(uuid, QTC);
  cards.remember('5', { ...SIGN, rules: [], model: 'm@2' });
  for (const uuid of ['6', '7']) cards.remember(uuid, { ...SIGN, rules: [], findings: [], model: 'm@3' });
  await cards.close();
  const record = (
    card: string,
    outcome: FeedbackRecord['outcome'],
    more: Partial<FeedbackRecord> = {},
  ): FeedbackRecord => ({
    ...{ id: randomUUID(), service: 'ecg-order-sign', card, outcome, outcomeTimestamp: '2026-03-10T12:00:00Z' },
    ...more,
  });
  await createFeedbackStore(database).record([
    record('1', 'accepted'),
    record('2', 'overridden'),
    record('2', 'accepted'),
    record('2', 'overridden', { overrideReason: MONITORED }),
    record('3', 'overridden', { overrideReason: MONITORED, outcomeTimestamp: '2026-03-10T13:00:00Z' }),
    record('3', 'overridden', { overrideReason: OF_THE_EHR }),
    record('4', 'overridden', { service: 'ecg-patient-view' }),
    record('6', 'overridden'),
    record('7', 'overridden', { overrideReason: OF_THE_EHR }),
    record('never issued', 'overridden'),
  ]);
  operator = await listen(express().use(operatorRoutes({ token: TOKEN, counts: createFeedbackCounts(database) })));
});
afterAll(async () => {
  await operator.close();
  await database.close();
  await rm(directory, { recursive: true });
});

describe('the report on feedback', () => {
  const ask = async (query = '', token = TOKEN) =>
    await fetch(`${operator.origin}/operator/feedback-report${query}`, {
      headers: { Authorization: `Bearer ${token}` },
    });

  it('counts each card once, by service, rule and finding and by version of the model', async () => {
    const { lines } = (await (await ask()).json()) as { lines: Record<string, unknown>[] };
    const counts = lines.map(({ subject, name, model, shown, accepted, overridden }) => [
      ...[subject, name, model, shown, accepted, overridden],
    ]);
    expect(counts).toEqual([
      ['service', 'ecg-order-sign', 'm@1', 4, 2, 1],
      ['service', 'ecg-order-sign', 'm@3', 2, 0, 2],
      ['service', 'ecg-order-sign', 'm@2', 1, 0, 0],
      ['rule', 'sotalol.qtc_prolonged', 'm@1', 4, 2, 1],
      ['finding', expect.any(String), 'm@1', 4, 2, 1],
      ['finding', expect.any(String), 'm@2', 1, 0, 0],
    ]);
    expect(lines[0]).toMatchObject({ acceptance: { share: 2 / 3 }, override: { share: 1 / 3 } });
  });

  it('says for which reason cards were overridden: the last that was given, of cards that were not accepted', async () => {
    const { lines } = (await (await ask()).json()) as { lines: Record<string, unknown>[] };
    expect(lines.map(({ reasons }) => reasons)).toEqual([
      [{ ...MONITORED, count: 1 }],
      [{ ...OF_THE_EHR, count: 1 }],
      [],
      [{ ...MONITORED, count: 1 }],
      [{ ...MONITORED, count: 1 }],
      [],
    ]);
  });

  it('is for the operator, from a date on', async () => {
    await expect((await ask('?since=2999-01-01')).json()).resolves.toEqual({ lines: [] });
    const refused = await Promise.all([ask('', 'guess'), ask('', `${TOKEN}x`), ask('?since=tomorrow')]);
    expect(refused.map(({ ok }) => ok)).toEqual([false, false, false]);
  });

  it('is printed as a table', async () => {
    const config = join(directory, 'cardhook.json');
    await writeFile(config, JSON.stringify({ databaseDirectory: join(directory, 'cardhook-database') }));
    await database.close();
    const said: string[] = [];
    const io = { stdout: (line: string) => void said.push(line), stderr: (line: string) => void said.push(line) };
    expect(await main(['feedback', '--config', config], io)).toBe(0);
    expect(said[1]).toMatch(/ 2 overridden \(100 %, 34 to 100 %\): urn:ehr\|r1 1, no reason 1$/);
    expect(said[3]).toBe(
      'rule     ecg-order-sign: sotalol.qtc_prolonged  m@1  4 shown  2 accepted (67 %, 21 to 94 %)  1 overridden (33 %, 6 to 79 %): already-monitored 1',
    );
    expect(await main(['feedback'], io)).toBe(2);
  });
});
