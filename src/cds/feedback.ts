import { z } from 'zod';
import { EcgError } from '../errors.ts';
import { identityKey } from '../fhir/identity.ts';
import type { IssuedCard } from './issued-cards.ts';

/** What became of one card, as it is kept: no patient, no user, no comment. */
export interface FeedbackRecord {
  /** The same for the same report, however often it is sent. */
  readonly id: string;
  readonly service: string;
  /** uuid of the card. */
  readonly card: string;
  readonly outcome: 'accepted' | 'overridden';
  /** As the client states it: RFC 3339. */
  readonly outcomeTimestamp: string;
  readonly acceptedSuggestions?: readonly string[];
  readonly overrideReason?: { readonly system: string; readonly code: string };
  /** What the card was about; absent for a card that is not remembered. */
  readonly about?: Pick<IssuedCard, 'rules' | 'findings' | 'model'>;
}

/** Port of where feedback is kept. Adapter: `edges/store`. */
export interface FeedbackStore {
  /**
   * Keeps what it does not have by id.
   * @throws EcgError STORE_UNAVAILABLE where it cannot be kept; nothing of the batch is lost by sending it again.
   */
  record(records: readonly FeedbackRecord[]): Promise<void>;
}

const MAX_ITEMS = 1_000;
const token = z.string().min(1).max(255);

const common = { card: token, outcomeTimestamp: z.iso.datetime({ offset: true }) };
const itemSchema = z.discriminatedUnion('outcome', [
  z.looseObject({
    ...common,
    outcome: z.literal('accepted'),
    acceptedSuggestions: z
      .array(z.looseObject({ id: token }))
      .min(1)
      .max(100),
  }),
  z.looseObject({
    ...common,
    outcome: z.literal('overridden'),
    overrideReason: z
      .looseObject({
        reason: z.looseObject({ code: token, system: token }).optional(),
        userComment: z.string().optional(),
      })
      .optional(),
  }),
]);
export type FeedbackItem = z.infer<typeof itemSchema>;
export const feedbackSchema = z
  .looseObject({ feedback: z.array(itemSchema).min(1).max(MAX_ITEMS) })
  .meta({ title: 'Feedback on cards' });

/**
 * Checks the body of a feedback call against CDS Hooks 2.0.1 ("Feedback"). The comments of users are left out: they
 * may say anything of a patient.
 * @throws EcgError SOURCE_INVALID naming every fault by its path, without its value.
 */
export function parseFeedback(body: unknown): readonly FeedbackItem[] {
  const result = feedbackSchema.safeParse(body);
  if (!result.success) {
    const faults = result.error.issues
      .slice(0, 20)
      .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new EcgError('SOURCE_INVALID', `feedback: ${faults.join('; ')}`);
  }
  return result.data.feedback;
}

/**
 * What is kept of one report on a card of `service`.
 * @param known the card, if it is remembered.
 */
export function toFeedbackRecord(item: FeedbackItem, service: string, known: IssuedCard | undefined): FeedbackRecord {
  const { card, outcome, outcomeTimestamp } = item;
  const suggestions = item.outcome === 'accepted' ? item.acceptedSuggestions.map(({ id }) => id) : undefined;
  const reason = item.outcome === 'overridden' ? item.overrideReason?.reason : undefined;
  const about = known?.service === service ? known : undefined;
  return {
    id: identityKey(
      service,
      card,
      outcome,
      outcomeTimestamp,
      ...(suggestions ?? []),
      reason?.system ?? '',
      reason?.code ?? '',
    ),
    ...{ service, card, outcome, outcomeTimestamp },
    ...(suggestions && { acceptedSuggestions: suggestions }),
    ...(reason && { overrideReason: { system: reason.system, code: reason.code } }),
    ...(about && {
      about: { rules: about.rules, findings: about.findings, ...(about.model && { model: about.model }) },
    }),
  };
}
