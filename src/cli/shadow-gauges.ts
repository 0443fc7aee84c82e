import type { ShadowReader } from '../edges/shadow/shadow-reader.ts';
import type { GaugeSource } from '../edges/telemetry/telemetry.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';

/** What became of readings in the shadow, and how they agree, since the start of the process. */
export function shadowGauges({ outcomes, counted }: ShadowReader): readonly GaugeSource[] {
  return [
    {
      name: 'cardhook_shadow_readings',
      help: 'ECGs that were compared, dropped under load or not readable in the shadow, since the start.',
      labelNames: ['model', 'outcome'],
      read: async () =>
        [...outcomes()].flatMap(([model, sums]) =>
          Object.entries(sums).map(([outcome, value]) => ({ labels: { model, outcome }, value })),
        ),
    },
    {
      name: 'cardhook_shadow_agreement',
      help: 'Labels, by their kind, that both, one or none of the shown model and the one in the shadow stated, since the start.',
      labelNames: ['model', 'kind', 'stated_by'],
      read: async () => {
        const sums = new Map<string, { readonly labels: Readonly<Record<string, string>>; readonly value: number }>();
        for (const { shadow: model, output, both, shownOnly, shadowOnly, neither } of counted()) {
          const kind = ECGFOUNDER.labels[output]?.kind ?? 'unknown';
          const cells = { both, shown: shownOnly, shadow: shadowOnly, neither };
          for (const [statedBy, value] of Object.entries(cells)) {
            const key = [model, kind, statedBy].join(' ');
            const before = sums.get(key)?.value ?? 0;
            sums.set(key, { labels: { model, kind, stated_by: statedBy }, value: before + value });
          }
        }
        return [...sums.values()];
      },
    },
  ];
}
