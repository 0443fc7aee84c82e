import type { ReportForm } from '../config.ts';
import type { EcgErrorCode } from '../errors.ts';
import type { FhirJson } from '../fhir/fhir-server.ts';

/** What became of one ECG that was to be interpreted and written back. Reasons name no patient. */
export type WriteBackOutcome =
  /** The server holds a new report, or a newer reading in the same report. */
  | {
      readonly outcome: 'written';
      /** As the server holds it. */
      readonly report: FhirJson;
      readonly form: ReportForm;
      readonly ecgIdentity: string;
      /** What somebody should know though the report is written: what did not go as it should, what it is compared with anew. */
      readonly remark?: string;
    }
  /** The server's report stands; `reason` says why. */
  | {
      readonly outcome: 'unchanged';
      readonly report: FhirJson;
      readonly reason: string;
      readonly ecgIdentity: string;
    }
  /** There is nothing to interpret or nowhere to write; trying again would end the same. */
  | { readonly outcome: 'skipped'; readonly code: EcgErrorCode; readonly reason: string }
  /** A human has to look: the ECG does not belong where it is. */
  | { readonly outcome: 'flagged'; readonly code: EcgErrorCode; readonly reason: string }
  /** The same of a report on another record, though the one on this record is written or stands. */
  | {
      readonly outcome: 'flagged';
      readonly code: EcgErrorCode;
      readonly reason: string;
      readonly report: FhirJson;
      readonly ecgIdentity: string;
    };
