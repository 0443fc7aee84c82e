import { isObject, type JsonObject, listAt, textAt } from './json.ts';

export type Indicator = 'info' | 'warning' | 'critical';

/** A card as this client shows it (CDS Hooks 2.0.1, "Card Attributes"); absent lists are empty. */
export interface Card {
  /** Without it there is no feedback. */
  readonly uuid: string | undefined;
  readonly summary: string;
  /** GitHub-flavoured Markdown. */
  readonly detail: string | undefined;
  readonly indicator: Indicator;
  readonly source: { readonly label: string; readonly url: string | undefined };
  readonly suggestions: readonly Suggestion[];
  /** Whether accepting one suggestion rules out the others. */
  readonly atMostOne: boolean;
  readonly overrideReasons: readonly OverrideReason[];
  readonly links: readonly Link[];
}

export interface Suggestion {
  readonly uuid: string | undefined;
  readonly label: string;
  readonly isRecommended: boolean;
  readonly actions: readonly Action[];
}

/** What accepting a suggestion does to the draft orders. */
export interface Action {
  readonly type: 'create' | 'update' | 'delete';
  readonly description: string;
  readonly resource: JsonObject | undefined;
  /** "MedicationRequest/draft-1", of a deletion. */
  readonly resourceId: string | undefined;
}

export interface OverrideReason {
  readonly code: string;
  readonly system: string;
  readonly display: string;
}

export interface Link {
  readonly label: string;
  readonly url: string;
  readonly type: 'absolute' | 'smart';
  /** For the SMART app that the link launches. */
  readonly appContext?: string;
}

const SEVERITY: readonly Indicator[] = ['critical', 'warning', 'info'];
/** A card with another one is an error ("Card Attributes"). */
const SELECTIONS = ['at-most-one', 'any'] as const;

/** The cards of a service's answer, most severe first, and how many were left out because they break the specification. */
export function parseCards(body: unknown): { readonly cards: readonly Card[]; readonly malformed: number } {
  const entries = listAt(body, 'cards');
  const cards = entries
    .flatMap(parseCard)
    .sort((a, b) => SEVERITY.indexOf(a.indicator) - SEVERITY.indexOf(b.indicator));
  return { cards, malformed: entries.length - cards.length };
}

function parseCard(value: unknown): Card[] {
  const summary = textAt(value, 'summary');
  const indicator = SEVERITY.find((known) => known === textAt(value, 'indicator'));
  const label = textAt(value, 'source', 'label');
  const suggestions = listAt(value, 'suggestions');
  const selection = SELECTIONS.find((known) => known === textAt(value, 'selectionBehavior'));
  if (summary === undefined || indicator === undefined || label === undefined) return [];
  if (suggestions.length > 0 && selection === undefined) return [];
  return [
    {
      uuid: textAt(value, 'uuid'),
      summary,
      detail: textAt(value, 'detail'),
      indicator,
      source: { label, url: webAddress(textAt(value, 'source', 'url')) },
      suggestions: suggestions.flatMap(parseSuggestion),
      atMostOne: selection === 'at-most-one',
      overrideReasons: listAt(value, 'overrideReasons').flatMap(parseReason),
      links: listAt(value, 'links').flatMap(parseLink),
    },
  ];
}

/** None where one of its actions is not understood: accepting it means all of them. */
function parseSuggestion(value: unknown): Suggestion[] {
  const label = textAt(value, 'label');
  const stated = listAt(value, 'actions');
  const actions = stated.flatMap(parseAction);
  if (label === undefined || actions.length < stated.length) return [];
  return [
    {
      uuid: textAt(value, 'uuid'),
      label,
      isRecommended: isObject(value) && value['isRecommended'] === true,
      actions,
    },
  ];
}

function parseAction(value: unknown): Action[] {
  if (!isObject(value)) return [];
  const type = (['create', 'update', 'delete'] as const).find((known) => known === value['type']);
  if (type === undefined) return [];
  return [
    {
      type,
      description: textAt(value, 'description') ?? type,
      resource: isObject(value['resource']) ? value['resource'] : undefined,
      resourceId: textAt(value, 'resourceId'),
    },
  ];
}

function parseReason(value: unknown): OverrideReason[] {
  const code = textAt(value, 'code');
  const system = textAt(value, 'system');
  if (code === undefined || system === undefined) return [];
  return [{ code, system, display: textAt(value, 'display') ?? code }];
}

function parseLink(value: unknown): Link[] {
  const label = textAt(value, 'label');
  const url = webAddress(textAt(value, 'url'));
  if (label === undefined || url === undefined) return [];
  const appContext = textAt(value, 'appContext');
  const type = textAt(value, 'type') === 'smart' ? 'smart' : 'absolute';
  return [{ label, url, type, ...(appContext === undefined ? {} : { appContext }) }];
}

/** Only what a browser opens as a page: never `javascript:` or `data:`. */
export function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}
