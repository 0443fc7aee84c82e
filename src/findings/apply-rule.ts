import type { Label } from '../terminology/label-set.ts';
import type { Urgency } from './finding.ts';
import type { Rule } from './label-logic.ts';

/** A label above its threshold, on its way through the rules. */
export interface Statement {
  readonly label: Label;
  readonly score: number;
  readonly threshold: number;
  /** Log-odds of the score less those of the threshold: how far above, comparable between labels. */
  readonly margin: number;
  readonly urgency: Urgency;
  readonly tier: Label['tier'];
  /** In lower case where it stands inside a sentence. */
  readonly text: string;
  /** Its code does not hold here. */
  readonly textOnly: boolean;
  /** Its code holds, but only a human may record it. */
  readonly toConfirm: boolean;
  /** What speaks against it: "measured rate 92/min". */
  readonly cautions: readonly string[];
  /** The statement it is said together with, and how; without `as` it is "host with statement". */
  readonly attachment?: { readonly host: number; readonly as: string | undefined };
  /** The rule that added it; score and threshold are those of the strongest label it stands in for. */
  readonly addedBy?: string;
}

/** Where a recording stands between two rules. */
export interface Draft {
  readonly statements: readonly Statement[];
  readonly suppressed: readonly { readonly statement: Statement; readonly rule: Pick<Rule, 'id' | 'reason'> }[];
  readonly overReadReasons: readonly string[];
  /** Set by a rule that refuses the whole interpretation. */
  readonly sentence?: string;
}

/** What rules may ask for besides the scores. */
export interface Circumstances {
  readonly labels: readonly Label[];
  /** Labels that a comparison with an earlier ECG bears out. */
  readonly serialLabels?: readonly number[];
  readonly ageYears?: number | undefined;
}

type RuleOf<K extends Rule['kind']> = Extract<Rule, { kind: K }>;

/** Applies one rule of the label logic to what still stands; `mappings/README.md` says what each kind means. */
export function applyRule(draft: Draft, rule: Rule, circumstances: Circumstances): Draft {
  switch (rule.kind) {
    case 'abstain':
      return abstain(draft, rule, circumstances);
    case 'needs-prior':
      return needsPrior(draft, rule, circumstances);
    case 'only-with':
      return onlyWith(draft, rule);
    case 'conflict':
      return conflict(draft, rule, circumstances);
    case 'one-of':
      return oneOf(draft, rule);
    case 'suppress':
      return rule.when && !stands(draft, rule.when) ? draft : drop(draft, standing(draft, rule.labels), rule);
    case 'requires':
      return stands(draft, rule.hosts) ? draft : drop(draft, standing(draft, rule.labels), rule);
    case 'attach':
      return standing(draft, rule.labels).reduce((attached, guest) => attach(attached, guest, rule), draft);
    case 'text-only':
      return textOnly(draft, rule);
    case 'confirm':
      return confirm(draft, rule);
    case 'over-read':
      return stands(draft, rule.when) && !stands(draft, rule.unless ?? []) ? ask(draft, rule.overRead) : draft;
  }
}

function abstain(draft: Draft, rule: RuleOf<'abstain'>, { ageYears }: Circumstances): Draft {
  const tooYoung = ageYears !== undefined && ageYears < rule.ageBelowYears;
  if (!tooYoung && !stands(draft, rule.labels)) return draft;
  return { ...ask(drop(draft, draft.statements, rule), rule.overRead), sentence: rule.sentence };
}

function needsPrior(draft: Draft, rule: RuleOf<'needs-prior'>, { serialLabels = [] }: Circumstances): Draft {
  const unproven = standing(draft, rule.labels).filter(({ label }) => !serialLabels.includes(label.index));
  return drop(draft, unproven, rule);
}

function onlyWith(draft: Draft, rule: RuleOf<'only-with'>): Draft {
  const compatible = new Set([...rule.labels, ...rule.beside]);
  const contradicted = draft.statements.some(({ label }) => !compatible.has(label.index));
  return contradicted ? drop(draft, standing(draft, rule.labels), rule) : draft;
}

