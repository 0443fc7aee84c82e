import type { FhirResource } from 'fhir/r4';
import type { Coding } from '../findings/finding.ts';

export type Indicator = 'info' | 'warning' | 'critical';

/** A CDS Hooks card (2.0.1), as far as Cardhook uses it. Optional members are left out, never empty. */
export interface Card {
  readonly uuid: string;
  /** At most {@link SUMMARY_LIMIT} characters of plain text. */
  readonly summary: string;
  /** GitHub-flavoured Markdown. */
  readonly detail?: string;
  readonly indicator: Indicator;
  readonly source: { readonly label: string; readonly url?: string; readonly topic: Coding };
  readonly suggestions?: readonly Suggestion[];
  /** Stands with suggestions only; `any`: each is independent of the others. */
  readonly selectionBehavior?: 'any';
  readonly overrideReasons?: readonly Coding[];
  readonly links?: readonly Link[];
  /** By reverse-domain names. */
  readonly extension?: Readonly<Record<string, string>>;
}

/** What a client may do with one click: take back a draft order, or add one. One action each, as some clients require. */
export interface Suggestion {
  readonly uuid: string;
  readonly label: string;
  readonly actions: readonly [Action];
}

export type Action =
  | {
      readonly type: 'delete';
      readonly description: string;
      /** "MedicationRequest/draft-1" */
      readonly resourceId: string;
    }
  | { readonly type: 'create'; readonly description: string; readonly resource: FhirResource };

/** Where a card leads: a page, or a SMART app, which alone may be given a context. */
export type Link =
  | { readonly label: string; readonly url: string; readonly type: 'absolute' }
  | { readonly label: string; readonly url: string; readonly type: 'smart'; readonly appContext?: string };

/** The specification says "fewer than 140 characters" (CDS Hooks 2.0.1, Card Attributes). */
export const SUMMARY_LIMIT = 139;

const ELLIPSIS = '…';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Shortens a summary to {@link SUMMARY_LIMIT} UTF-16 units at a word boundary, never inside a character or emoji. */
export function fitSummary(text: string): string {
  if (text.length <= SUMMARY_LIMIT) return text;
  let end = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    if (index + segment.length > SUMMARY_LIMIT - ELLIPSIS.length) break;
    end = index + segment.length;
  }
  const cut = text.slice(0, end);
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > SUMMARY_LIMIT / 2 ? cut.slice(0, lastSpace) : cut).replace(/[\s;,:(]+$/, '')}${ELLIPSIS}`;
}

/** Text from a record or a file, made inert inside GitHub-flavoured Markdown and on one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/^(\d*)([#+.)-])/, '$1\\$2')
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/\b(www)\./gi, '$1&#46;')
    .replace(/@/g, '&#64;');
}
