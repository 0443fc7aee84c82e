import type { Draft, Statement } from './apply-rule.ts';
import type { Urgency } from './finding.ts';
import type { LabelLogic } from './label-logic.ts';

type Wording = LabelLogic['wording'];

const URGENCIES: readonly Urgency[] = ['critical', 'urgent', 'routine', 'normal'];

/** Order of findings: most urgent first, rhythm before the rest, then as the network lists them. */
export function compareStatements(a: Statement, b: Statement): number {
  return (
    URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) ||
    Number(isRhythm(b)) - Number(isRhythm(a)) ||
    a.label.index - b.label.index
  );
}

/** One statement as it may be read alone: with its modifiers, and as doubtful as it is. */
export function statementText(statement: Statement, { statements }: Draft, wording: Wording): string {
  const modifiers = statements.filter(({ attachment, label }) => attachment !== undefined && label.kind === 'modifier');
  return capitalise(phrase(statement, modifiers, wording));
}

/**
 * The interpretation in one line, as a cardiologist writes it: what is critical in one phrase, then the rhythm, then
 * the rest by urgency; modifiers stand with what they modify.
 */
export function interpretationSentence(draft: Draft, wording: Wording): string {
  const { statements, sentence } = draft;
  if (sentence !== undefined) return sentence;
  if (statements.length === 0 && draft.overReadReasons.length === 0) return wording.nothing;
  const guests = statements.filter(({ attachment }) => attachment !== undefined);
  const heads = statements
    .filter(({ attachment }) => attachment === undefined)
    .map((head) => ({ head, rank: [head, ...guestsOf(head, guests)].sort(compareStatements)[0] ?? head }))
    .sort((a, b) => place(a) - place(b) || compareStatements(a.rank, b.rank))
    .map(({ head }) => head);
  const critical = heads.filter(({ urgency }) => urgency === 'critical').map((head) => unhedged(head, guests, wording));
  const phrases = [
    ...(critical.length > 0 ? [fill(wording.confirm, { finding: enumerate(critical) })] : []),
    ...heads.filter(({ urgency }) => urgency !== 'critical').map((head) => phrase(head, guests, wording)),
    ...(couldPassForNormal(statements) ? [rest(draft, wording)] : []),
  ];
  return capitalise(phrases.join('; '));
}

function place({ head, rank }: { readonly head: Statement; readonly rank: Statement }): number {
  if (rank.urgency === 'critical') return 0;
  if (isRhythm(head)) return 1;
  return isSummary(head) ? 3 : 2;
}

function isRhythm({ label }: Statement): boolean {
  return label.kind === 'rhythm' || label.kind === 'pacing';
}

function isSummary({ label }: Statement): boolean {
  return label.kind === 'quality/normality';
}

/** What a reader of nothing abnormal must know: why to look, or that absence says little. */
function rest({ overReadReasons }: Draft, { lookAt, nothingElse }: Wording): string {
  const reasons = overReadReasons.map((reason) => reason.charAt(0).toLowerCase() + reason.slice(1));
  return reasons.length > 0 ? fill(lookAt, { reasons: reasons.join('; ') }) : nothingElse;
}

/** Nothing but normal rhythm or variants, and no word on the ECG as a whole: must not sound like a normal ECG. */
function couldPassForNormal(statements: readonly Statement[]): boolean {
  return statements.every((statement) => statement.urgency === 'normal' && !isSummary(statement));
}

function phrase(statement: Statement, guests: readonly Statement[], wording: Wording): string {
  return hedge(statement, unhedged(statement, guests, wording), wording);
}

/** With its guests, each of them as doubtful as it is. */
function unhedged(statement: Statement, guests: readonly Statement[], wording: Wording): string {
  const own = guestsOf(statement, guests);
  const beside = own
    .filter(({ attachment }) => attachment?.as === undefined)
    .map((guest) => hedge(guest, named(guest, wording), wording));
  const base = beside.length > 0 ? `${named(statement, wording)} with ${enumerate(beside)}` : named(statement, wording);
  return own.reduce(
    (host, guest) => fill(guest.attachment?.as ?? '{host}', { host, text: named(guest, wording) }),
    base,
  );
}

/** With what speaks against it. */
function named({ text, cautions }: Statement, { but }: Wording): string {
  return cautions.length === 0 ? text : fill(but, { finding: text, reasons: cautions.join('; ') });
}

function guestsOf({ label }: Statement, guests: readonly Statement[]): readonly Statement[] {
  return guests.filter(({ attachment }) => attachment?.host === label.index);
}

/** Critical statements ask for confirmation; urgent ones of low confidence are called possible, but no modifiers. */
function hedge({ urgency, tier, label }: Statement, finding: string, wording: Wording): string {
  if (urgency === 'critical') return fill(wording.confirm, { finding });
  const doubtful = urgency === 'urgent' && tier === 'low' && label.kind !== 'modifier';
  return doubtful || wording.alwaysPossible.includes(label.index) ? fill(wording.possible, { finding }) : finding;
}

function enumerate(parts: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(parts);
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
