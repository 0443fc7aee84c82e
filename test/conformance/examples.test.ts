import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES } from '../../cds-hooks/index.ts';
import type { Answer } from '../edges/http/published-schemas.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import { contextsOf, HOOK_INSTANCE, RESOURCES, SOTALOL } from './hook-calls.ts';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'cds-hooks-examples.md');
const PATIENT = { orders: 'demo-long-qt', others: 'demo-stemi' };
const DETAIL_LENGTH = 160;

let service: RunningService;
beforeAll(async () => {
  service = await startService({ twelveLead: 'stand-in' });
  await service.load(RESOURCES);
  const { coding } = SOTALOL.medicationCodeableConcept;
  await service.load([
    {
      resourceType: 'MedicationRequest',
      id: '1',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { coding: [...coding] },
      subject: { reference: `Patient/${PATIENT.orders}` },
    },
  ]);
}, 60_000);
afterAll(() => service.stop());

/** A real call of every service and its answer; times, uuids and the end of long details are left out. */
async function examples(): Promise<string> {
  const parts: string[] = [];
  for (const { id, hook, title, prefetch, optionalPrefetch } of SERVICES) {
    const patientId = hook.startsWith('order') ? PATIENT.orders : PATIENT.others;
    const context = contextsOf(patientId)[hook].minimal;
    const call = { hook, hookInstance: HOOK_INSTANCE, fhirServer: service.fhirServer, context };
    const { body } = await service.post(`/cds-services/${id}`, call);
    const queries = Object.entries({ ...prefetch, ...optionalPrefetch }).map(
      ([key, query]) => `- \`${key}\`: \`${query}\``,
    );
    parts.push(
      [
        `## ${id}`,
        title,
        `Prefetch:\n\n${queries.join('\n')}`,
        `\`POST /cds-services/${id}\``,
        json(call),
        json(steady(body)),
      ].join('\n\n'),
    );
  }
  const head =
    '# Examples\n\nWhat each service is sent and answers in the demo with the stand-in network. A test compares this page with real answers.';
  return `${[head, ...parts].join('\n\n')}\n`;
}

function json(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2)
    .replaceAll(service.fhirServer, 'https://ehr.example.org/fhir')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'https://cardhook.example.org');
  return `\`\`\`json\n${text}\n\`\`\``;
}

function steady(body: Answer['body']): unknown {
  const text = JSON.stringify(body, (key, value) =>
    key === 'detail' && String(value).length > DETAIL_LENGTH ? `${String(value).slice(0, DETAIL_LENGTH)}…` : value,
  );
  return JSON.parse(
    text
      .replace(/"uuid":"[^"]+"/g, '"uuid":"…"')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-03-10 09:00')
      .replace(/\d+ min ago/g, '12 min ago')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-03-10T09:12:00Z'),
  );
}

describe('the examples in docs/cds-hooks-examples.md', () => {
  it('are what the services answer; UPDATE_EXAMPLES=1 writes them anew', async () => {
    const now = await examples();
    if (process.env['UPDATE_EXAMPLES'] !== undefined) await writeFile(FILE, now);
    expect(await readFile(FILE, 'utf8')).toBe(now);
  });
});
