import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createTelemetry } from '../../../src/edges/telemetry/telemetry.ts';
import { EcgError } from '../../../src/errors.ts';

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});
afterEach(() => exporter.reset());
afterAll(() => trace.disable());

describe('telemetry', () => {
  it('times a stage under its labels and its outcome, and traces it', async () => {
    const telemetry = createTelemetry();
    const answer = await telemetry.stage('hook', { service: 's' }, async (outcome) => {
      outcome('read');
      return 5;
    });
    expect(answer).toBe(5);
    expect((await telemetry.metrics()).text).toContain('cardhook_hook_seconds_count{service="s",outcome="read"} 1');
    expect(exporter.getFinishedSpans()).toMatchObject([
      { name: 'cardhook.hook', attributes: { service: 's', outcome: 'read' } },
    ]);
  });

  it('counts a failure by its stable code, and says nothing of its message', async () => {
    const telemetry = createTelemetry();
    const failing = async (error: Error) =>
      await telemetry
        .stage('fhir', { tenant: 't', interaction: 'read' }, async () => {
          throw error;
        })
        .catch(() => undefined);
    await failing(new EcgError('FHIR_UNAVAILABLE', 'x'));
    await failing(new Error('Jane Doe'));
    const { text } = await telemetry.metrics();
    expect(text).toContain('outcome="FHIR_UNAVAILABLE"} 1');
    expect(text).toContain('outcome="INTERNAL"} 1');
    expect(
      text + JSON.stringify(exporter.getFinishedSpans().map(({ status, events }) => [status, events])),
    ).not.toContain('Jane');
  });

  it('asks for gauges when metrics are read, and leaves out one that fails', async () => {
    const telemetry = createTelemetry();
    let waiting = 3;
    const labelNames = ['state'];
    telemetry.gauge({
      name: 'a_jobs',
      help: 'a',
      labelNames,
      read: async () => [{ labels: { state: 'x' }, value: waiting }],
    });
    telemetry.gauge({ name: 'b_jobs', help: 'b', labelNames, read: () => Promise.reject(new Error('away')) });
    expect((await telemetry.metrics()).text).toContain('a_jobs{state="x"} 3');
    waiting = 4;
    const { text } = await telemetry.metrics();
    expect(text).toContain('a_jobs{state="x"} 4');
    expect(text).not.toMatch(/^b_jobs/m);
  });
});
