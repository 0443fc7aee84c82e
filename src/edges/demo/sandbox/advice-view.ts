import type { Card, Suggestion } from './card.ts';
import { cardView } from './card-view.ts';
import type { Advice } from './cds-client.ts';
import { countOf } from './count-of.ts';
import type { Desk } from './desk.ts';
import { element, fill } from './element.ts';

export interface AdviceOptions {
  readonly desk: Desk;
  readonly patientId: string;
  /** Carries out a suggestion; says what could not be done. */
  readonly accept: (suggestion: Suggestion) => string | undefined;
  /** Whether the detail of the first card is open at once. */
  readonly open: boolean;
}

/** A card that stays in view stays as the user has left it: settled, half filled in, or with its detail open. */
const views = new WeakMap<Card, HTMLElement>();

/** Shows the cards of all services and what went wrong with any, and tells screen readers of those that are new. */
export function showAdvice(place: HTMLElement, advice: readonly Advice[], { open, ...rest }: AdviceOptions): void {
  const cards = advice.flatMap(({ service, cards }) => cards.map((card) => ({ service, card })));
  const news = cards.filter(({ card }) => !views.has(card));
  const problems = advice.flatMap(({ service, problem }) =>
    problem === undefined ? [] : `${service.title}: ${problem}`,
  );
  for (const { service, card } of news) {
    views.set(card, cardView(card, { ...rest, service, open: open && card === cards[0]?.card }));
  }
  fill(place, [
    ...problems.map((problem) => element('p', { class: 'problem' }, problem)),
    ...cards.map(({ card }) => views.get(card)),
  ]);
  const said = [...problems, ...news.map(({ card }) => card.summary)];
  if (said.length > 0) rest.desk.announce(`${countOf(news.length, 'card')}. ${said.join('. ')}`);
}
