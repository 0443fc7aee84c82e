import { z } from 'zod';

/** What showing an ECG and signing its report needs; an EHR may grant less. */
const SCOPE = [
  'openid',
  'fhirUser',
  'online_access',
  'patient/Patient.rs',
  'patient/Observation.crus',
  'patient/DocumentReference.rs',
  'patient/Binary.rs',
  'patient/Media.rs',
  'patient/DiagnosticReport.crus',
  'patient/Device.crs',
  'patient/Provenance.crs',
  'user/Practitioner.rs',
].join(' ');

/** The same for everybody whom the user may see: what the worklist is launched with. */
const WORKLIST_SCOPE = SCOPE.replaceAll('patient/', 'user/');

/** How an EHR has registered the viewer of tracings (SMART App Launch 2). */
export const smartAppSchema = z.strictObject({
  clientId: z.string().min(1).max(1_000),
  /** A secret is looked for in the environment; see `docs/smart-app.md`. */
  clientAuthentication: z.enum(['private_key_jwt', 'client_secret']).default('private_key_jwt'),
  /** `kid` of the key to sign with; the first one the server can check unless given. */
  keyId: z.string().min(1).optional(),
  /** Beside the `launch` that the kind of launch asks for. */
  scope: z.string().min(1).max(4_000).default(SCOPE),
  /** What the worklist asks for in its place. */
  worklistScope: z.string().min(1).max(4_000).default(WORKLIST_SCOPE),
  /** Hosts besides the FHIR server's that its smart-configuration may name endpoints on. */
  authorizationHosts: z
    .array(z.string().regex(/^[a-z0-9.-]{1,253}$/, 'a host name in lower case, without scheme, port or path'))
    .max(10)
    .default([]),
});
export type SmartApp = z.infer<typeof smartAppSchema>;
