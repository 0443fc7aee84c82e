import { sql } from 'kysely';
import type { FeedbackCount, FeedbackCounts } from '../../cds/feedback-report.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

/** Counts the cards of `issued_card` with their `feedback`, by what they were about. */
export function createFeedbackCounts({ db }: Database): FeedbackCounts {
  return {
    count: async (since = new Date(0)) => {
      const { rows } = await storing(() =>
        sql<FeedbackCount>`
          with answered as (
            select service, card, bool_or(outcome = 'accepted') as accepted,
              (array_agg(override_reason order by outcome_timestamp desc) filter (where override_reason is not null))[1]
                as reason
            from feedback group by service, card
          ), counted as (
            select subject.subject, issued.service, subject.name, issued.model,
              case when not answered.accepted then answered.reason end as reason,
              count(*) as shown,
              count(*) filter (where answered.accepted) as accepted,
              count(*) filter (where not answered.accepted) as overridden
            from issued_card issued
            left join answered on answered.card = issued.uuid and answered.service = issued.service
            cross join lateral (
              select 'service' as subject, issued.service as name
              union all select 'rule', jsonb_array_elements_text(issued.rules)
              union all select 'finding', jsonb_array_elements_text(issued.findings)
            ) subject
            where issued.issued_at >= ${since}
            group by subject.subject, issued.service, subject.name, issued.model, 5
          )
          select subject, service, name, model,
            sum(shown)::int as shown, sum(accepted)::int as accepted, sum(overridden)::int as overridden,
            coalesce(
              jsonb_agg(reason || jsonb_build_object('count', overridden) order by overridden desc, reason->>'code')
                filter (where reason is not null),
              '[]'
            ) as reasons
          from counted
          group by subject, service, name, model
          order by subject desc, service, sum(shown) desc, name, model
        `.execute(db),
      );
      return rows;
    },
  };
}
