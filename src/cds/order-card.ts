import { isTestModel } from '../fhir/report-codes.ts';
import type { Manifest } from '../model/manifest.ts';
import { escapeMarkdown, fitSummary, type Indicator } from './card.ts';
import {
  bullets,
  CAVEAT,
  checkFirst,
  furtherNotes,
  headline,
  linkTo,
  modelLine,
  noticeOf,
  previousEcg,
  sourceOf,
} from './card-text.ts';
import type { HookMoment, TracedCard } from './cds-service.ts';
import { ageOf, timeOf } from './ecg-time.ts';
import type { Chart, Exceeded } from './group-evidence.ts';
import type { MeasuredValue } from './measured-values.ts';
import { boundText } from './measurement-limit.ts';
import type { AdvisedDrug, OrderAdvice } from './order-advice.ts';
import { isVerified } from './order-rules.ts';
import { offering, removals, testOrders } from './order-suggestions.ts';
import { DRUG_OVERRIDE_REASONS } from './override-reasons.ts';

type Read = Chart['read'];

/** A summary names no more drugs than this. */
const MAX_NAMED = 3;
/** Whose word a value is. */
const BASIS = {
  stated: 'as the recording states it',
  measured: 'as measured automatically in the tracing',
} as const;
const NAMES = new Intl.ListFormat('en-GB');

/** Advice on draft orders: what and why in the summary; grounds, doubt, what to do instead and limits in the detail. */
export function orderCard(advice: OrderAdvice, read: Read, moment: HookMoment): TracedCard {
  const { drugs } = advice;
  const { ecg, manifest } = read.reading;
  const rests = restsOnNetwork(advice);
  const what = `${rests ? headline(manifest, ': ') : ''}${namesOf(drugs)} with ${grounds(advice)}`;
  const age = ageOf(ecg.recordedAt, moment.now);
  const when = timeOf(ecg.recordedAt);
  return {
    uuid: moment.newUuid(),
    summary: fitSummary(`${capitalised(what)}${isOnEcg(advice) ? ` on ECG ${age}` : ''}`),
    detail: detailOf(advice, read, age).join('\n\n'),
    indicator: indicatorOf(advice, read),
    source: sourceOf(manifest, moment),
    ...offering([
      ...drugs.flatMap(({ rule, drafts }) => removals(rule.ingredient, drafts, moment)),
      ...testOrders(advice.group.orders, `${capitalised(grounds(advice))} on an ECG of ${when}`, moment),
    ]),
    overrideReasons: DRUG_OVERRIDE_REASONS,
    ...linkTo(read.source, moment),
    subject: {
      rules: drugs.map(({ rule }) => rule.id),
      findings: [...new Set(drugs.flatMap(({ evidence }) => evidence.findings.map(({ index }) => index)))],
      problems: drugs.map(({ rule }) => problemOf(rule.id, read)),
      isCritical: drugs.some(({ severity }) => severity === 'critical'),
    },
  };
}

/** The same drug and finding on the same ECG are one problem; a new ECG is a new one. */
export function problemOf(about: string, { ecgIdentity }: Read): string {
  return `${about} ${ecgIdentity}`;
}

function detailOf(advice: OrderAdvice, read: Read, age: string): readonly string[] {
  const { reading, source } = read;
  const { group, drugs } = advice;
  const { ecg, manifest } = reading;
  const namesFindings = drugs.some(({ evidence }) => evidence.findings.length > 0);
  const isAgeing = drugs.some(({ evidence }) => evidence.isAgeing);
  const old = isAgeing ? '. **This ECG is old for the purpose: repeat it before relying on it**' : '';
  return [
    ...(namesFindings || hasChanged(reading) ? noticeOf(manifest) : []),
    ['**Why**', ...drugs.map(whyLine)].join('\n'),
    `**ECG** ${timeOf(ecg.recordedAt)}, ${age}; ${escapeMarkdown(source)}${old}`,
    ...checkFirst(read),
    ...bullets('How sure', certainty(drugs, manifest)),
    ...(hasChanged(reading) ? previousEcg(read) : []),
    `**Instead** ${escapeMarkdown(group.instead)}`,
    `**Not excluded** ${escapeMarkdown(group.caution)}`,
    ...furtherNotes(read),
    ...(namesFindings ? [modelLine(manifest)] : []),
    CAVEAT,
  ];
}