function conflict(draft: Draft, rule: RuleOf<'conflict'>, { labels }: Circumstances): Draft {
  const sides = rule.between.map((side) => standing(draft, side));
  const label = labels[rule.instead];
  if (label === undefined || sides.some((side) => side.length === 0)) return draft;
  const { score, threshold, tier } = strongest(sides.flat());
  const added = {
    label,
    score,
    threshold,
    tier,
    urgency: label.urgency,
    toConfirm: false,
    cautions: [],
    addedBy: rule.id,
  };
  const own = standing(draft, [rule.instead])[0] ?? added;
  const replacement: Statement = { ...own, text: rule.text, margin: Number.POSITIVE_INFINITY, textOnly: true };
  const rest = drop(draft, sides.flat(), rule);
  const others = rest.statements.filter((statement) => statement.label !== label);
  return ask({ ...rest, statements: [...others, replacement] }, rule.overRead);
}

/** The group with the highest margin stays whole, or the one that holds a label of `first`. */
function oneOf(draft: Draft, rule: RuleOf<'one-of'>): Draft {
  const rivals = rule.among.map((labels) => standing(draft, labels)).filter((group) => group.length > 0);
  if (rivals.length < 2) return draft;
  const leaders = rivals.map(strongest);
  const favoured = standing(draft, rule.first ?? []);
  const winner = rivals.find((group) => group.some((statement) => favoured.includes(statement)));
  const kept = winner ?? rivals[leaders.indexOf(strongest(leaders))] ?? [];
  const losers = rivals.flat().filter((statement) => !kept.includes(statement));
  const matters = losers.some(({ urgency }) => urgency === 'critical' || urgency === 'urgent');
  return drop(matters && rule.overRead ? ask(draft, rule.overRead, leaders) : draft, losers, rule);
}

/** Ties a statement to the strongest of its hosts. */
function attach(draft: Draft, guest: Statement, rule: RuleOf<'attach'>): Draft {
  const hosts = standing(draft, rule.hosts);
  if (hosts.length === 0) return rule.required ? drop(draft, [guest], rule) : draft;
  const host = strongest(hosts);
  const attached = change(draft, [guest], { attachment: { host: host.label.index, as: rule.as } });
  return rule.escalates ? change(attached, [host], { urgency: guest.urgency, toConfirm: true }) : attached;
}

function textOnly(draft: Draft, rule: RuleOf<'text-only'>): Draft {
  const applies = (!rule.when || stands(draft, rule.when)) && !stands(draft, rule.unless ?? []);
  return applies ? change(draft, standing(draft, rule.labels), { textOnly: true }) : draft;
}

function confirm(draft: Draft, rule: RuleOf<'confirm'>): Draft {
  const concerned = standing(draft, rule.labels);
  const changed = change(draft, concerned, { toConfirm: true });
  return rule.overRead && concerned.length > 0 ? ask(changed, rule.overRead, concerned) : changed;
}

export function standing(draft: Draft, labels: readonly number[]): readonly Statement[] {
  return draft.statements.filter(({ label }) => labels.includes(label.index));
}

function stands(draft: Draft, labels: readonly number[]): boolean {
  return standing(draft, labels).length > 0;
}

/** The first of the highest margin; `statements` is not empty. */
function strongest(statements: readonly Statement[]): Statement {
  return statements.reduce((best, statement) => (statement.margin > best.margin ? statement : best));
}

export function drop(draft: Draft, statements: readonly Statement[], rule: Pick<Rule, 'id' | 'reason'>): Draft {
  return {
    ...draft,
    statements: draft.statements.filter((statement) => !statements.includes(statement)),
    suppressed: [...draft.suppressed, ...statements.map((statement) => ({ statement, rule }))],
  };
}

export function change(draft: Draft, statements: readonly Statement[], part: Partial<Statement>): Draft {
  const changed = (statement: Statement) => (statements.includes(statement) ? { ...statement, ...part } : statement);
  return { ...draft, statements: draft.statements.map(changed) };
}

export function ask(draft: Draft, reason: string, about: readonly Statement[] = []): Draft {
  const named = about.length > 0 ? `${reason}: ${about.map(({ text }) => text).join('; ')}` : reason;
  return { ...draft, overReadReasons: [...draft.overReadReasons, named] };
}
