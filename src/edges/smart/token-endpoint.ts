import { z } from 'zod';
import { EcgError } from '../../errors.ts';
import { crossesNetworkInClear } from '../../web-address.ts';
import { fetchJson } from './fetch-json.ts';

/** Where and how tokens are asked for. */
export interface TokenEndpoint {
  readonly url: string;
  /** Algorithms the server can check; undefined where it does not say. */
  readonly algorithms: readonly string[] | undefined;
}

const smartConfiguration = z.looseObject({
  token_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint_auth_signing_alg_values_supported: z.array(z.string()).optional(),
});

/**
 * Reads the token URL from a FHIR server's `.well-known/smart-configuration` (SMART App Launch 2, "Conformance"). It is
 * used only on the host of the FHIR server: assertions go where the configuration says, not where an answer says.
 * @throws EcgError FHIR_UNAVAILABLE where there is none, CONFIG_INVALID for one on another host.
 */
export async function discoverTokenEndpoint(fhirServer: string, allowHttp: boolean): Promise<TokenEndpoint> {
  const { body } = await fetchJson(`${fhirServer.replace(/\/+$/, '')}/.well-known/smart-configuration`);
  const found = smartConfiguration.safeParse(body);
  if (!found.success) {
    throw new EcgError(
      'FHIR_UNAVAILABLE',
      'the FHIR server names no token URL in .well-known/smart-configuration; set backendServices.tokenUrl',
    );
  }
  const { token_endpoint: url, token_endpoint_auth_signing_alg_values_supported: algorithms } = found.data;
  const isTrusted =
    new URL(url).hostname === new URL(fhirServer).hostname && (allowHttp || !crossesNetworkInClear(url));
  if (!isTrusted) {
    throw new EcgError(
      'CONFIG_INVALID',
      'the token URL of the FHIR server is on another host or without TLS; if that is right, set backendServices.tokenUrl',
    );
  }
  return { url, algorithms };
}
