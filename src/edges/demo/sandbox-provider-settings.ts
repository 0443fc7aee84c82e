import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import { EcgError } from '../../errors.ts';

export interface SandboxAuthorizationOptions {
  /** Where it is mounted. */
  readonly issuer: string;
  readonly fhirServer: string;
  readonly client: {
    readonly clientId: string;
    readonly redirectUrl: string;
    readonly jwks: { readonly keys: readonly JWK[] };
  };
  /** Who is logged in, always: "Practitioner/demo". */
  readonly user: string;
  /** Scopes that apps may ask for. */
  readonly scopes: readonly string[];
  /** Which of those that are asked for are given; all unless said. */
  readonly isGranted?: (scope: string) => boolean;
  /** Id of the patient that the user always chooses where an app asks for `launch/patient`. */
  readonly chosenPatient?: string;
  /** Told of every request for a code. */
  readonly onAuthorize?: (parameters: Readonly<Record<string, unknown>>) => void;
}

/** Seconds. */
const A_SHIFT = { Grant: 43_200, Session: 43_200, RefreshToken: 43_200 };

/** How the OAuth server of the sandbox is set up. */
export async function providerSettings(options: SandboxAuthorizationOptions): Promise<Configuration> {
  const { fhirServer, client, scopes, user } = options;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    clients: [registered(client)],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kty: 'EC', alg: 'ES256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: [...scopes],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
    conformIdTokenClaims: false,
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS384'], idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
    },
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 300, ...A_SHIFT },
    extraParams: {
      launch: null,
      aud: (_context, value) => {
        if (value !== fhirServer) throw new EcgError('FHIR_FORBIDDEN', 'aud is not this FHIR server');
      },
    },
    issueRefreshToken: async (_context, _client, code) => code.scopes.has('online_access'),
    findAccount: async (_context, accountId) => ({
      accountId,
      claims: async () => ({ sub: accountId, fhirUser: `${fhirServer}/${user}` }),
    }),
  };
}

function registered({ clientId, redirectUrl, jwks }: SandboxAuthorizationOptions['client']): ClientMetadata {
  return {
    client_id: clientId,
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'ES256',
    jwks: { keys: jwks.keys.map((key) => ({ ...key, kty: key.kty ?? '' })) },
  };
}
