import { EcgError } from '../../errors.ts';

/**
 * The base URL of a FHIR server, without a trailing slash, if the allow-list names it or a URL above it.
 * Compared after URL normalisation: scheme, host and port exactly, the path by whole segments. So plain http is
 * called only where the allow-list itself says http.
 * @throws EcgError FHIR_FORBIDDEN.
 */
export function allowedBase(baseUrl: string, allowList: readonly string[]): string {
  const base = strictUrl(baseUrl, baseUrl);
  const allowed = allowList.some((entry) => URL.canParse(entry) && isWithin(base, new URL(entry)));
  if (!allowed || base.search !== '') {
    throw new EcgError('FHIR_FORBIDDEN', 'the FHIR server is not on the list of allowed servers');
  }
  return withoutSlash(base.href);
}

/**
 * An address of the server at `base`: relative ("Binary/1"), or absolute and below it. Attachments and `next` links
 * come from records, so they must not lead a request, and the token on it, anywhere else.
 * @throws EcgError FHIR_FORBIDDEN.
 */
export function urlWithin(base: string, address: string): string {
  const url = strictUrl(address, `${base}/`);
  if (!isWithin(url, new URL(base))) {
    throw new EcgError(
      'FHIR_FORBIDDEN',
      'a link leads outside the base URL of its FHIR server and is not followed; if the server is behind a proxy, let it answer with its public address',
    );
  }
  return url.href;
}

/** Refuses what a URL may hide: other schemes, credentials, fragments, and path tricks (`%2f`, `..;`) that a proxy may undo. */
function strictUrl(address: string, base: string): URL {
  const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
  const refused =
    url === undefined ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    address.includes('#') ||
    /%2f|%5c|\/\.{1,2}(;|%3b)/i.test(url.pathname);
  if (refused) throw new EcgError('FHIR_FORBIDDEN', 'the address of a FHIR server is not a plain http(s) URL');
  return url;
}

function isWithin(url: URL, base: URL): boolean {
  const path = withoutSlash(base.pathname);
  return url.origin === base.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`));
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
