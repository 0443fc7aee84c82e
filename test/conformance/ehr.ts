import type { ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type Loopback, listen } from '../edges/fhir-server/loopback.ts';

type Algorithm = 'ES384' | 'RS384' | 'RS256';

export interface EhrKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** What a JWT says; a claim that is undefined is left out. */
export interface Saying {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: EhrKey | undefined;
}

/** A CDS client with real keys, and a JWKS endpoint on loopback. */
export interface Ehr {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** Published; more may be added. */
  readonly keys: EhrKey[];
  readonly jwks: Loopback;
  /** A fresh JWT for `audience`, as it should be but for what is said otherwise. */
  jwt(audience: string | string[], saying?: Saying): Promise<string>;
}

export async function newKey(algorithm: Algorithm, kid: string = crypto.randomUUID()): Promise<EhrKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { kid, algorithm, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm } };
}

export async function startEhr(issuer: string): Promise<Ehr> {
  const keys = await Promise.all((['ES384', 'RS384', 'RS256'] as const).map((algorithm) => newKey(algorithm)));
  const jwks = await listen((_request, response) => sendKeys(response, keys));
  return {
    issuer,
    keys,
    jwks,
    jwksUrl: `${jwks.origin}/jwks.json`,
    jwt: async (audience, { claims = {}, header = {}, key = keys[0] } = {}) => {
      if (!key) throw new Error('no key');
      const now = nowSeconds();
      const standard = { iss: issuer, aud: audience, iat: now, exp: now + 300, jti: crypto.randomUUID() };
      return await new SignJWT({ ...standard, ...claims })
        .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: 'JWT', ...header })
        .sign(key.privateKey);
    },
  };
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

function sendKeys(response: ServerResponse, keys: readonly EhrKey[]): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }));
}
