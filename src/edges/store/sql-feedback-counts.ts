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
            select service, card, bool_or(outcome = 'accepted') as accepted from feedback group by service, card
          )
          select subject.subject, issued.service, subject.name, issued.model,
            count(*)::int as shown,
            (count(*) filter (where answered.accepted))::int as accepted,
            (count(*) filter (where not answered.accepted))::int as overridden
          from issued_card issued
          left join answered on answered.card = issued.uuid and answered.service = issued.service
          cross join lateral (
            select 'service' as subject, issued.service as name
            union all select 'rule', jsonb_array_elements_text(issued.rules)
            union all select 'finding', jsonb_array_elements_text(issued.findings)
          ) subject
          where issued.issued_at >= ${since}
          group by subject.subject, issued.service, subject.name, issued.model
          order by subject.subject desc, issued.service, shown desc, subject.name, issued.model
        `.execute(db),
      );
      return rows;
    },
  };
}
