import fc from 'fast-check';
import { toAuditEvent } from '../../src/audit/audit-event.ts';
import type { AuditRecord } from '../../src/audit/audit-record.ts';
import { faultsOf, loadDefinitions } from '../fhir/validate-resource.ts';

beforeAll(loadDefinitions);

const HOOK: AuditRecord = {
  recordedAt: '2026-03-10T09:00:00.000Z',
  action: 'hook',
  outcome: 'success',
  tenant: 'main-campus',
  by: 'ecg-order-sign',
  user: 'Practitioner/1',
  client: 'https://ehr.example.org',
  patient: 'Patient/1',
  ecg: 'Observation/1',
  ecgIdentity: 'ab12',
  model: 'ecgfounder-12-lead@1',
  cards: 1,
};

describe('a record as AuditEvent', () => {
  it('says who asked, for whom, of which ECG and by which model', () => {
    const event = toAuditEvent(HOOK);
    expect(event.agent.filter(({ requestor }) => requestor)).toEqual([
      { who: { reference: 'Practitioner/1' }, requestor: true },
    ]);
    expect(event.agent.map(({ who }) => who?.display)).toContain('model ecgfounder-12-lead@1');
    expect(event.entity?.flatMap(({ what }) => what?.reference ?? [])).toEqual(['Patient/1', 'Observation/1']);
    expect(event.outcome).toBe('0');
  });

  it('names Cardhook as requestor where nobody asked', () => {
    const { agent } = toAuditEvent({ ...HOOK, action: 'write-back', by: 'poll', user: undefined, client: undefined });
    expect(agent.filter(({ requestor }) => requestor)).toEqual([
      { who: { display: 'Cardhook, poll' }, requestor: true },
    ]);
  });

  it('is valid FHIR R4 whichever parts are known', () => {
    const optional = ['tenant', 'by', 'user', 'client', 'patient', 'ecg', 'ecgIdentity', 'model'] as const;
    fc.assert(
      fc.property(
        fc.subarray([...optional]),
        fc.constantFrom('hook', 'interpret', 'write-back', 'feedback', 'gap'),
        fc.constantFrom('success', 'refused', 'failed'),
        (absent, action, outcome) => {
          const record = { ...HOOK, ...Object.fromEntries(absent.map((key) => [key, undefined])), action, outcome };
          expect(faultsOf(toAuditEvent(record))).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });
});
