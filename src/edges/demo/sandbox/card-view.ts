import type { Card, Link, Suggestion } from './card.ts';
import type { Feedback, Service } from './cds-client.ts';
import type { Desk } from './desk.ts';
import { button, element, fill, severityIcon } from './element.ts';
import { externalLink, renderMarkdown } from './render-markdown.ts';
import { viewerLink } from './viewer-link.ts';

/** What a card is shown with. */
export interface CardContext {
  readonly desk: Desk;
  /** Whose chart is open. */
  readonly patientId: string;
  readonly service: Service;
  /** Carries out a suggestion; says what could not be done, if anything. */
  readonly accept: (suggestion: Suggestion) => string | undefined;
  /** Whether the detail is open at first. */
  readonly open: boolean;
}

const INDICATOR_WORDS = { info: 'For information', warning: 'Warning', critical: 'Critical' } as const;

/** One card (CDS Hooks 2.0.1, "Card Attributes"): colour, sign and word say its severity. */
export function cardView(card: Card, context: CardContext): HTMLElement {
  const article = element('article', { class: `card ${card.indicator}` });
  const source = card.source.url === undefined ? card.source.label : externalLink(card.source.url, card.source.label);
  const choices = element('div', { class: 'choices' });
  fill(choices, [suggestionsView(card, context, choices), responseView(card, context, article)]);
  fill(article, [
    element('p', { class: 'indicator' }, [
      severityIcon(card.indicator),
      element('strong', {}, INDICATOR_WORDS[card.indicator]),
      element('span', { class: 'source' }, ['from ', source]),
    ]),
    element('h4', {}, card.summary),
    card.detail !== undefined &&
      element('details', { open: context.open }, [element('summary', {}, 'Details'), renderMarkdown(card.detail)]),
    linksView(card.links, context),
    choices,
  ]);
  return article;
}

function suggestionsView(card: Card, context: CardContext, choices: HTMLElement): HTMLElement | undefined {
  if (card.suggestions.length === 0) return undefined;
  const rows = card.suggestions.map((suggestion) => {
    const row = element('li');
    const problem = element('p', { class: 'problem' });
    const actions = suggestion.actions.map(({ description }) => element('li', {}, description));
    const apply = button(`Apply: ${suggestion.label}`, async () => {
      const impossible = context.accept(suggestion);
      problem.textContent = impossible === undefined ? '' : `Could not be applied: ${impossible}`;
      if (impossible !== undefined) return context.desk.announce(problem.textContent);
      const others = card.atMostOne ? rows.filter((other) => other !== row) : [];
      for (const other of others) other.remove();
      choices.querySelector('.response')?.remove();
      settle(row, `Applied: ${suggestion.label}`);
      if (suggestion.uuid !== undefined) {
        await report(card, context, row, { outcome: 'accepted', acceptedSuggestions: [{ id: suggestion.uuid }] });
      }
    });
    fill(row, [
      apply,
      suggestion.isRecommended && element('span', { class: 'tag' }, 'recommended'),
      actions.length > 0 && element('ul', { class: 'actions' }, actions),
      problem,
    ]);
    return row;
  });
  return element('ul', { class: 'suggestions', 'aria-label': 'Suggestions' }, rows);
}

/** Dismissal, with a reason where the service offers any. */
function responseView(card: Card, context: CardContext, article: HTMLElement): HTMLElement {
  const reasons = element('select', {}, [
    element('option', { value: '' }, 'no reason given'),
    ...card.overrideReasons.map(({ display }, index) => element('option', { value: String(index) }, display)),
  ]);
  const comment = element('input', { type: 'text', maxlength: '300', autocomplete: 'off' });
  const asks = card.overrideReasons.length > 0;
  const dismiss = button(asks ? 'Override' : 'Dismiss', async () => {
    const reason = reasons.value === '' ? undefined : card.overrideReasons[Number(reasons.value)];
    const userComment = comment.value.trim();
    const overrideReason = {
      ...(reason === undefined ? {} : { reason: { code: reason.code, system: reason.system } }),
      ...(userComment === '' ? {} : { userComment }),
    };
    const why = [reason?.display, userComment].filter(Boolean).join('; ');
    article.classList.add('settled');
    settle(article, `${asks ? 'Overridden' : 'Dismissed'}${why === '' ? '' : ` (${why})`}: ${card.summary}`);
    const given = Object.keys(overrideReason).length > 0 ? { overrideReason } : {};
    await report(card, context, article, { outcome: 'overridden', ...given });
  });
  const fields = asks
    ? [
        element('label', {}, [element('span', {}, 'Reason to override'), reasons]),
        element('label', {}, [element('span', {}, 'Comment (optional)'), comment]),
      ]
    : [];
  return element('div', { class: 'response' }, [...fields, dismiss]);
}

function linksView(links: readonly Link[], context: CardContext): HTMLElement | undefined {
  if (links.length === 0) return undefined;
  const items = links.map((link) => element('li', {}, linkView(link, context)));
  return element('ul', { class: 'links', 'aria-label': 'Links' }, items);
}

/** A SMART app is not opened but launched, with the context of the card; this EHR has one. */
function linkView({ label, url, type, appContext }: Link, { desk, patientId }: CardContext): HTMLElement | string {
  if (type === 'absolute') return externalLink(url, label);
  if (url !== desk.launchUrl) return `${label} (a SMART app that this demo does not have)`;
  return viewerLink(label, { patient: patientId, ...(appContext === undefined ? {} : { appContext }) }, 'of this card');
}

/** Puts one sentence in place of what has been decided, and the focus on it. */
function settle(place: HTMLElement, text: string): void {
  const sentence = element('p', { tabindex: '-1', class: 'outcome' }, text);
  fill(place, sentence);
  sentence.focus();
}

type Outcome<F = Feedback> = F extends Feedback ? Omit<F, 'card'> : never;

/** Tells the service what became of its card, and the user whether it wants to know. */
async function report(card: Card, { desk, service }: CardContext, place: HTMLElement, outcome: Outcome): Promise<void> {
  if (card.uuid === undefined) return;
  const taken = await desk.cds.sendFeedback(service, { card: card.uuid, ...outcome });
  place.append(element('p', { class: 'quiet' }, taken ? 'Feedback sent.' : 'The service took no feedback.'));
}
