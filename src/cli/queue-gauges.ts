import type { JobRecords } from '../edges/queue/job-records.ts';
import type { SubscriptionSilence } from '../edges/store/sql-event-log.ts';
import type { GaugeSource } from '../edges/telemetry/telemetry.ts';

/** The backlog of write-back: jobs by state, and how long the oldest has waited. */
export function queueGauges({ backlog }: Pick<JobRecords, 'backlog'>): readonly GaugeSource[] {
  return [
    {
      name: 'cardhook_jobs',
      help: 'ECGs to be written back, by state; those done are counted for 30 days.',
      labelNames: ['state'],
      read: async () => {
        const { waiting, active, done, flagged } = await backlog();
        return Object.entries({ waiting, active, done, flagged }).map(([state, value]) => ({
          labels: { state },
          value,
        }));
      },
    },
    {
      name: 'cardhook_oldest_job_seconds',
      help: 'How long the oldest ECG that waits has waited; 0 where none does.',
      labelNames: [],
      read: async () => [{ labels: {}, value: (await backlog()).oldestSeconds ?? 0 }],
    },
  ];
}

/** How long the topic-based Subscriptions have been silent; a server that sends heartbeats is never silent for long. */
export function silenceGauge(silences: () => Promise<readonly SubscriptionSilence[]>): GaugeSource {
  return {
    name: 'cardhook_subscription_silent_seconds',
    help: 'Time since the last event, heartbeat or handshake of a topic-based Subscription.',
    labelNames: ['tenant'],
    read: async () => (await silences()).map(({ tenant, seconds }) => ({ labels: { tenant }, value: seconds })),
  };
}
