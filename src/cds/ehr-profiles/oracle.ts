import type { Link } from '../card.ts';
import { CHECK_FIRST } from '../card-text.ts';
import type { TracedCard } from '../cds-service.ts';
import { type EhrProfile, type Reply, withAllowedLinks } from './ehr-profile.ts';

/** What an eighth of a screen holds. */
const MAX_DETAIL = 500;

/**
 * Oracle Health. It calls patient-view only, removes links it does not list, knows no `appContext`, shows cards in a small
 * panel and a critical one as a pop-up: that is kept for the first card of a critical finding that is dependable.
 */
export const oracle: EhrProfile = (cards, reply) =>
  cards.map((card, index) => {
    const isPopUp = card.indicator === 'critical' && isSure(reply) && !cards.slice(0, index).some(isCritical);
    const { detail, links, ...rest } = card;
    const shaped: TracedCard = {
      ...rest,
      ...(detail === undefined ? {} : { detail: shortened(detail) }),
      ...(links === undefined ? {} : { links: links.map(withoutContext) }),
      indicator: isCritical(card) && !isPopUp ? 'warning' : card.indicator,
    };
    return withAllowedLinks(shaped, reply.allowedLinks);
  });

function isCritical({ indicator }: TracedCard): boolean {
  return indicator === 'critical';
}

function isSure({ reading }: Reply): boolean {
  if (reading?.outcome !== 'read') return false;
  return reading.reading.interpretation.findings.some(
    ({ urgency, tier }) => urgency === 'critical' && tier === 'standard',
  );
}

function withoutContext({ label, url, type }: Link): Link {
  return { label, url, type };
}

/** Whole paragraphs, no tables; always the last, which is the caveat, and what is to be checked first. */
function shortened(detail: string): string {
  const paragraphs = detail.split('\n\n').filter((paragraph) => !paragraph.startsWith('|'));
  const isNeeded = (paragraph: string) => paragraph === paragraphs.at(-1) || paragraph.startsWith(`**${CHECK_FIRST}**`);
  let length = paragraphs.filter(isNeeded).join('\n\n').length;
  const kept = paragraphs.filter((paragraph) => {
    const longer = length + paragraph.length + 2;
    if (isNeeded(paragraph) || longer > MAX_DETAIL) return isNeeded(paragraph);
    length = longer;
    return true;
  });
  return kept.join('\n\n');
}
