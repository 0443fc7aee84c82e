import type { FeedbackRecord, FeedbackStore } from '../../cds/feedback.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

export interface SqlFeedbackStore extends FeedbackStore {
  /** Forgets what was received before a time. */
  deleteBefore(time: Date): Promise<void>;
}

/** Keeps feedback in the table `feedback`; a report that is sent again is kept once, whichever replica it reaches. */
export function createFeedbackStore({ db }: Database): SqlFeedbackStore {
  return {
    record: async (records) => {
      if (records.length === 0) return;
      await storing(async () => {
        await db
          .insertInto('feedback')
          .values(records.map(toRow))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      });
    },
    deleteBefore: async (time) => {
      await storing(() => db.deleteFrom('feedback').where('received_at', '<', time).execute());
    },
  };
}

function toRow({ outcomeTimestamp, acceptedSuggestions, overrideReason, about, ...same }: FeedbackRecord) {
  return {
    ...same,
    outcome_timestamp: new Date(outcomeTimestamp),
    accepted_suggestions: jsonOf(acceptedSuggestions),
    override_reason: jsonOf(overrideReason),
    about: jsonOf(about),
  };
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
