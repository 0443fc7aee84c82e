import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4';
import type { EcgError, EcgErrorCode } from '../errors.ts';
import { SYSTEMS } from './identity.ts';

interface OutcomeOfError {
  /** HTTP status. */
  readonly status: number;
  readonly severity: OperationOutcomeIssue['severity'];
  /** R4 issue-type. */
  readonly issue: OperationOutcomeIssue['code'];
}

/** How each failure is told over HTTP. `fatal`: nothing will work until an operator acts. */
const OUTCOMES: Readonly<Record<EcgErrorCode, OutcomeOfError>> = {
  FORMAT_UNSUPPORTED: { status: 422, severity: 'error', issue: 'not-supported' },
  SOURCE_INVALID: { status: 400, severity: 'error', issue: 'invalid' },
  SOURCE_TOO_LARGE: { status: 422, severity: 'error', issue: 'too-long' },
  NO_WAVEFORM: { status: 422, severity: 'error', issue: 'required' },
  UNIT_UNKNOWN: { status: 422, severity: 'error', issue: 'value' },
  LEAD_UNKNOWN: { status: 422, severity: 'error', issue: 'code-invalid' },
  LEAD_MISSING: { status: 422, severity: 'error', issue: 'required' },
  RECORDING_TOO_SHORT: { status: 422, severity: 'error', issue: 'business-rule' },
  SIGNAL_UNUSABLE: { status: 422, severity: 'error', issue: 'business-rule' },
  CHECKPOINT_INVALID: { status: 500, severity: 'fatal', issue: 'exception' },
  MODEL_UNAVAILABLE: { status: 503, severity: 'error', issue: 'transient' },
  PATIENT_MISMATCH: { status: 409, severity: 'error', issue: 'conflict' },
  // CDS Hooks 2.0.1: "the service SHALL respond with a 412 Precondition Failed".
  PREFETCH_MISSING: { status: 412, severity: 'error', issue: 'incomplete' },
  FHIR_UNAVAILABLE: { status: 502, severity: 'error', issue: 'incomplete' },
  FHIR_FORBIDDEN: { status: 403, severity: 'error', issue: 'forbidden' },
  WRITE_REFUSED: { status: 502, severity: 'error', issue: 'not-supported' },
  PATIENT_INACTIVE: { status: 409, severity: 'error', issue: 'conflict' },
  UNAUTHENTICATED: { status: 401, severity: 'error', issue: 'login' },
  STORE_UNAVAILABLE: { status: 503, severity: 'error', issue: 'transient' },
  OVERLOADED: { status: 503, severity: 'error', issue: 'throttled' },
  CONFIG_INVALID: { status: 500, severity: 'fatal', issue: 'exception' },
  NOT_FOUND: { status: 404, severity: 'error', issue: 'not-found' },
  BODY_TOO_LARGE: { status: 413, severity: 'error', issue: 'too-long' },
  INTERNAL: { status: 500, severity: 'error', issue: 'exception' },
};

/** The HTTP status of a reply that fails with `code`. */
export function httpStatusOf(code: EcgErrorCode): number {
  return OUTCOMES[code].status;
}

/** An error as FHIR says it: its own code under `details.coding`, its message under `details.text`. */
export function toOperationOutcome(error: EcgError): OperationOutcome {
  const { severity, issue } = OUTCOMES[error.code];
  const details = { coding: [{ system: SYSTEMS.errorCode, code: error.code }], text: error.message };
  return { resourceType: 'OperationOutcome', issue: [{ severity, code: issue, details }] };
}
