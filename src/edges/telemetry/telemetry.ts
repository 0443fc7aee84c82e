import { type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { EcgError, type EcgErrorCode } from '../../errors.ts';

/** What is timed, with the names its labels have; every value is from a small fixed set, never an id. */
const STAGES = {
  hook: ['service'],
  fhir: ['tenant', 'interaction'],
  model: ['model'],
  write_back: ['tenant'],
} as const;
export type Stage = keyof typeof STAGES;
type Labels<S extends Stage> = Readonly<Record<(typeof STAGES)[S][number], string>>;

/** Seconds: a warm hook takes 10 ms, a job on a slow server a minute. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Metrics and traces of one process. */
export interface Telemetry {
  /**
   * Runs a stage of the work: a span, and its duration in the histogram `cardhook_STAGE_seconds`, with the outcome
   * that it returns under `outcome`, else "ok", or the code of the error it throws.
   */
  stage<S extends Stage, T>(
    stage: S,
    labels: Labels<S>,
    work: (outcome: (name: string) => void) => Promise<T>,
  ): Promise<T>;
  /** A card went out. */
  card(service: string, indicator: string): void;
  /** A hook was answered without something that may have helped: the key of its query, or its resource type. */
  missedLookup(service: string, key: string, code: EcgErrorCode): void;
  /** A request was answered with an error. */
  refusal(code: EcgErrorCode): void;
  /** A figure that is asked for whenever metrics are read. */
  gauge(source: GaugeSource): void;
  /** The metrics in Prometheus' text format. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface GaugeSource {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** What it is now, for each combination of labels; where this fails, the figure is left out. */
  readonly read: () => Promise<
    readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
  >;
}

/**
 * Metrics for Prometheus, and spans through the OpenTelemetry API: those go nowhere until an SDK is loaded
 * (docs/operations.md).
 */
export function createTelemetry(): Telemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = durationHistograms(registry);
  const tracer = trace.getTracer('cardhook');
  const cards = new Counter({
    name: 'cardhook_cards_total',
    help: 'Cards that went out.',
    labelNames: ['service', 'indicator'],
    registers: [registry],
  });
  const missedLookups = new Counter({
    name: 'cardhook_missed_lookups_total',
    help: 'What hooks were answered without, since it could not be looked up.',
    labelNames: ['service', 'key', 'code'],
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'cardhook_refusals_total',
    help: 'Requests that were answered with an error, by its code.',
    labelNames: ['code'],
    registers: [registry],
  });
  return {
    stage: async (stage, labels, work) =>
      await tracer.startActiveSpan(`cardhook.${stage}`, { attributes: labels }, async (span) => {
        const stop = durations[stage].startTimer(labels);
        let outcome = 'ok';
        try {
          return await work((name) => {
            outcome = name;
          });
        } catch (error) {
          outcome = error instanceof EcgError ? error.code : 'INTERNAL';
          span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
          throw error;
        } finally {
          stop({ outcome });
          end(span, outcome);
        }
      }),
    card: (service, indicator) => cards.inc({ service, indicator }),
    missedLookup: (service, key, code) => missedLookups.inc({ service, key, code }),
    refusal: (code) => refusals.inc({ code }),
    gauge: (source) => addGauge(registry, source),
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function end(span: Span, outcome: string): void {
  span.setAttribute('outcome', outcome);
  span.end();
}

function durationHistograms(registry: Registry): Record<Stage, Histogram> {
  const histogram = (stage: Stage, help: string) =>
    new Histogram({
      name: `cardhook_${stage}_seconds`,
      help,
      labelNames: [...STAGES[stage], 'outcome'],
      buckets: BUCKETS,
      registers: [registry],
    });
  return {
    hook: histogram('hook', 'From the request of a hook to its answer.'),
    fhir: histogram('fhir', 'One request to a FHIR server, to the last byte of its answer.'),
    model: histogram('model', 'One window through the network, with its wait for a worker.'),
    write_back: histogram('write_back', 'One ECG from its reference to its report on the FHIR server.'),
  };
}

function addGauge(registry: Registry, { name, help, labelNames, read }: GaugeSource): void {
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const values = await read().catch(() => []);
      this.reset();
      for (const { labels, value } of values) this.set(labels, value);
    },
  });
}
