import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { EcgError } from '../../errors.ts';
import type { SigningKey } from './signing-keys.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** Who signs, and with what. */
export interface AssertingClient {
  readonly clientId: string;
  readonly keyId?: string | undefined;
  /** In the order of preference. */
  readonly keys: readonly SigningKey[];
}

/** At most five minutes are allowed; one minute is left for clocks that are apart. */
const ASSERTION_SECONDS = 240;

/** The parameters that show a token endpoint who asks (SMART App Launch 2, "Asymmetric authentication"). */
export async function clientAssertion(
  { clientId, keyId, keys }: AssertingClient,
  endpoint: TokenEndpoint,
): Promise<{ readonly client_assertion_type: string; readonly client_assertion: string }> {
  const { algorithm, kid, privateKey } = keyFor(keyId, keys, endpoint);
  const signed = await new SignJWT()
    .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(endpoint.url)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${ASSERTION_SECONDS} s`)
    .sign(privateKey);
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: signed,
  };
}

function keyFor(keyId: string | undefined, keys: readonly SigningKey[], { algorithms }: TokenEndpoint): SigningKey {
  const key = keys.find(({ kid, algorithm }) =>
    keyId === undefined ? (algorithms?.includes(algorithm) ?? true) : kid === keyId,
  );
  if (key) return key;
  throw new EcgError('CONFIG_INVALID', 'none of signingKeys is the one that keyId or the server asks for');
}
