import { randomBytes } from 'node:crypto';
import express, { type Router } from 'express';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { EcgError } from '../../errors.ts';
import { loadOidcProvider } from './load-oidc-provider.ts';

/** What an EHR tells an app that it launches, beside its tokens. */
export interface LaunchContext {
  readonly patient: string;
  readonly encounter?: string;
  readonly appContext?: string;
  readonly fhirContext?: readonly { readonly reference: string }[];
}

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

export interface SandboxAuthorization {
  readonly router: Router;
  /** Begins a launch: the value of `launch`. */
  launch(context: LaunchContext): string;
}

/** What the FHIR server says at `.well-known/smart-configuration` (SMART App Launch 2, "Conformance"). */
export function smartConfiguration(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/token/revocation`,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES384', 'RS384'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    capabilities: [
      'launch-ehr',
      'client-confidential-asymmetric',
      'context-ehr-patient',
      'sso-openid-connect',
      'permission-v2',
    ],
  };
}

/**
 * A real OAuth server with one app and one user who is logged in and agrees to everything: what an EHR has in front of
 * its FHIR server. Launches and tokens are gone with the process.
 * @throws EcgError CONFIG_INVALID where oidc-provider is not installed.
 */
export async function createSandboxAuthorization(options: SandboxAuthorizationOptions): Promise<SandboxAuthorization> {
  const { Provider, interactionPolicy } = await loadOidcProvider();
  const launches = new Map<string, LaunchContext>();
  const granted = new Map<string, LaunchContext>();
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const provider = new Provider(options.issuer, {
    ...(await settings(options)),
    interactions: { policy, url: (_context, { uid }) => `${options.issuer}/login/${uid}` },
    async loadExistingGrant({ oidc }) {
      const { accountId } = oidc.session ?? {};
      if (accountId === undefined || oidc.client === undefined) return undefined;
      const grant = new provider.Grant({ accountId, clientId: oidc.client.clientId });
      const asked = String(oidc.params?.['scope'] ?? '').split(' ');
      grant.addOIDCScope(asked.filter(options.isGranted ?? (() => true)).join(' '));
      const grantId = await grant.save();
      const { chosenPatient } = options;
      const chosen = asked.includes('launch/patient') && chosenPatient ? { patient: chosenPatient } : undefined;
      const launch = launches.get(String(oidc.params?.['launch'])) ?? chosen;
      if (launch) granted.set(grantId, launch);
      return grant;
    },
  });
  provider.on('authorization.accepted', ({ oidc }) => options.onAuthorize?.({ ...oidc.params }));
  // The launch context stands beside the tokens ("App receives launch context").
  provider.use(async (context: KoaContextWithOIDC, next) => {
    await next();
    const { AuthorizationCode, RefreshToken } = context.oidc?.entities ?? {};
    const launch = granted.get((AuthorizationCode ?? RefreshToken)?.grantId ?? '');
    if (context.oidc?.route === 'token' && context.status === 200 && launch)
      context.body = { ...Object(context.body), ...launch };
  });
  const answer = provider.callback();
  const router = express.Router();
  router.get('/login/:uid', async (request, response) => {
    await provider.interactionFinished(request, response, { login: { accountId: options.user } });
  });
  router.use((request, response) => void answer(request, response));
  return {
    router,
    launch: (context) => {
      const id = randomBytes(16).toString('base64url');
      launches.set(id, context);
      return id;
    },
  };
}

async function settings(options: SandboxAuthorizationOptions): Promise<Configuration> {
  const { fhirServer, client, scopes, user } = options;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    clients: [
      {
        client_id: client.clientId,
        redirect_uris: [client.redirectUrl],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        id_token_signed_response_alg: 'ES256',
        jwks: { keys: client.jwks.keys.map((key) => ({ ...key, kty: key.kty ?? '' })) },
      },
    ],
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
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      Grant: 43_200,
      Session: 43_200,
      Interaction: 300,
      RefreshToken: 43_200,
    },
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
