import { randomBytes } from 'node:crypto';
import express, { type Router } from 'express';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { loadOidcProvider } from './load-oidc-provider.ts';
import { providerSettings, type SandboxAuthorizationOptions } from './sandbox-provider-settings.ts';

/** What an EHR tells an app that it launches, beside its tokens. */
export interface LaunchContext {
  readonly patient: string;
  readonly encounter?: string;
  readonly appContext?: string;
  readonly fhirContext?: readonly { readonly reference: string }[];
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
      'launch-standalone',
      'client-confidential-asymmetric',
      'context-ehr-patient',
      'sso-openid-connect',
      'permission-patient',
      'permission-user',
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
    ...(await providerSettings(options)),
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
  return {
    router: routerOf(provider, options.user),
    launch: (context) => {
      const id = randomBytes(16).toString('base64url');
      launches.set(id, context);
      return id;
    },
  };
}

/** The user need not log in again: the EHR knows them. */
function routerOf(provider: Provider, accountId: string): Router {
  const answer = provider.callback();
  const router = express.Router();
  router.get('/login/:uid', async (request, response) => {
    await provider.interactionFinished(request, response, { login: { accountId } });
  });
  router.use((request, response) => void answer(request, response));
  return router;
}