function hasChanged({ comparison }: Read['reading']): boolean {
  return comparison?.outcome === 'compared' && comparison.statements.length > 0;
}

function whyLine({ rule, recognisedBy }: AdvisedDrug): string {
  const code = rule.rxnorm === undefined ? '' : ` (RxNorm ${rule.rxnorm})`;
  const known = recognisedBy === 'code' ? code : ', known by its written name alone: check that it is this medicine';
  const status = isVerified(rule) ? '' : ` Not verified: ${rule.evidenceStatus}.`;
  const said = `${rule.rationale} Evidence: ${rule.evidence}.${status}`;
  return `- **${escapeMarkdown(capitalised(rule.ingredient))}**${known}: ${escapeMarkdown(said)}`;
}

/** On what the advice rests, each once. */
function certainty(drugs: readonly AdvisedDrug[], manifest: Manifest): readonly string[] {
  const lines = drugs.flatMap(({ beside, evidence: { measured, contradiction, findings, onRecord } }) => [
    ...[...(measured ? [measured] : []), ...beside].map(
      (exceeded) =>
        `${exceeded.value.text}, ${BASIS[exceeded.value.basis]}, not confirmed; ${limitText(exceeded)}${otherwise(exceeded.value)}`,
    ),
    ...(onRecord ? [`${onRecord.name} is on record, confirmed`] : []),
    ...findings.map(
      ({ text, score, threshold, tier }) =>
        `${headline(manifest, ': ')}${possible(text)}: score ${score.toFixed(2)} (from ${threshold.toFixed(2)})${tier === 'low' ? ', low confidence' : ''}`,
    ),
    ...(contradiction
      ? [`does not fit: ${contradiction.text}, ${BASIS[contradiction.basis]}${otherwise(contradiction)}`]
      : []),
  ]);
  return [...new Set(lines)];
}

/** Where recorder and tracing disagree, what the other one says. */
function otherwise({ disagreesWith }: MeasuredValue): string {
  if (disagreesWith === undefined) return '';
  return `; disagrees with ${disagreesWith.text}, ${BASIS[disagreesWith.basis]}: check the tracing`;
}

/** What speaks against the drugs, in few words: a value and a record go before a finding of the network. */
function grounds({ group, drugs }: OrderAdvice): string {
  const measured = drugs.find(({ evidence }) => evidence.measured)?.evidence.measured;
  if (measured) return measured.value.text;
  const diagnoses = new Set(drugs.flatMap(({ rule, evidence }) => (rule.history && evidence.onRecord?.name) || []));
  if (diagnoses.size > 0) return `${NAMES.format(diagnoses)} on record`;
  const values = new Set(drugs.flatMap(({ beside }) => beside.map(({ value }) => value.text)));
  return [`possible ${group.name}`, ...values].join(', ');
}

/** Whether the ECG says it, and not the record alone. */
function isOnEcg({ drugs }: OrderAdvice): boolean {
  return drugs.some(({ rule }) => rule.history === undefined);
}

/** Whether it stands or falls with what the network says. */
function restsOnNetwork({ drugs }: OrderAdvice): boolean {
  return drugs.some(({ rule, evidence }) => rule.history === undefined && evidence.measured === undefined);
}

/** A model that is not meant for care must not alarm anybody; a measured value or a record may. */
function indicatorOf(advice: OrderAdvice, { reading }: Read): Indicator {
  if (isTestModel(reading.manifest) && restsOnNetwork(advice)) return 'info';
  return advice.drugs[0]?.severity ?? 'info';
}

function namesOf(drugs: readonly AdvisedDrug[]): string {
  const names = drugs.map(({ rule }) => rule.ingredient);
  const more = names.length - MAX_NAMED;
  return NAMES.format(more > 0 ? [...names.slice(0, MAX_NAMED), `${more} more`] : names);
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** "limit for men 450 ms or more" */
function limitText({ value, bound, limitFor }: Exceeded): string {
  return ['limit', limitFor, boundText(bound, value.quantity === 'heartRate' ? '/min' : ' ms')]
    .filter(Boolean)
    .join(' ');
}

/** A finding of the network is never more than possible; some say so themselves. */
function possible(text: string): string {
  const lowered = /^[A-Z][a-z]/.test(text) ? `${text.slice(0, 1).toLowerCase()}${text.slice(1)}` : text;
  return lowered.startsWith('possible ') ? lowered : `possible ${lowered}`;
}
