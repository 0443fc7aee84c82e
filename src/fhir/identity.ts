import { createHash } from 'node:crypto';

/**
 * Root of every system Cardhook names things in: an OID made from a UUID (ITU-T X.667, `2.25`),
 * so that no internet domain has to be owned for as long as reports live.
 */
const ROOT = 'urn:oid:2.25.63001958916345395096913920867211122136';

/** Identifier, tag and code systems of what Cardhook writes. */
export const SYSTEMS = {
  /** A tracing: `ecgIdentity`, the same however it is stored. */
  ecg: `${ROOT}.1`,
  /** One report: tracing, model and pipeline version. */
  report: `${ROOT}.2`,
  /** One finding of one report. */
  finding: `${ROOT}.3`,
  /** A model: name, version and weights. */
  model: `${ROOT}.4`,
  /** A file of network weights by its SHA-256 (hex). */
  weights: `${ROOT}.5`,
  /** Codes of `EcgError`. Further arms name the CodeSystem, the ConceptMap and the extensions in `mappings/`. */
  errorCode: `${ROOT}.6`,
  /** The measurements of one report. */
  measurements: `${ROOT}.16`,
  /** Why a clinician overrides a card. */
  overrideReason: `${ROOT}.10`,
  /** What kind of card one is, for EHRs that remember overrides by topic. */
  cardTopic: `${ROOT}.15`,
  /** Of a report's model: "name@version". */
  modelVersion: `${ROOT}.11`,
  /** Of a report's pipeline version. */
  pipelineVersion: `${ROOT}.12`,
  /** Of a report's model: how far it may be trusted. */
  modelTrust: `${ROOT}.13`,
  /** What a report says, as a digest: another one by now means that somebody changed it. */
  reportContent: `${ROOT}.14`,
  /** How soon a human should look at a report's reading: `ReadingUrgency`. */
  readingUrgency: `${ROOT}.18`,
} as const;

/** A value for an identifier: hex, so that it needs no escaping in a search whatever the parts hold. */
export function identityKey(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The same `urn:uuid:` for the same key: a name-based UUID of version 8 over SHA-256 (RFC 9562, 5.8 and B.2). */
export function uuidUrn(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}
