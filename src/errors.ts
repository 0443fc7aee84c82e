/**
 * What a caller can do about a failure, as a stable code.
 *
 * | code | meaning |
 * | --- | --- |
 * | FORMAT_UNSUPPORTED | the bytes are no ECG format that is read here |
 * | SOURCE_INVALID | the format is known, the content breaks it (truncated, malformed, contradictory) |
 * | SOURCE_TOO_LARGE | a bound on size, depth or count is exceeded |
 * | NO_WAVEFORM | a well-formed document without an ECG waveform |
 * | UNIT_UNKNOWN | amplitudes cannot be brought to mV: unit or calibration missing or not a voltage |
 * | LEAD_UNKNOWN | no lead of the source could be identified |
 * | LEAD_MISSING | the model needs a lead that is neither there nor derivable |
 * | RECORDING_TOO_SHORT | less signal than the model can use |
 * | SIGNAL_UNUSABLE | flat, non-finite or gap-ridden signal |
 * | CHECKPOINT_INVALID | a model checkpoint is malformed, hostile or not an ECGFounder network |
 * | MODEL_UNAVAILABLE | no model of that name, or it cannot be loaded or run |
 * | PATIENT_MISMATCH | a resource belongs to another patient than the one asked for, or to whom could not be checked |
 * | PREFETCH_MISSING | a hook has neither prefetch nor a FHIR server that brings the data it needs |
 * | FHIR_UNAVAILABLE | the FHIR server refused, failed or was too late |
 * | FHIR_FORBIDDEN | the FHIR server is not allow-listed |
 * | WRITE_REFUSED | the FHIR server takes a report in none of the forms that are permitted |
 * | PATIENT_INACTIVE | the patient's record was merged into another or is no longer in use |
 * | UNAUTHENTICATED | the caller has not shown who it is; the message is a reason for the log, never for the caller |
 * | STORE_UNAVAILABLE | the database cannot be reached, or another process has it |
 * | OVERLOADED | more is asked for than can be done in time; ask again later |
 * | CONFIG_INVALID | a setting is missing or wrong |
 * | NOT_FOUND | there is nothing at this address or of this name |
 * | BODY_TOO_LARGE | a request body exceeds the limit |
 * | INTERNAL | a fault of Cardhook itself |
 */
export type EcgErrorCode =
  | 'FORMAT_UNSUPPORTED'
  | 'SOURCE_INVALID'
  | 'SOURCE_TOO_LARGE'
  | 'NO_WAVEFORM'
  | 'UNIT_UNKNOWN'
  | 'LEAD_UNKNOWN'
  | 'LEAD_MISSING'
  | 'RECORDING_TOO_SHORT'
  | 'SIGNAL_UNUSABLE'
  | 'CHECKPOINT_INVALID'
  | 'MODEL_UNAVAILABLE'
  | 'PATIENT_MISMATCH'
  | 'PREFETCH_MISSING'
  | 'FHIR_UNAVAILABLE'
  | 'FHIR_FORBIDDEN'
  | 'WRITE_REFUSED'
  | 'PATIENT_INACTIVE'
  | 'UNAUTHENTICATED'
  | 'STORE_UNAVAILABLE'
  | 'OVERLOADED'
  | 'CONFIG_INVALID'
  | 'NOT_FOUND'
  | 'BODY_TOO_LARGE'
  | 'INTERNAL';

/** What a FHIR server's refusal says beside its text. */
export interface EcgErrorOptions extends ErrorOptions {
  /** Of the FHIR server's answer. */
  readonly httpStatus?: number | undefined;
  /** How long the FHIR server asks to be left alone (`Retry-After`). */
  readonly retryAfterMs?: number | undefined;
}

/** The one error class. Messages say what is wrong and what to do, and never carry patient data. */
export class EcgError extends Error {
  override readonly name = 'EcgError';
  readonly code: EcgErrorCode;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: EcgErrorCode, message: string, options?: EcgErrorOptions) {
    super(message, options);
    this.code = code;
    this.httpStatus = options?.httpStatus;
    this.retryAfterMs = options?.retryAfterMs;
  }
}
