const PATIENT = /^(.*?)Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;

/**
 * The id of the patient that a reference means on the server at `baseUrl`: that of "Patient/1", or of its absolute
 * URL on that very server. Undefined for everything else: Patient/1 of another server is somebody else, and what is no
 * literal reference to a Patient (an identifier, a group, a contained resource) is nobody in particular.
 * @param baseUrl undefined where no server is known; then only relative references mean somebody.
 */
export function patientIdOf(reference: string | undefined, baseUrl: string | undefined): string | undefined {
  const [, prefix = '', id] = PATIENT.exec(reference ?? '') ?? [];
  return prefix === '' || isBase(prefix, baseUrl) ? id : undefined;
}

/** Whether an absolute URL is one of the server at `baseUrl`. */
export function isOnServer(url: string, baseUrl: string): boolean {
  return URL.canParse(url) && new URL(url).href.startsWith(withSlash(baseUrl));
}

function isBase(prefix: string, baseUrl: string | undefined): boolean {
  if (baseUrl === undefined || !prefix.endsWith('/') || !URL.canParse(prefix)) return false;
  return new URL(prefix).href === withSlash(baseUrl);
}

function withSlash(baseUrl: string): string {
  return `${new URL(baseUrl).href.replace(/\/+$/, '')}/`;
}
