import { parseAuditRecord } from '../../../src/audit/audit-record.ts';
import { queueGauges } from '../../../src/cli/queue-gauges.ts';
import { auditEntries } from '../../../src/edges/store/sql-audit-trail.ts';
import { createTelemetry } from '../../../src/edges/telemetry/telemetry.ts';
import { type RunningWriteBack, startWriteBack, until } from '../queue/start-write-back.ts';

describe('an ECG that is written back', () => {
  let running: RunningWriteBack;
  beforeAll(async () => {
    running = await startWriteBack({ trigger: 'poll', writeBack: { pollSeconds: 1 } });
    await running.fhir.storeEcg('counted', 1);
    await running.service.start();
    await until(async () => (await running.service.records.list({ limit: 9, state: 'done' })).length === 1);
  });
  afterAll(() => running.stop());

  const audited = async () => {
    const records = [];
    for await (const { record } of auditEntries(running.database)) records.push(parseAuditRecord(record));
    return records;
  };

  it('is timed by tenant and outcome, and named by no metric', async () => {
    const text = await (await fetch(`${running.address}/metrics`)).text();
    expect(text).toMatch(/cardhook_write_back_seconds_count\{tenant="clinic",outcome="written"\} 1/);
    expect(text).not.toContain('counted');
  });

  it('is on the audit trail with patient, tracing, model and report', async () => {
    await until(async () => (await audited()).length > 0);
    const [report] = await running.fhir.reports();
    expect(await audited()).toMatchObject([
      {
        ...{ action: 'write-back', outcome: 'success', by: 'written', tenant: 'clinic', ecg: 'Observation/counted' },
        ...{ patient: 'Patient/p1', report: `DiagnosticReport/${report?.id}`, model: expect.stringMatching(/.@./) },
        ecgIdentity: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('is counted with the backlog', async () => {
    const telemetry = createTelemetry();
    for (const gauge of queueGauges(running.service.records)) telemetry.gauge(gauge);
    const { text } = await telemetry.metrics();
    expect(text).toMatch(/cardhook_jobs\{state="done"\} 1/);
    expect(text).toMatch(/cardhook_jobs\{state="flagged"\} 0/);
    expect(text).toMatch(/cardhook_oldest_job_seconds 0/);
  });
});
