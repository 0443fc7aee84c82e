import type { TracedCard } from '../cds-service.ts';
import type { PatientEcgReading } from '../patient-ecg-reading.ts';

/** What a profile may need to know of the reply beside its cards. */
export interface Reply {
  readonly serviceId: string;
  /** Undefined where it is late. */
  readonly reading: PatientEcgReading | undefined;
  /** Beginnings of the URLs that the EHR lets through. */
  readonly allowedLinks: readonly string[];
}

/** Reshapes cards to what one EHR shows; whatever that EHR would drop, misread or take amiss is changed here. */
export type EhrProfile = (cards: readonly TracedCard[], reply: Reply) => readonly TracedCard[];

/** The card with only the links, that of its source among them, that begin as one of `allowed` does. */
export function withAllowedLinks(card: TracedCard, allowed: readonly string[]): TracedCard {
  const { links = [], source, ...rest } = card;
  const isAllowed = (url: string) => allowed.some((start) => url.startsWith(start));
  const { url, ...plain } = source;
  const shown = { ...rest, source: url !== undefined && isAllowed(url) ? source : plain };
  const kept = links.filter((link) => isAllowed(link.url));
  return kept.length > 0 ? { ...shown, links: kept } : shown;
}
