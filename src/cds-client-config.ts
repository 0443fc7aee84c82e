import { z } from 'zod';

const kid = z.string().min(1);

/** Public keys as JSON Web Keys (RFC 7517); what holds a secret is refused. */
const publicKeySchema = z
  .discriminatedUnion('kty', [
    z.looseObject({ kty: z.literal('EC'), kid, crv: z.string(), x: z.string(), y: z.string() }),
    z.looseObject({ kty: z.literal('RSA'), kid, n: z.string(), e: z.string() }),
  ])
  .refine((key) => !('d' in key), { message: 'a private key; give the public members only' });

/** Who may call for a tenant, and the keys its JWTs are signed with (CDS Hooks 2.0.1, "Trusting CDS Clients"). */
const cdsClientFields = z.strictObject({
  /** `iss`, to the letter. */
  issuer: z.string().min(1).max(1_000),
  /** Where the client publishes its keys. */
  jwksUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Its keys themselves, where they cannot be fetched; they change only with the configuration. */
  jwks: z.strictObject({ keys: z.array(publicKeySchema).min(1).max(50) }).optional(),
  /** What the header `jku` may name besides `jwksUrl`; it is compared and never fetched. */
  jku: z.string().min(1).max(1_000).optional(),
  algorithms: z
    .array(z.enum(['ES384', 'RS384', 'RS256']))
    .min(1)
    .default(['ES384', 'RS384']),
  /** `sub`, where the client sends one. */
  subject: z.string().min(1).max(1_000).optional(),
  /** The claim `tenant`, where one issuer speaks for several. */
  tenant: z.string().min(1).max(1_000).optional(),
  /** How far the clocks may be apart. */
  clockSkewSeconds: z.int().min(0).max(300).default(60),
  /** Longest time from `iat` to `exp`. */
  maxTokenSeconds: z.int().min(30).max(3_600).default(300),
});
export const cdsClientSchema = cdsClientFields.refine(
  ({ jwks, jwksUrl }) => (jwks === undefined) !== (jwksUrl === undefined),
  { path: ['jwksUrl'], message: 'give either jwksUrl or jwks' },
);
export type CdsClient = z.infer<typeof cdsClientSchema>;

/** Whether one JWT could be of both clients, so that it would not tell which tenant it is for. */
export function areConfusable(a: CdsClient, b: CdsClient): boolean {
  return a.issuer === b.issuer && !differ(a.tenant, b.tenant) && !differ(a.subject, b.subject);
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
