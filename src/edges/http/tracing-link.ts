import { createHash, createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Link } from '../../cds/card.ts';
import type { CdsRequest } from '../../cds/cds-request.ts';
import type { Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';

/** Links from a card to its tracing in the viewer of a tenant. */
export type TracingLinks = (tenant: Tenant, request: CdsRequest, source: string) => Promise<Link | undefined>;

/** As long as a card may stand on a screen before somebody follows its link. */
const LIFETIME = '15 minutes';
const MIN_SECRET_BYTES = 32;
const ON_SERVER = /^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9.-]{1,64}$/;

/**
 * The link to a tracing. A SMART app gets a short-lived signed token as `appContext` (CDS Hooks 2.0.1, "Link"), which
 * names the ECG by its reference and the patient by {@link patientHash}, so that the app can refuse a context made by
 * somebody else or for another patient than it is launched for. A plain link says nothing of either.
 * @param key a secret of at least 32 bytes (HS256) or a private key of P-256 in PEM (ES256).
 * @throws EcgError CONFIG_INVALID where a tenant's app is launched by SMART and there is no such key.
 */
export function createTracingLinks(tenants: readonly Tenant[], key: string | undefined): TracingLinks {
  const needsKey = tenants.some(({ tracingApp }) => tracingApp?.type === 'smart');
  const sign = needsKey ? signerOf(key) : undefined;
  return async ({ tracingApp, fhirServer }, { context }, source) => {
    if (tracingApp === undefined || !ON_SERVER.test(source)) return undefined;
    const { label, launchUrl: url, type } = tracingApp;
    if (type === 'absolute' || sign === undefined) return { label, url, type: 'absolute' };
    const claims = { ecg: source, patient: patientHash(fhirServer, context.patientId) };
    return { label, url, type, appContext: await sign(claims, url) };
  };
}

/** Names a patient of a server without saying who it is. */
export function patientHash(fhirServer: string, patientId: string): string {
  return createHash('sha256')
    .update(`${fhirServer.replace(/\/+$/, '')}/Patient/${patientId}`)
    .digest('base64url');
}

function signerOf(key: string | undefined): (claims: Record<string, string>, audience: string) => Promise<string> {
  const { alg, material } = parseKey(key);
  return async (claims, audience) =>
    await new SignJWT(claims)
      .setProtectedHeader({ alg, typ: 'JWT' })
      .setIssuer('cardhook')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(material);
}

function parseKey(key: string | undefined) {
  if (key?.startsWith('-----BEGIN')) {
    try {
      const material = createPrivateKey(key);
      if (material.asymmetricKeyDetails?.namedCurve === 'prime256v1') return { alg: 'ES256', material };
    } catch {
      // Told below, without the key.
    }
  } else if (key !== undefined && Buffer.byteLength(key) >= MIN_SECRET_BYTES) {
    return { alg: 'HS256', material: new TextEncoder().encode(key) };
  }
  throw new EcgError(
    'CONFIG_INVALID',
    `a tenant's tracingApp of type smart needs CARDHOOK_APP_CONTEXT_KEY in the environment: a secret of at least ${MIN_SECRET_BYTES} bytes, or a private key of P-256 in PEM`,
  );
}
