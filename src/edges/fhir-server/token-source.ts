/** Where requests that nobody waits at a screen for get their bearer token. Adapter: `edges/smart`. */
export interface TokenSource {
  /** @throws EcgError FHIR_UNAVAILABLE when none can be had. */
  token(): Promise<string>;
  /** Says that the FHIR server did not accept a token, so that the next one is fresh. */
  refuse(token: string): void;
}
