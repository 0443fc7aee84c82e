/**
 * A process that is a real OAuth server: it gives tokens for client credentials to clients with a signed assertion, whose
 * keys it fetches, and names itself in the smart-configuration of the FHIR base `/fhir`. (Within Jest it would not
 * recognise objects of another realm.)
 * @param argv the clients, as JSON.
 */
import { createServer } from 'node:http';
import Provider, { type ClientMetadata } from 'oidc-provider';
import type { Assertion, RegisteredClient } from './authorization-server.ts';

const SCOPE = 'system/Observation.rs';

const server = createServer().listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const origin = `http://127.0.0.1:${port}`;
  const provider = new Provider(origin, {
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    scopes: [SCOPE],
    ttl: { ClientCredentials: 300 },
    enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS384'] },
    // Its own way of fetching refuses loopback addresses.
    fetch: (url) => fetch(url),
    clientAuthMethods: ['private_key_jwt'],
    // Called once signature, audience and times have been checked.
    assertJwtClientAuthClaimsAndHeader: async (_context, claims, header) => {
      tell({ assertion: { claims, header } });
    },
    clients: JSON.parse(process.argv[2] ?? '[]').map(toMetadata),
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url !== '/fhir/.well-known/smart-configuration') return answer(request, response);
    const token_endpoint_auth_signing_alg_values_supported = ['ES384', 'RS384'];
    response.setHeader('Content-Type', 'application/json');
    return response.end(
      JSON.stringify({ token_endpoint: `${origin}/token`, token_endpoint_auth_signing_alg_values_supported }),
    );
  });
  tell({ origin });
});

function toMetadata({ clientId, jwksUrl, algorithm }: RegisteredClient): ClientMetadata {
  return {
    client_id: clientId,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: algorithm,
    scope: SCOPE,
    jwks_uri: jwksUrl,
  };
}

function tell(message: { readonly origin?: string; readonly assertion?: Assertion }): void {
  process.send?.(message);
}
