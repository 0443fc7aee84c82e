import type { CardSubject } from './cds-service.ts';
import type { Silencing } from './override-memory.ts';

/** What is remembered of a card that went out. */
export interface IssuedCard extends Pick<CardSubject, 'rules' | 'findings'> {
  readonly service: string;
  /** "name@version" */
  readonly model?: string;
  /** What its override keeps silent, and for how long. */
  readonly silencing?: Silencing;
}

/** Remembers cards by uuid, so that feedback can be told which finding and model it is about. */
export interface IssuedCards {
  remember(uuid: string, card: IssuedCard): void;
  find(uuid: string): IssuedCard | undefined;
}

/** Keeps the `capacity` latest; feedback on an older one is taken without them. */
export function createIssuedCards(capacity: number): IssuedCards {
  const cards = new Map<string, IssuedCard>();
  return {
    remember(uuid, card) {
      cards.set(uuid, card);
      for (const oldest of cards.keys()) {
        if (cards.size <= capacity) break;
        cards.delete(oldest);
      }
    },
    find: (uuid) => cards.get(uuid),
  };
}
