import type { Config, Tenant } from '../config.ts';
import { createFhirServer } from '../edges/fhir-server/fhir-kit-server.ts';
import type { TokenSource } from '../edges/fhir-server/token-source.ts';
import { createBackendTokenSource } from '../edges/smart/backend-token-source.ts';
import type { SigningKey } from '../edges/smart/signing-keys.ts';
import { observedFhirServer } from '../edges/telemetry/observed.ts';
import type { Telemetry } from '../edges/telemetry/telemetry.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';

/** The FHIR servers of the tenants, in two capacities. */
export interface FhirServers {
  /**
   * With the token that came with a call, and so with the rights of whoever called.
   * @param signal ends its requests.
   */
  forCaller(tenant: Tenant, accessToken?: string | TokenSource, signal?: AbortSignal): FhirServer;
  /** For unattended work: in Cardhook's own name where the tenant has `backendServices`, else without a token. */
  forCardhook(tenant: Tenant): FhirServer;
}

const MAX_FHIR_RESPONSE_BYTES = 64 * 2 ** 20;

/** Nothing is connected, and no token asked for, before the first request. */
export function openFhirServers(
  { tenants }: Config,
  { keys, telemetry }: { readonly keys: readonly SigningKey[]; readonly telemetry: Telemetry },
): FhirServers {
  const tokens = new Map(tenants.map((tenant) => [tenant.name, tokenSourceOf(tenant, keys)]));
  const open = (tenant: Tenant, accessToken?: string | TokenSource, signal?: AbortSignal) =>
    observedFhirServer(
      createFhirServer({
        baseUrl: tenant.fhirServer,
        accessToken,
        signal,
        allowList: tenants.map(({ fhirServer }) => fhirServer),
        timeoutMs: tenant.fhirTimeoutMs,
        maxBytes: MAX_FHIR_RESPONSE_BYTES,
      }),
      tenant.name,
      telemetry,
    );
  return { forCaller: open, forCardhook: (tenant) => open(tenant, tokens.get(tenant.name)) };
}

function tokenSourceOf({ backendServices, fhirServer, allowHttp }: Tenant, keys: readonly SigningKey[]) {
  return backendServices && createBackendTokenSource({ fhirServer, allowHttp, settings: backendServices, keys });
}
