import type { GaugeSource } from '../edges/telemetry/telemetry.ts';
import type { OpenedModels } from './open-models.ts';

/** What the networks run on: workers per model and provider, and providers that were wished for and are not in use. */
export function modelGauges({ running }: Pick<OpenedModels, 'running'>): readonly GaugeSource[] {
  return [
    {
      name: 'cardhook_model_workers',
      help: 'Running workers of each model, with what it is and what it runs on.',
      labelNames: ['model', 'version', 'trust', 'provider'],
      read: async () =>
        running.map(({ manifest: { name, version, trust }, executionProvider, status }) => ({
          labels: { model: name, version, trust, provider: executionProvider },
          value: status().workers,
        })),
    },
    {
      name: 'cardhook_model_queue',
      help: 'Windows that wait for a worker.',
      labelNames: ['model'],
      read: async () =>
        running.map(({ manifest, status }) => ({ labels: { model: manifest.name }, value: status().queued })),
    },
    {
      name: 'cardhook_model_fallback',
      help: 'Execution providers that were tried and are not in use; the log says why.',
      labelNames: ['model', 'provider'],
      read: async () =>
        running.flatMap(({ manifest, fallbacks }) =>
          fallbacks.map(({ provider }) => ({ labels: { model: manifest.name, provider }, value: 1 })),
        ),
    },
  ];
}
