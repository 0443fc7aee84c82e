import { z } from 'zod';

/** What reading ECGs and writing reports back needs. */
const SCOPE = [
  'system/Patient.rs',
  'system/Observation.crus',
  'system/DocumentReference.rs',
  'system/Binary.rs',
  'system/Media.rs',
  'system/DiagnosticReport.crus',
  'system/Device.crs',
  'system/Provenance.crs',
].join(' ');

/** How Cardhook calls a FHIR server in its own name (SMART App Launch 2, "Backend Services"). */
export const backendServicesSchema = z.strictObject({
  /** As the EHR registered Cardhook. */
  clientId: z.string().min(1).max(1_000),
  /** Where tokens are asked for; read from the FHIR server's smart-configuration unless given. */
  tokenUrl: z.url({ protocol: /^https?$/ }).optional(),
  scope: z.string().min(1).max(4_000).default(SCOPE),
  /** `kid` of the key to sign with; the first one the server can check unless given. */
  keyId: z.string().min(1).optional(),
});
export type BackendServices = z.infer<typeof backendServicesSchema>;
