import { z } from 'zod';

/** A resource as a server sends it: JSON of some type, everything else still to be checked by its reader. */
export const fhirJsonSchema = z.looseObject({ resourceType: z.string() });
export type FhirJson = z.infer<typeof fhirJsonSchema>;

/** How much of a search is wanted; the rest is left on the server. */
export interface SearchLimits {
  readonly maxResources: number;
}

/** A resource to be written: whole, as far as whoever made it goes. */
export interface WritableResource {
  readonly resourceType: string;
  readonly id?: string | undefined;
}

/** Resources to be written together or not at all, as a Bundle of type `transaction`. */
export interface Transaction {
  readonly resourceType: 'Bundle';
  readonly type: string;
  readonly entry?: readonly TransactionEntry[] | undefined;
}

export interface TransactionEntry {
  /** By which other entries refer to it: "urn:uuid:…". */
  readonly fullUrl?: string | undefined;
  readonly resource?: WritableResource | undefined;
  readonly request?:
    | {
        readonly method: string;
        readonly url: string;
        readonly ifNoneExist?: string | undefined;
        readonly ifMatch?: string | undefined;
      }
    | undefined;
}

/** What a server says of a resource it was sent. It may leave out where the resource is, and the resource itself. */
export interface WriteReply {
  /** False where a conditional create found the resource there already. */
  readonly isNew: boolean;
  /** "Observation/1/_history/2", or that as an absolute URL. */
  readonly location?: string | undefined;
  readonly resource?: FhirJson | undefined;
}

/**
 * Port of one FHIR R4 server, opened for one caller. Adapter: `edges/fhir-server`.
 * Every member may throw EcgError: FHIR_UNAVAILABLE when the server refuses, fails or is too late;
 * FHIR_FORBIDDEN for an address outside the server's base; NOT_FOUND when there is nothing at an address within;
 * SOURCE_TOO_LARGE for an answer beyond the byte bound. No message holds a token, an id or a body.
 */
export interface FhirServer {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** @throws EcgError also SOURCE_INVALID for a type or an id that FHIR does not allow. */
  read(type: string, id: string): Promise<FhirJson>;
  /**
   * What a query brings: the matches and included resources of a search ("Observation?code=…"), over as many pages as
   * needed, or of a Bundle's `next` link on this server; one resource for a read ("Patient/1").
   */
  query(query: string, limits?: SearchLimits): Promise<readonly FhirJson[]>;
  /**
   * The content of an attachment, relative ("Binary/1") or absolute below {@link baseUrl}. Servers that only speak
   * FHIR answer with a Binary resource around it, which the reader of attachments unwraps.
   */
  readBinary(url: string): Promise<Uint8Array>;
  /** The server's reply to a transaction, not yet checked. */
  transaction(bundle: Transaction): Promise<FhirJson>;
  /**
   * Creates a resource unless a search finds it (R4 conditional create, 3.1.0.8.1).
   * @param ifNoneExist "identifier=system|value".
   */
  create(resource: WritableResource, ifNoneExist: string): Promise<WriteReply>;
  /**
   * Replaces a resource, by its id, unless it has another version by now: then FHIR_UNAVAILABLE with the status 409 or 412.
   * @throws EcgError also SOURCE_INVALID for a resource without a valid id.
   */
  update(resource: WritableResource, versionId: string): Promise<WriteReply>;
  /** What the server says it can do (`/metadata`). */
  capabilityStatement(): Promise<FhirJson>;
}
