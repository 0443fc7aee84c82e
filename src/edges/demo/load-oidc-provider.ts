import { EcgError } from '../../errors.ts';

/**
 * An OAuth server. It is a development dependency: production meets the authorization server of an EHR.
 * @throws EcgError CONFIG_INVALID where it is not installed.
 */
export async function loadOidcProvider() {
  try {
    const { default: Provider, interactionPolicy } = await import('oidc-provider');
    return { Provider, interactionPolicy };
  } catch (cause) {
    throw new EcgError(
      'CONFIG_INVALID',
      'launching the SMART app in the demo needs oidc-provider: install with development dependencies (npm ci)',
      { cause },
    );
  }
}
