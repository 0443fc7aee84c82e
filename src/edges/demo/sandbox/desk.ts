import type { CdsClient } from './cds-client.ts';
import type { DraftOrder } from './draft-orders.ts';
import type { FhirClient } from './fhir-client.ts';
import type { SendRequest } from './http-client.ts';

/** Who acts in every hook; there is no login in this demo. */
export const USER_ID = 'Practitioner/demo';

/** What every part of the page works with. */
export interface Desk {
  readonly send: SendRequest;
  readonly fhir: FhirClient;
  readonly cds: CdsClient;
  /** The FHIR server's address as services know it. */
  readonly fhirServer: string;
  /** Where the one SMART app of this EHR is launched, as services know it. */
  readonly launchUrl: string;
  /** Orders that are not signed yet, by patient: another chart may be opened in between. */
  readonly drafts: Map<string, readonly DraftOrder[]>;
  /** Says something to users of screen readers. */
  readonly announce: (text: string) => void;
}

/** A chart that is open: a patient, until another is chosen. */
export interface OpenChart {
  readonly desk: Desk;
  readonly patientId: string;
  /** Aborted when the chart is closed, so that a late answer is never shown beside another patient. */
  readonly signal: AbortSignal;
}
