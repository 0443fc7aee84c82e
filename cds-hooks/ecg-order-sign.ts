import type { CdsService } from '../src/cds/cds-service.ts';
import { readingCard } from '../src/cds/ecg-cards.ts';
import type { Chart } from '../src/cds/group-evidence.ts';
import { isRecent, needsAttention } from '../src/cds/needs-attention.ts';
import { problemOf } from '../src/cds/order-card.ts';
import { CONDITION_QUERY, isSilent, orderCards, orderReferences } from '../src/cds/order-cards.ts';
import { FINDING_OVERRIDE_REASONS } from '../src/cds/override-reasons.ts';
import { PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';
import type { Finding } from '../src/findings/finding.ts';

/** An older ECG is no news to who signs an order that it has nothing to do with. */
const NEWS_HOURS = 24;

/**
 * On signing orders: drugs that the latest ECG speaks against, and an ECG that is ordered twice; where there are none, the
 * ECG of the last day if it holds something urgent that is dependable; else silence.
 */
export const ecgOrderSign: CdsService = {
  id: 'ecg-order-sign',
  hook: 'order-sign',
  title: 'ECG findings before signing',
  description:
    "Warns of drugs that the patient's latest ECG speaks against and shows urgent and critical findings of the last day when orders are signed; silent otherwise.",
  prefetch: PATIENT_ECG_QUERIES,
  optionalPrefetch: CONDITION_QUERY,
  references: orderReferences,
  cards: (reading, moment) => {
    if (reading.outcome !== 'read') return [];
    const { cards, hasProblem } = orderCards(reading, moment);
    if (cards.length > 0 || hasProblem) return cards;
    const { ecg, interpretation } = reading.reading;
    const isNews = isRecent(ecg.recordedAt, moment.now, NEWS_HOURS) && interpretation.findings.some(isDependable);
    const problems = [problemOf('finding', reading)];
    if (!isNews || isSilent(problems, moment)) return [];
    return [
      {
        ...readingCard(reading, moment),
        overrideReasons: FINDING_OVERRIDE_REASONS,
        subject: subjectOf(reading, problems),
      },
    ];
  },
};

/** Of low confidence, even a critical one waits for the chart to be opened: signing has nothing to do with it. */
function isDependable(finding: Finding): boolean {
  return needsAttention(finding) && finding.tier === 'standard';
}

function subjectOf({ reading }: Chart['read'], problems: readonly string[]) {
  const { findings } = reading.interpretation;
  const isCritical = findings.some(({ urgency }) => urgency === 'critical');
  return { rules: [], findings: findings.map(({ index }) => index), problems, isCritical };
}
