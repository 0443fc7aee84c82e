import { SYSTEMS } from '../fhir/identity.ts';
import type { Coding } from '../findings/finding.ts';

const reason = (code: string, display: string): Coding => ({ system: SYSTEMS.overrideReason, code, display });

const NOT_CONFIRMED = reason('finding-not-confirmed', 'Finding not confirmed on the tracing');
const ALREADY_MONITORED = reason('already-monitored', 'Already monitored');

/** Why a prescriber may go on all the same. */
export const DRUG_OVERRIDE_REASONS: readonly Coding[] = [
  reason('benefit-outweighs-risk', 'Benefit outweighs risk'),
  ALREADY_MONITORED,
  reason('specialist-advised', 'Advised by a specialist'),
  NOT_CONFIRMED,
];

/** Why a further ECG may be right. */
export const REPEAT_OVERRIDE_REASONS: readonly Coding[] = [
  reason('state-changed', "The patient's state has changed"),
  reason('serial-recording', 'Serial recordings are intended'),
  reason('recording-unusable', 'The recording at hand is of no use'),
];

/** Why a finding need not be shown again on signing. */
export const FINDING_OVERRIDE_REASONS: readonly Coding[] = [
  reason('already-known', 'Already known and considered'),
  ALREADY_MONITORED,
  NOT_CONFIRMED,
];
