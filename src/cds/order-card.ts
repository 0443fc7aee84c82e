import { SYSTEMS } from '../fhir/identity.ts';
import { isTestModel } from '../fhir/report-codes.ts';
import type { Coding } from '../findings/finding.ts';
import { escapeMarkdown, fitSummary, type Indicator, type Suggestion } from './card.ts';
import { bullets, CAVEAT, HEADLINES, modelLine, SOURCE } from './card-text.ts';
import type { HookMoment, TracedCard } from './cds-service.ts';
import { ageOf, timeOf } from './ecg-time.ts';
import type { OrderAdvice } from './order-advice.ts';
import type { PatientEcgReading } from './patient-ecg-reading.ts';

type Read = Extract<PatientEcgReading, { outcome: 'read' }>;

/** Why a prescriber may go on all the same. */
const OVERRIDE_REASONS: readonly Coding[] = [
  { system: SYSTEMS.overrideReason, code: 'benefit-outweighs-risk', display: 'Benefit outweighs risk' },
  { system: SYSTEMS.overrideReason, code: 'already-monitored', display: 'Already monitored' },
  { system: SYSTEMS.overrideReason, code: 'finding-not-confirmed', display: 'Finding not confirmed on the tracing' },
];

/** Advice on a draft order: what and why in the summary; reason, evidence, doubt and limits in the detail. */
export function orderCard(advice: OrderAdvice, read: Read, moment: HookMoment): TracedCard {
  const { rule, group, findings } = advice;
  const { ecg, manifest } = read.reading;
  const age = ageOf(ecg.recordedAt, moment.now);
  const suggestions = removals(advice, moment);
  return {
    uuid: moment.newUuid(),
    summary: fitSummary(
      `${HEADLINES[manifest.trust] ?? ''}${capitalised(rule.ingredient)} with possible ${group.name} on ECG ${age}`,
    ),
    detail: [
      ...(manifest.notice ? [`**${escapeMarkdown(manifest.notice)}**`] : []),
      ...why(advice),
      `**ECG** ${timeOf(ecg.recordedAt)}, ${age}; ${escapeMarkdown(read.source)}`,
      ...bullets(
        'How sure',
        findings.map(
          ({ text, score, threshold, tier }) =>
            `${text}: score ${score.toFixed(2)} (from ${threshold.toFixed(2)})${tier === 'low' ? ', low confidence' : ''}`,
        ),
      ),
      `**Not excluded** ${escapeMarkdown(group.caution)}`,
      ...bullets('Notes', [...read.notes, ...read.reading.notes, ...ecg.warnings.map(({ message }) => message)]),
      modelLine(manifest),
      CAVEAT,
    ].join('\n\n'),
    indicator: isTestModel(manifest) ? 'info' : indicatorOf(advice),
    source: SOURCE,
    ...(suggestions.length > 0 ? { suggestions, selectionBehavior: 'any' as const } : {}),
    overrideReasons: OVERRIDE_REASONS,
    subject: { rules: [rule.id], findings: findings.map(({ index }) => index) },
  };
}

function why({ rule, group, recognisedBy }: OrderAdvice): string[] {
  const code = rule.rxnorm === undefined ? '' : ` (RxNorm ${rule.rxnorm})`;
  const order =
    recognisedBy === 'code' ? code : ', recognised by its written name alone: check that it is this medicine';
  const status = rule.evidenceStatus === 'page read' ? '' : `. Not verified: ${rule.evidenceStatus}`;
  return [
    `**Order** ${escapeMarkdown(rule.ingredient)}${order}`,
    `**Why** ${escapeMarkdown(rule.rationale)}`,
    ...(group.history ? [`**On record** ${escapeMarkdown(group.history.name)}, confirmed`] : []),
    `**Evidence** ${escapeMarkdown(`${rule.evidence}${status}`)}`,
  ];
}

/** Critical only where drug, finding and rule are all dependable. */
function indicatorOf({ rule, tier, recognisedBy }: OrderAdvice): Indicator {
  if (rule.severity === 'info') return 'info';
  return rule.severity === 'critical' && tier === 'standard' && recognisedBy === 'code' ? 'critical' : 'warning';
}

/** One for each order that can be named; a client that shows two alike can tell them apart by the order's id. */
function removals({ rule, drafts }: OrderAdvice, { newUuid }: HookMoment): readonly Suggestion[] {
  const references = [...new Set(drafts.flatMap(({ reference }) => reference ?? []))];
  return references.map((resourceId) => {
    const description = `Remove the order for ${rule.ingredient}`;
    const label = references.length === 1 ? description : `${description} (${resourceId})`;
    return { uuid: newUuid(), label, actions: [{ type: 'delete', description, resourceId }] };
  });
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
