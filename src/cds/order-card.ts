import { z } from 'zod';
import { isTestModel } from '../fhir/report-codes.ts';
import { escapeMarkdown, fitSummary, type Indicator, type Suggestion } from './card.ts';
import { bullets, CAVEAT, HEADLINES, linkTo, modelLine, SOURCE } from './card-text.ts';
import type { HookMoment, TracedCard } from './cds-service.ts';
import { draftTests } from './draft-tests.ts';
import { ageOf, timeOf } from './ecg-time.ts';
import type { Chart } from './group-evidence.ts';
import { boundText } from './measurement-limit.ts';
import type { AdvisedDrug, OrderAdvice } from './order-advice.ts';
import { isVerified } from './order-rules.ts';
import { DRUG_OVERRIDE_REASONS } from './override-reasons.ts';
import { draftTestOrder, testTitle } from './suggested-orders.ts';

type Read = Chart['read'];

/** A summary names no more drugs than this. */
const MAX_NAMED = 3;
const NAMES = new Intl.ListFormat('en-GB');
const encounterSchema = z.object({ encounterId: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/) });

/** Advice on draft orders: what and why in the summary; grounds, doubt, what to do instead and limits in the detail. */
export function orderCard(advice: OrderAdvice, read: Read, moment: HookMoment): TracedCard {
  const { drugs } = advice;
  const { ecg, manifest } = read.reading;
  const rests = restsOnNetwork(advice);
  const what = `${capitalised(namesOf(drugs))} with ${grounds(advice)}`;
  const age = ageOf(ecg.recordedAt, moment.now);
  return {
    uuid: moment.newUuid(),
    summary: fitSummary(
      `${(rests && HEADLINES[manifest.trust]) || ''}${what}${isOnEcg(advice) ? ` on ECG ${age}` : ''}`,
    ),
    detail: detailOf(advice, read, age).join('\n\n'),
    indicator: indicatorOf(advice, read),
    source: SOURCE,
    ...suggestionsOf(advice, read, moment),
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

function detailOf(advice: OrderAdvice, { reading, source, notes }: Read, age: string): readonly string[] {
  const { group, drugs } = advice;
  const { ecg, manifest } = reading;
  const isAgeing = drugs.some(({ evidence }) => evidence.isAgeing);
  const old = isAgeing ? '. **This ECG is old for the purpose: repeat it before relying on it**' : '';
  return [
    ...(manifest.notice && restsOnNetwork(advice) ? [`**${escapeMarkdown(manifest.notice)}**`] : []),
    ['**Why**', ...drugs.map(whyLine)].join('\n'),
    `**ECG** ${timeOf(ecg.recordedAt)}, ${age}; ${escapeMarkdown(source)}${old}`,
    ...bullets('How sure', certainty(drugs)),
    `**Instead** ${escapeMarkdown(group.instead)}`,
    `**Not excluded** ${escapeMarkdown(group.caution)}`,
    ...bullets('Notes', [...notes, ...reading.notes, ...ecg.warnings.map(({ message }) => message)]),
    ...(drugs.some(({ evidence }) => evidence.findings.length > 0) ? [modelLine(manifest)] : []),
    CAVEAT,
  ];
}

function whyLine({ rule, recognisedBy }: AdvisedDrug): string {
  const code = rule.rxnorm === undefined ? '' : ` (RxNorm ${rule.rxnorm})`;
  const known = recognisedBy === 'code' ? code : ', known by its written name alone: check that it is this medicine';
  const status = isVerified(rule) ? '' : ` Not verified: ${rule.evidenceStatus}.`;
  const said = `${rule.rationale} Evidence: ${rule.evidence}.${status}`;
  return `- **${escapeMarkdown(capitalised(rule.ingredient))}**${known}: ${escapeMarkdown(said)}`;
}

/** On what the advice rests, each once. */
function certainty(drugs: readonly AdvisedDrug[]): readonly string[] {
  const lines = drugs.flatMap(({ evidence: { measured, contradiction, findings, onRecord } }) => [
    ...(measured
      ? [`${measured.value.text}, as the recording states it, not confirmed; limit here: ${boundText(measured.bound)}`]
      : []),
    ...(onRecord ? [`${onRecord.name} is on record, confirmed`] : []),
    ...findings.map(
      ({ text, score, threshold, tier }) =>
        `possible ${lowered(text)}: score ${score.toFixed(2)} (from ${threshold.toFixed(2)})${tier === 'low' ? ', low confidence' : ''}`,
    ),
    ...(contradiction ? [`does not fit: ${contradiction.text}, as the recording states it`] : []),
  ]);
  return [...new Set(lines)];
}

/** What speaks against the drugs, in few words: a value and a record go before a finding of the network. */
function grounds({ group, drugs }: OrderAdvice): string {
  const measured = drugs.find(({ evidence }) => evidence.measured)?.evidence.measured;
  if (measured) return measured.value.text;
  const diagnoses = new Set(drugs.flatMap(({ rule, evidence }) => (rule.history && evidence.onRecord?.name) || []));
  return diagnoses.size > 0 ? `${NAMES.format(diagnoses)} on record` : `possible ${group.name}`;
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

function suggestionsOf(
  advice: OrderAdvice,
  read: Read,
  moment: HookMoment,
): Pick<TracedCard, 'suggestions' | 'selectionBehavior'> {
  const suggestions = [...removals(advice, moment), ...testOrders(advice, read, moment)];
  return suggestions.length > 0 ? { suggestions, selectionBehavior: 'any' } : {};
}

/** One for each order that can be named; a client that shows two alike can tell them apart by the order's id. */
function removals({ drugs }: OrderAdvice, { newUuid }: HookMoment): readonly Suggestion[] {
  return drugs.flatMap(({ rule, drafts }) => {
    const references = [...new Set(drafts.flatMap(({ reference }) => reference ?? []))];
    return references.map((resourceId): Suggestion => {
      const description = `Remove the order for ${rule.ingredient}`;
      const label = references.length === 1 ? description : `${description} (${resourceId})`;
      return { uuid: newUuid(), label, actions: [{ type: 'delete', description, resourceId }] };
    });
  });
}

/** What would settle the question, unless it is among the drafts already. */
function testOrders(advice: OrderAdvice, read: Read, { request, newUuid }: HookMoment): readonly Suggestion[] {
  const { patientId } = request.context;
  const drafted = draftTests(request.context['draftOrders'], { patientId, baseUrl: request.fhirServer });
  const encounterId = encounterSchema.safeParse(request.context).data?.encounterId;
  const reason = `${capitalised(grounds(advice))} on an ECG of ${timeOf(read.reading.ecg.recordedAt)}`;
  return advice.group.orders
    .filter((id) => drafted.every(({ test }) => test !== id))
    .map((id): Suggestion => {
      const description = `Order ${testTitle(id)}`;
      const resource = draftTestOrder(id, { patientId, encounterId, reason });
      return { uuid: newUuid(), label: description, actions: [{ type: 'create', description, resource }] };
    });
}

function namesOf(drugs: readonly AdvisedDrug[]): string {
  const names = drugs.map(({ rule }) => rule.ingredient);
  const more = names.length - MAX_NAMED;
  return NAMES.format(more > 0 ? [...names.slice(0, MAX_NAMED), `${more} more`] : names);
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.slice(0, 1).toLowerCase()}${text.slice(1)}` : text;
}
