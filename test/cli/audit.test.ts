import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditRecord } from '../../src/audit/audit-record.ts';
import { openDatabase } from '../../src/edges/store/open-database.ts';
import { appendRecords } from '../../src/edges/store/sql-audit-trail.ts';
import { main } from '../../src/main.ts';

const RECORD: AuditRecord = {
  recordedAt: '2026-03-10T09:00:00.000Z',
  ...{ action: 'hook', outcome: 'success', user: 'Practitioner/1', patient: 'Patient/1' },
};

let directory: string;
let config: string;
const url = process.env['DATABASE_URL'];
beforeAll(async () => {
  delete process.env['DATABASE_URL'];
  directory = await mkdtemp(join(tmpdir(), 'cardhook-'));
  config = join(directory, 'cardhook.json');
  await writeFile(config, JSON.stringify({ databaseDirectory: directory }));
  const database = await openDatabase({ directory });
  await appendRecords(database, [RECORD, { ...RECORD, recordedAt: '2026-03-11T09:00:00.000Z', patient: 'Patient/2' }]);
  await database.close();
});
afterAll(async () => {
  if (url !== undefined) process.env['DATABASE_URL'] = url;
  await rm(directory, { recursive: true });
});

async function audit(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const io = { stdout: (text: string) => void out.push(text), stderr: (text: string) => void err.push(text) };
  return { code: await main(['audit', ...args], io), out, err };
}

describe('cardhook audit', () => {
  it('verifies the chain and prints its head', async () => {
    const { code, out } = await audit('verify', '--config', config);
    expect([code, out]).toEqual([0, [expect.stringMatching(/^2 entries, unbroken, head [0-9a-f]{64}$/)]]);
  });

  it('exports records and AuditEvents of a period', async () => {
    const { out } = await audit('export', '--config', config, '--since', '2026-03-11');
    expect(out.map((line) => JSON.parse(line))).toMatchObject([{ sequence: 2, record: { patient: 'Patient/2' } }]);
    const fhir = await audit('export', '--config', config, '--fhir');
    expect(fhir.out.map((line) => JSON.parse(line).resourceType)).toEqual(['AuditEvent', 'AuditEvent']);
  });

  it.each([
    ['no action', [], 2, 'usage'],
    ['no configuration', ['verify'], 2, 'usage'],
    ['a date that is none', ['export', '--config', 'x', '--since', 'soon'], 1, "'soon' is no date"],
  ])('says what is wrong with %s', async (_case, args, expected, message) => {
    const { code, err } = await audit(...args);
    expect([code, err.join()]).toEqual([expected, expect.stringContaining(message)]);
  });
});
