import type { Suggestion } from './card.ts';
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

/** Shows the cards of all services, what went wrong with any, and tells screen readers. */
export function showAdvice(place: HTMLElement, advice: readonly Advice[], { open, ...rest }: AdviceOptions): void {
  const cards = advice.flatMap(({ service, cards }) => cards.map((card) => ({ service, card })));
  const problems = advice.flatMap(({ service, problem }) =>
    problem === undefined ? [] : `${service.title}: ${problem}`,
  );
  fill(place, [
    ...problems.map((problem) => element('p', { class: 'problem' }, problem)),
    ...cards.map(({ service, card }, index) => cardView(card, { ...rest, service, open: open && index === 0 })),
  ]);
  const said = [...problems, ...cards.map(({ card }) => card.summary)];
  if (said.length > 0) rest.desk.announce(`${countOf(cards.length, 'card')}. ${said.join('. ')}`);
}
