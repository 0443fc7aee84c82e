import type { Migration } from 'kysely/migration';
import { feedback } from './0001-feedback.ts';
import { usedToken } from './0002-used-token.ts';
import { issuedCard } from './0003-issued-card.ts';
import { arrivalCursor } from './0010-arrival-cursor.ts';
import { subscriptionEvent } from './0011-subscription-event.ts';
import { audit } from './0020-audit.ts';
import { feedbackReceived } from './0030-feedback-received.ts';
import { shadowAgreement } from './0040-shadow-agreement.ts';

/** In the order of their names. What was released is never changed; a change is a further row. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-feedback': feedback,
  '0002-used-token': usedToken,
  '0003-issued-card': issuedCard,
  '0010-arrival-cursor': arrivalCursor,
  '0011-subscription-event': subscriptionEvent,
  '0020-audit': audit,
  '0030-feedback-received': feedbackReceived,
  '0040-shadow-agreement': shadowAgreement,
};
