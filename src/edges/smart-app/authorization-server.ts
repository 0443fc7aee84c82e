import { z } from 'zod';
import type { Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { crossesNetworkInClear } from '../../web-address.ts';
import { fetchJson } from '../smart/fetch-json.ts';
import type { TokenEndpoint } from '../smart/token-endpoint.ts';

/** The endpoints of the authorization server that stands before a FHIR server. */
export interface AuthorizationServer {
  readonly authorizeUrl: string;
  readonly token: TokenEndpoint;
  readonly revokeUrl: string | undefined;
  /** What ID tokens are checked against; absent where the server signs none. */
  readonly identity: { readonly issuer: string; readonly jwksUrl: string } | undefined;
}

const endpoint = z.url({ protocol: /^https?$/ });
const configurationSchema = z.looseObject({
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  revocation_endpoint: endpoint.optional().catch(undefined),
  issuer: z.string().optional().catch(undefined),
  jwks_uri: endpoint.optional().catch(undefined),
  token_endpoint_auth_signing_alg_values_supported: z.array(z.string()).optional().catch(undefined),
});

type Allowed = Pick<Tenant, 'fhirServer' | 'allowHttp' | 'smartApp'>;

/**
 * Reads `.well-known/smart-configuration` of a tenant's FHIR server (SMART App Launch 2, "Conformance"). Endpoints count
 * only on the host of the FHIR server and on `authorizationHosts`: codes and secrets go where the configuration says.
 * @throws EcgError FHIR_UNAVAILABLE where there is none, CONFIG_INVALID for an endpoint on another host.
 */
export async function discoverAuthorizationServer(tenant: Allowed): Promise<AuthorizationServer> {
  const { body } = await fetchJson(`${tenant.fhirServer.replace(/\/+$/, '')}/.well-known/smart-configuration`);
  const found = configurationSchema.safeParse(body);
  if (!found.success) {
    throw new EcgError(
      'FHIR_UNAVAILABLE',
      'the FHIR server names no endpoints for apps in .well-known/smart-configuration',
    );
  }
  const { authorization_endpoint, token_endpoint, revocation_endpoint, issuer, jwks_uri } = found.data;
  const algorithms = found.data.token_endpoint_auth_signing_alg_values_supported;
  const used = [authorization_endpoint, token_endpoint, revocation_endpoint, jwks_uri];
  const stranger = used.find((url) => url !== undefined && !isAllowed(url, tenant));
  if (stranger !== undefined) {
    throw new EcgError(
      'CONFIG_INVALID',
      `the smart-configuration of the FHIR server names an endpoint on ${new URL(stranger).host}; if that is right, list the host in smartApp.authorizationHosts`,
    );
  }
  return {
    authorizeUrl: authorization_endpoint,
    token: { url: token_endpoint, algorithms },
    revokeUrl: revocation_endpoint,
    identity: issuer === undefined || jwks_uri === undefined ? undefined : { issuer, jwksUrl: jwks_uri },
  };
}

function isAllowed(url: string, { fhirServer, allowHttp, smartApp }: Allowed): boolean {
  const hosts = [new URL(fhirServer).hostname, ...(smartApp?.authorizationHosts ?? [])];
  return hosts.includes(new URL(url).hostname) && (allowHttp || !crossesNetworkInClear(url));
}
