import { z } from 'zod';
import type { Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { clientAssertion } from '../smart/client-assertion.ts';
import { fetchJson } from '../smart/fetch-json.ts';
import type { SigningKey } from '../smart/signing-keys.ts';
import type { AuthorizationServer } from './authorization-server.ts';

/** The app as an EHR knows it. */
export interface SmartClient {
  readonly tenant: Tenant;
  readonly clientId: string;
  /** `redirect_uri`, as registered. */
  readonly redirectUrl: string;
  readonly keys: readonly SigningKey[];
  readonly keyId?: string | undefined;
  /** Shows who the app is instead of a key, where the EHR wants that. */
  readonly secret?: string | undefined;
}

const visible = z.string().regex(/^[\x21-\x7e]+$/);
/** Unknown members are for others; a malformed optional one is as good as none. */
const tokensSchema = z.looseObject({
  access_token: visible,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  refresh_token: visible.optional().catch(undefined),
  id_token: visible.optional().catch(undefined),
  scope: z.string().max(10_000).optional().catch(undefined),
  patient: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,64}$/)
    .optional(),
  encounter: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,64}$/)
    .optional()
    .catch(undefined),
  need_patient_banner: z.boolean().optional().catch(undefined),
  // SMART 2.1: objects; before, some servers sent the reference alone.
  fhirContext: z
    .array(
      z.union([z.string(), z.looseObject({ reference: z.string().optional() }).transform((each) => each.reference)]),
    )
    .max(100)
    .default([])
    .catch([]),
  appContext: z.string().max(10_000).optional(),
});
export type TokenAnswer = z.infer<typeof tokensSchema>;
const refusalSchema = z.looseObject({ error: z.string().regex(/^[a-z_]{1,64}$/) });

/**
 * Asks the token endpoint for tokens: with an authorization code, or with a refresh token.
 * @throws EcgError FHIR_UNAVAILABLE where none are given; the message holds the OAuth error code and nothing else.
 */
export async function requestTokens(
  client: SmartClient,
  server: AuthorizationServer,
  grant: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { status, body } = await post(client, server, { url: server.token.url, parameters: grant });
  const granted = status === 200 ? tokensSchema.safeParse(body) : undefined;
  if (granted?.success) return granted.data;
  const refusal = refusalSchema.safeParse(body);
  const reason = refusal.success ? `HTTP ${status}, ${refusal.data.error}` : `HTTP ${status}`;
  throw new EcgError('FHIR_UNAVAILABLE', `the EHR gives no access token (${reason}); launch again`);
}

/** Takes a token back, where the server offers that (RFC 7009); it runs out anyway where that fails. */
export async function revokeToken(client: SmartClient, server: AuthorizationServer, token: string): Promise<void> {
  if (server.revokeUrl === undefined) return;
  await post(client, server, { url: server.revokeUrl, parameters: { token } }).catch(() => undefined);
}

async function post(
  client: SmartClient,
  { token }: AuthorizationServer,
  { url, parameters }: { readonly url: string; readonly parameters: Readonly<Record<string, string>> },
) {
  const { secret, clientId } = client;
  const assertion = secret === undefined ? await clientAssertion(client, token) : {};
  const headers = secret === undefined ? {} : { authorization: basic(clientId, secret) };
  return await fetchJson(url, { method: 'POST', headers, body: new URLSearchParams({ ...parameters, ...assertion }) });
}

/** RFC 6749, 2.3.1: both are form-encoded first. */
function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map((part) => new URLSearchParams({ '': part }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
