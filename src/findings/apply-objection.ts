import { ask, change, type Draft, drop, type Statement, standing } from './apply-rule.ts';
import type { Objection } from './objection.ts';

/**
 * Applies what speaks against labels to what the label logic left standing. What is critical is never withheld for its
 * sake, only said with the reason, unless the objection is absolute.
 */
export function applyObjection(draft: Draft, objection: Objection): Draft {
  const { rule, labels, effect, isAbsolute = false, reason, overRead } = objection;
  const concerned = standing(draft, labels);
  if (concerned.length === 0) return draft;
  const withheld = concerned.filter(({ urgency }) => effect === 'withhold' && (isAbsolute || urgency !== 'critical'));
  const doubted = concerned.filter((statement) => !withheld.includes(statement));
  const without = drop(draft, [...withheld, ...guestsOf(withheld, draft)], { id: rule, reason });
  const changed = doubted.reduce(
    (before, statement) => change(before, [statement], doubtful(statement, reason)),
    without,
  );
  const isGrave = doubted.some(({ urgency }) => urgency === 'critical' || urgency === 'urgent');
  if (overRead !== undefined) return ask(changed, overRead);
  return isGrave ? ask(changed, capitalised(reason), doubted) : changed;
}

/** Critical statements keep their weight: they are called possible anyhow. */
function doubtful({ urgency, tier, cautions }: Statement, reason: string): Partial<Statement> {
  return {
    tier: urgency === 'critical' ? tier : 'low',
    toConfirm: true,
    cautions: cautions.includes(reason) ? cautions : [...cautions, reason],
  };
}

/** Modifiers say nothing without what they modify. */
function guestsOf(hosts: readonly Statement[], { statements }: Draft): readonly Statement[] {
  const indices = new Set(hosts.map(({ label }) => label.index));
  return statements.filter(
    ({ attachment, label }) =>
      attachment !== undefined &&
      indices.has(attachment.host) &&
      !indices.has(label.index) &&
      label.kind === 'modifier',
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
