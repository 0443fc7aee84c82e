import type { EcgErrorCode } from '../errors.ts';
import type { EcgReading } from '../interpret-ecg.ts';
import type { PresentEcg } from './compare-with-previous.ts';

/** What criteria depend on, as far as the record or the recording says it. */
export interface PatientFacts {
  /** The record could not be had: whose the ECG is was not checked, and it may be a child's. */
  readonly isRecordUnread?: boolean;
  /** At the time of the recording. */
  readonly ageYears?: number | undefined;
  readonly sex?: 'male' | 'female' | undefined;
}

/** What can be said of the patient's latest ECG at the time a hook is called. */
export type PatientEcgReading =
  /** No ECG on record. */
  | { readonly outcome: 'none'; readonly notes: readonly string[] }
  /** Fetching or reading it takes longer than the hook's budget; whether there is one may not be known. */
  | { readonly outcome: 'pending'; readonly notes: readonly string[] }
  /** The latest one cannot be interpreted. */
  | {
      readonly outcome: 'unreadable';
      readonly recordedAt?: string | undefined;
      readonly code: EcgErrorCode;
      readonly reason: string;
      /** "DocumentReference/123": where it should be. */
      readonly source: string;
      readonly notes: readonly string[];
    }
  | {
      readonly outcome: 'read';
      readonly reading: EcgReading;
      /** Names the tracing, however it is stored. */
      readonly ecgIdentity: string;
      /** "Observation/123": where the tracing is. */
      readonly source: string;
      readonly patient?: PatientFacts;
      /** What it may be compared with. */
      readonly others?: PresentEcg;
      /** There are others, and whether it can be compared with one of them was not known in time. */
      readonly isComparisonLate?: boolean;
      readonly notes: readonly string[];
    };
