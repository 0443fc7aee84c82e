import type { Answer } from '../edges/http/published-schemas.ts';

/** A card as an EHR gets it, as far as tests look at it. */
export interface Shown {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: string;
  readonly source: { readonly label: string; readonly topic: { readonly code: string } };
  readonly suggestions?: readonly {
    readonly uuid: string;
    readonly isRecommended?: boolean;
    readonly actions: readonly { readonly type: string; readonly description: string; readonly resourceId?: string }[];
  }[];
  readonly selectionBehavior?: string;
  readonly overrideReasons?: readonly { readonly system: string; readonly code: string; readonly display: string }[];
  readonly links?: readonly { readonly type: string; readonly url: string; readonly appContext?: string }[];
}

export const cardsIn = (all: readonly Answer[]) => all.flatMap(({ body }) => body.cards as unknown as readonly Shown[]);
