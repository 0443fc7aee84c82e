import { escapeMarkdown, fitSummary } from './card.ts';
import { CAVEAT, checkFirst, furtherNotes, headline, linkTo, modelLine, noticeOf, sourceOf } from './card-text.ts';
import type { HookMoment, TracedCard } from './cds-service.ts';
import { type DraftTest, draftTests } from './draft-tests.ts';
import { ageOf, timeOf } from './ecg-time.ts';
import type { Chart } from './group-evidence.ts';
import { isRecent } from './needs-attention.ts';
import { problemOf } from './order-card.ts';
import { offering, removals } from './order-suggestions.ts';
import { REPEAT_OVERRIDE_REASONS } from './override-reasons.ts';
import { REPEAT_ECG_HOURS } from './suggested-orders.ts';

type Read = Chart['read'];

/** How feedback names it, beside the drug rules. */
export const REPEAT_ECG_RULE = 'repeat-ecg';
const HOUR_MS = 3_600_000;
/** A recording of fewer leads, or one of which some could not be read, does not stand in for twelve. */
const TWELVE = 12;

/**
 * The card on a routine order of a 12-lead ECG where there is a recent one, with its reading. None where the reading
 * itself asks for another look, nor for an order that is urgent or for a later day.
 */
export function repeatEcgCard(read: Read, moment: HookMoment, selections?: readonly string[]): readonly TracedCard[] {
  const { ecg, manifest, interpretation } = read.reading;
  const leadCount = Math.min(ecg.leads.length, manifest.input.leads.length);
  const { overReadReasons, findings, limitation } = interpretation;
  const isOpen = overReadReasons.length > 0 || findings.some(({ urgency }) => urgency === 'critical');
  const repeated = routineEcgs(moment).filter(
    ({ reference = '' }) => selections === undefined || selections.includes(reference),
  );
  if (isOpen || limitation !== undefined || leadCount < TWELVE) return [];
  if (!isRecent(ecg.recordedAt, moment.now, REPEAT_ECG_HOURS) || repeated.length === 0) return [];
  return [cardOn(repeated, read, moment)];
}

function cardOn(repeated: readonly DraftTest[], read: Read, moment: HookMoment): TracedCard {
  const { ecg, manifest, interpretation } = read.reading;
  const age = ageOf(ecg.recordedAt, moment.now);
  return {
    uuid: moment.newUuid(),
    summary: fitSummary(`12-lead ECG ${age} is on record. ${headline(manifest, ': ')}${interpretation.sentence}`),
    detail: detailOf(read, age).join('\n\n'),
    indicator: 'info',
    source: sourceOf(manifest, moment),
    ...offering(removals('another ECG', repeated, moment)),
    overrideReasons: REPEAT_OVERRIDE_REASONS,
    ...linkTo(read.source, moment),
    subject: {
      rules: [REPEAT_ECG_RULE],
      findings: interpretation.findings.map(({ index }) => index),
      problems: [problemOf(REPEAT_ECG_RULE, read)],
      isCritical: false,
    },
  };
}

function detailOf(read: Read, age: string): readonly string[] {
  const { ecg, manifest, interpretation } = read.reading;
  return [
    ...noticeOf(manifest),
    `**Why** The order for an ECG is routine, and the last one is less than ${REPEAT_ECG_HOURS} h old.`,
    `**ECG** ${timeOf(ecg.recordedAt)}, ${age}; ${escapeMarkdown(read.source)}`,
    ...checkFirst(read),
    escapeMarkdown(interpretation.sentence),
    '**Instead** Look at that tracing; order another where symptoms or treatment have changed since.',
    ...furtherNotes(read),
    modelLine(manifest),
    CAVEAT,
  ];
}

function routineEcgs({ request, now }: HookMoment): readonly DraftTest[] {
  const owner = { patientId: request.context.patientId, baseUrl: request.fhirServer };
  return draftTests(request.context['draftOrders'], owner).filter(
    (draft) => draft.test === 'ecg' && !draft.isUrgent && !isLater(draft, now),
  );
}

function isLater({ dueAt }: DraftTest, now: Date): boolean {
  return dueAt !== undefined && Date.parse(dueAt) - now.getTime() > REPEAT_ECG_HOURS * HOUR_MS;
}
