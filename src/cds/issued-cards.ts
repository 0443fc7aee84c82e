import type { CardSubject } from './cds-service.ts';
import type { Silencing } from './override-memory.ts';

/** What is remembered of a card that went out: no patient, no user. */
export interface IssuedCard extends Pick<CardSubject, 'rules' | 'findings'> {
  readonly service: string;
  /** Name of the tenant. */
  readonly tenant?: string;
  /** "name@version" */
  readonly model?: string;
  /** What its override keeps silent, and for how long. */
  readonly silencing?: Silencing;
}

/** Port of what remembers cards by uuid, so that feedback can be told what it is about. Adapter: `edges/store`. */
export interface IssuedCards {
  /** Never waits and never fails: an answer must not depend on it. */
  remember(uuid: string, card: IssuedCard): void;
  /**
   * The cards of these uuids that are remembered.
   * @throws EcgError STORE_UNAVAILABLE.
   */
  find(uuids: readonly string[]): Promise<ReadonlyMap<string, IssuedCard>>;
}
